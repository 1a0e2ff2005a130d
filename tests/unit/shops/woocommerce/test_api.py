"""One call: what is sent, and how its answer is sorted."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recordings import AT, exchange_from, recordings
from tests.unit.shops.woocommerce.fakes import api_with, error, html_answer, json_answer, run, timeout
from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Response, header
from varco.net.dirt import json_within
from varco.shops.woocommerce.api import Answer

RECORDED = dict(recordings("woocommerce"))
NOTICE = b'<br />\n<b>Warning</b>:  Undefined array key "lab" in <b>x.php</b> on line <b>5</b><br />\n'
rows = st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=3), max_size=4)


def fault_of(response: Response | Failure, method: str = "GET") -> ShopFault:
    api = api_with(lambda _: response)
    with pytest.raises(ShopFault) as told:
        run(api.get("orders") if method == "GET" else api.post("orders/1", {"status": "completed"}))
    return told.value


def test_reads_say_that_they_want_json_and_writes_that_they_send_it() -> None:
    seen: list[Request] = []
    api = api_with(lambda _: json_answer({}), seen)
    run(api.get("orders", {"per_page": "1"}))
    run(api.post("orders/1", {"status": "completed"}))
    read, write = seen
    assert read.url == "https://shop.example/wp-json/wc/v3/orders?per_page=1"
    assert header(read.headers, "Accept") == header(write.headers, "Accept") == "application/json"
    assert header(read.headers, "User-Agent") == "Varco/test"
    assert header(read.headers, "Content-Type") == ""
    assert (write.method, header(write.headers, "Content-Type")) == ("POST", "application/json")
    assert json.loads(write.body) == {"status": "completed"}


def test_questions_without_keys_carry_none() -> None:
    seen: list[Request] = []
    run(api_with(lambda _: json_answer({}), seen).get_openly("https://shop.example/wp-json/"))
    assert header(seen[0].headers, "Authorization") == ""
    assert "ck_test" not in repr(seen)


def test_warnings_that_php_prints_are_taken_off_and_said() -> None:
    recorded = exchange_from(RECORDED["err_php_notice_before_json"]).response
    assert recorded is not None
    answer = run(api_with(lambda _: recorded).get("orders"))
    assert json.loads(answer.data) == [{"id": 360, "status": "processing"}]
    assert [warning.code for warning in answer.warnings] == ["dirty-answer"]
    assert "Undefined array key" in answer.warnings[0].rests_on


def test_a_clean_answer_has_no_warnings() -> None:
    answer = run(api_with(lambda _: json_answer([{"id": 1}], total=1, pages=1)).get("orders"))
    assert answer.warnings == ()
    assert (answer.total, answer.pages) == (1, 1)
    assert answer.clock == datetime(2026, 11, 23, 20, tzinfo=UTC)


@given(data=rows, behind=st.sampled_from([b"", NOTICE, b"<!-- cached -->", b"\n\n"]), front=st.booleans())
def test_data_come_whole_out_of_any_dirt(data: list[dict[str, str]], behind: bytes, front: bool) -> None:
    body = json.dumps(data, separators=(",", ":")).encode()
    found = json_within((NOTICE if front else b"") + body + behind)
    assert found is not None
    assert json.loads(found[0]) == data


@pytest.mark.parametrize(
    "dirt",
    [
        b"Warning: Array to string conversion [] in x.php\n",
        b'Notice: {"debug": 1} in x.php\n',
        b"\xef\xbb\xbf",
        b"  \n",
        b"Deprecated: Foo::bar() in [path]/x.php on line 3\n",
    ],
)
def test_brackets_of_a_warning_are_not_taken_for_the_data(dirt: bytes) -> None:
    data = b'[{"id":1,"status":"processing"},{"id":2,"status":"on-hold"}]'
    for body in (dirt + data, dirt + data + dirt):
        found = json_within(body)
        assert found is not None
        assert found[0] == data


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><script>var dataLayer = [];</script></html>",
        b'<html><head><script>window.x = {"a": 1}</script></head></html>',
        b'<script type="application/ld+json">[{"@type":"Shop"}]</script>',
    ],
)
def test_scripts_of_a_web_page_are_no_data(page: bytes) -> None:
    assert json_within(page) is None


@pytest.mark.parametrize("body", [b"", b"OK", b"[1,", b'{"a":', b"<br />", b"\xff\xfe", b"null", b"7"])
def test_what_holds_no_json_is_none(body: bytes) -> None:
    assert json_within(body) is None


def test_a_very_deep_answer_breaks_nothing() -> None:
    assert json_within(b"x" + b'[{"a":' * 5000) is None


def test_a_page_with_200_is_a_fault_of_its_own() -> None:
    recorded = exchange_from(RECORDED["plain_permalinks_wp_json_put"]).response
    assert recorded is not None
    for method in ("GET", "POST"):
        assert fault_of(recorded, method).finding.code == "page-instead-of-data"
    assert fault_of(html_answer()).finding.code == "page-instead-of-data"


@pytest.mark.parametrize(
    ("recording", "code"),
    [
        ("err_wrong_key", "keys-not-accepted"),
        ("err_auth_header_stripped", "keys-not-accepted"),
        ("err_basic_over_plain_http", "keys-not-accepted"),
        ("err_wrong_secret", "keys-wrong"),
        ("err_customer_key", "permission-missing"),
        ("err_woocommerce_switched_off_order_id", "shop-software-off"),
        ("order_not_found", "not-in-shop"),
        ("order_put_not_found_is_400", "not-in-shop"),
        ("err_429_nginx_limit", "rate-limited"),
        ("err_maintenance_503_no_auth", "maintenance"),
        ("err_php_fatal_json_accept", "shop-crashed"),
        ("err_database_down", "database-down"),
        ("order_refund_gateway_missing_is_500", "refused-by-shop"),
        ("order_refund_too_much_is_500", "refused-by-shop"),
    ],
)
def test_recorded_errors_become_faults_with_their_cause(recording: str, code: str) -> None:
    recorded = exchange_from(RECORDED[recording]).response
    assert recorded is not None
    assert fault_of(recorded).finding.code == code


def test_a_shop_that_asks_us_to_wait_is_heard() -> None:
    recorded = exchange_from(RECORDED["err_maintenance_503_no_auth"]).response
    assert recorded is not None
    assert fault_of(recorded).retry_after_s == 600


@pytest.mark.parametrize(
    ("response", "ambiguous"),
    [
        (timeout(), True),
        (Failure(kind=FailureKind.RESET, phase=Phase.READ), True),
        (Failure(kind=FailureKind.REFUSED, phase=Phase.CONNECT), False),
        (html_answer(status=502), True),
        (error("internal_server_error", 500), True),
        (error("rest_invalid_param", 400), False),
        (html_answer(status=403), False),
        (html_answer(), False),
    ],
)
def test_only_a_write_that_may_have_been_done_is_ambiguous(response: Response | Failure, ambiguous: bool) -> None:
    assert fault_of(response, "POST").ambiguous is ambiguous or response == html_answer()
    assert fault_of(response, "GET").ambiguous is False


def test_a_business_error_of_a_refund_is_clear_though_its_status_is_500() -> None:
    for name in ("order_refund_gateway_missing_is_500", "order_refund_too_much_is_500"):
        recorded = exchange_from(RECORDED[name]).response
        assert recorded is not None
        assert fault_of(recorded, "POST").ambiguous is False


def test_an_answer_of_another_shape_is_a_fault() -> None:
    answer = run(api_with(lambda _: json_answer({"id": "x"})).get("orders/1"))
    with pytest.raises(ShopFault) as told:
        answer.read(list[int])
    assert told.value.finding.code == "unexpected-answer"
    assert told.value.finding.params == {"host": "shop.example", "method": "GET", "status": 200}


@pytest.mark.parametrize("date", ["", "soon", "Mon, 99 Nov 2026 20:00:00 GMT"])
def test_a_shop_without_a_readable_clock_has_none(date: str) -> None:
    exchange = Exchange(
        request=Request(method="GET", url="https://x/"),
        started_at=AT,
        response=Response(status=200, headers=(("Date", date), ("X-WP-Total", "many"))),
    )
    answer = Answer(data=b"[]", exchange=exchange)
    assert answer.clock is None
    assert answer.total is None


def test_a_clock_of_unknown_zone_is_read_as_utc() -> None:
    response = Response(status=200, headers=(("Date", "Mon, 23 Nov 2026 20:00:00 -0000"),))
    exchange = Exchange(request=Request(method="GET", url="https://x/"), started_at=AT, response=response)
    assert Answer(data=b"[]", exchange=exchange).clock == datetime(2026, 11, 23, 20, tzinfo=UTC)
