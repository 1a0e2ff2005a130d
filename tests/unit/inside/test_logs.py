"""Which calls of a platform were refused, by what and when, out of logs in every form that they come in."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import time
import tracemalloc
from pathlib import Path

import pytest

from tests.unit.inside.logs import BROWSER, ORDER, OURS, combined, findings, read, stopped
from varco.app.inside import known
from varco.inside.caller import caller_from
from varco.inside.errors import WrongUse
from varco.inside.logs.access import Call, reader_of, usual
from varco.inside.logs.files import Source, sources
from varco.inside.logs.read import read_logs, since_from

AT = 1795582800.0
"""2026-11-25 05:00:00 UTC."""
FORMS = {
    "nginx combined": combined("PATCH", 403),
    "nginx with more behind": combined("PATCH", 403).rstrip() + ' "198.51.100.1" rt=0.012 uct="-"\n',
    "Apache vhost_combined": f"shop.example:443 {combined('PATCH', 403)}",
    "with a user's name": combined("PATCH", 403).replace("- - [", "- maria rossi ["),
    "LiteSpeed, quoted": f'"{combined("PATCH", 403)}',
    "JSON of nginx": (
        '{"time_iso8601":"2026-11-25T06:00:00+01:00","remote_addr":"203.0.113.10","request_method":"PATCH",'
        f'"request_uri":"{ORDER}","status":"403","http_user_agent":"{OURS}","host":"shop.example"}}\n'
    ),
    "JSON with a request line": (
        '{"@timestamp":"2026-11-25T05:00:00Z","client_ip":"203.0.113.10",'
        f'"request":"PATCH {ORDER} HTTP/1.1","status":403,"user_agent":"{OURS}"}}\n'
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_call_is_read_out_of_each_usual_form(form: str) -> None:
    call = usual(FORMS[form].rstrip("\n"))
    assert call is not None
    assert (call.at, call.address, call.method, call.target) == (AT, "203.0.113.10", "PATCH", ORDER)
    assert (call.status, call.agent) == (403, OURS)


def test_the_common_form_holds_no_names() -> None:
    call = usual(f'203.0.113.10 - - [25/Nov/2026:06:00:00 +0100] "PUT {ORDER} HTTP/1.1" 403 199')
    assert call == Call(AT, 3600, "203.0.113.10", "", "PUT", ORDER, 403, None)


@pytest.mark.parametrize(
    ("form", "line"),
    [
        (
            "$host $remote_addr [$time_iso8601] $status \"$request\" $body_bytes_sent '$http_user_agent' $request_time",
            f"shop.example 2001:db8::10 [2026-11-25T06:00:00+01:00] 403 \"PUT {ORDER} HTTP/1.1\" 153 '{OURS}' 0.004",
        ),
        (
            r"%a %V %{X-Forwarded-For}i %t %>s \"%r\" \"%{User-Agent}i\" %D",
            f'2001:db8::10 shop.example - [25/Nov/2026:06:00:00 +0100] 403 "PUT {ORDER} HTTP/1.1" "{OURS}" 4711',
        ),
        (
            "$remote_addr|${msec}|$request_method|$host|$request_uri|$status|$http_user_agent",
            f"2001:db8::10|1795582800.000|PUT|shop.example|{ORDER}|403|{OURS}",
        ),
    ],
)
def test_a_form_of_ones_own_is_read_by_the_string_that_makes_it(form: str, line: str) -> None:
    call = reader_of(form)(line)
    assert call is not None
    assert call._replace(zone=None) == Call(AT, None, "2001:db8::10", "shop.example", "PUT", ORDER, 403, OURS)


def test_a_form_without_a_status_is_refused_with_what_to_give() -> None:
    with pytest.raises(WrongUse, match="status"):
        reader_of("$remote_addr $time_local")


@pytest.mark.parametrize(
    ("agent", "path", "calls"),
    [
        (OURS, ORDER, 1),
        ("Sendcloud/1.0.0", "/shop/wp-json/wc/v3/orders?consumer_key=secret", 1),
        ("SENDCLOUD/2.7", "/index.php/rest/V1/orders", 1),
        (OURS, "/api/orders?filter[id]=1", 1),
        (OURS, "/?rest_route=/wc/v3/orders", 1),
        (OURS, "/wp-json/", 1),
        (OURS, "//wp-json//wc/v3/orders", 1),
        (OURS, "/wp-admin/", 0),
        (OURS, "/x?/wp-json/wc/", 0),
        (f"Mozilla/5.0 {OURS}", ORDER, 0),
        ("Sendcloudy/1.0", ORDER, 0),
        (BROWSER, ORDER, 0),
    ],
)
def test_a_call_is_ours_by_its_name_and_its_path(agent: str, path: str, calls: int, tmp_path: Path) -> None:
    report = read(tmp_path, {"access.log": combined(agent=agent, path=path)})
    assert report.calls == calls
    assert report.elsewhere == (agent == OURS and not calls)
    assert "secret" not in repr(report)


def test_the_folder_of_the_shop_is_told_from_the_path(tmp_path: Path) -> None:
    (one,) = stopped(read(tmp_path, {"access.log": combined("PUT", 403, path=f"/it/shop{ORDER}")}))
    assert (one.folder, one.path, one.platform) == ("/it/shop", "/wp-json/wc/v3/orders/N", "woocommerce")


def test_with_addresses_a_stranger_under_our_name_is_not_us(tmp_path: Path) -> None:
    lines = combined("PUT", 403) + combined("PUT", 403, address="198.51.100.7") + combined("PUT", 403, address="::1")
    report = read(tmp_path, {"access.log": lines}, ips="203.0.113.0/24 2001:db8::/32")
    assert (report.calls, report.strangers, report.addresses_given) == (1, 2, True)


def test_a_log_without_names_is_read_by_address_and_named_where_none_are_given(tmp_path: Path) -> None:
    lines = combined("PUT", 403).partition(' "-"')[0] + "\n"
    assert read(tmp_path, {"access.log": lines}, ips="203.0.113.10").refused == 1
    report = read(tmp_path, {"access.log": lines})
    assert (report.calls, report.nameless) == (0, (str(tmp_path / "access.log"),))


VECTORS = {
    "GET 200 POST 200 PUT 403 PATCH 403 DELETE 403 OPTIONS 200": ("PUT 403", "methods-rule-set"),
    "GET 200 POST 200 PUT 403 PATCH 403 DELETE 403": ("PATCH 403", "methods-read-only"),
    "GET 200 PUT 403 DELETE 403 PATCH 200": ("DELETE 403", "methods-seven-g"),
    "GET 403 PUT 403": ("GET 403", "refused-by-server"),
    "GET 200 PUT 405": ("PUT 405", "method-refused"),
    "GET 444": ("GET 444", "connection-dropped"),
    "GET 429": ("GET 429", "rate-limited"),
    "GET 503 POST 503": ("GET 503", "maintenance"),
    "POST 413": ("POST 413", "request-too-large"),
    "GET 202": ("GET 202", "robot-test"),
    "GET 502": ("GET 502", "server-down"),
    "GET 500": ("GET 500", "shop-crashed"),
    "GET 301": ("GET 301", "redirected"),
    "GET 499": ("GET 499", "answer-timeout"),
}


@pytest.mark.parametrize("vector", VECTORS)
def test_the_finding_is_told_from_which_methods_pass(vector: str, tmp_path: Path) -> None:
    words = vector.split()
    lines = "".join(combined(method, int(status)) for method, status in zip(words[::2], words[1::2], strict=True))
    call, finding = VECTORS[vector]
    assert findings(read(tmp_path, {"access.log": lines}))[call] == finding
    assert finding in known().kinds


@pytest.mark.parametrize(
    ("method", "path", "status"), [("PATCH", "/rest/V1/x", 405), ("GET", ORDER, 401), ("GET", ORDER, 404)]
)
def test_what_the_shop_itself_answers_is_no_refusal(method: str, path: str, status: int, tmp_path: Path) -> None:
    report = read(tmp_path, {"access.log": combined(method, status, path=path)})
    assert (report.refused, report.sites[0].answered) == (0, 1)


def test_a_call_that_passes_after_the_last_refusal_is_the_proof_of_a_fix(tmp_path: Path) -> None:
    lines = [
        combined("PUT", 200, at="25/Nov/2026:06:00:00 +0100"),
        combined("PUT", 403, at="25/Nov/2026:06:10:00 +0100"),
        combined("PUT", 200, path="/wp-json/wc/v3/varco-probe-1a2b3c4d", at="25/Nov/2026:06:15:00 +0100"),
        combined("PUT", 200, at="25/Nov/2026:06:20:00 +0100"),
        combined("PUT", 200, at="25/Nov/2026:06:30:00 +0100"),
    ]
    (site,) = read(tmp_path, {"access.log": "".join(lines)}).sites
    (passing,) = site.passing
    assert (passing.method, passing.count, passing.since_at, passing.last_at) == ("PUT", 2, AT + 1200, AT + 1800)
    assert site.probes == 1


def test_rotated_files_are_one_log_read_from_old_to_new(tmp_path: Path) -> None:
    old, new = combined("PUT", 403, at="24/Nov/2026:06:00:00 +0100"), combined("PUT")
    (tmp_path / "access.log").write_text(new)
    (tmp_path / "access.log.1").write_text(combined("PUT", 403, at="24/Nov/2026:18:00:00 +0100"))
    (tmp_path / "access.log.2.gz").write_bytes(gzip.compress(old.encode()))
    (tmp_path / "access.log.3.bz2").write_bytes(bz2.compress(old.encode()))
    (tmp_path / "access.log-20261120.xz").write_bytes(lzma.compress(old.encode()))
    report = read_logs(sources([str(tmp_path)]), caller_from(known(), "sendcloud"))
    (site,) = report.sites
    assert (site.name, site.calls, report.refused) == (str(tmp_path / "access.log"), 5, 4)
    assert [one.count for one in site.passing] == [1]


def test_what_cannot_be_understood_is_counted_and_the_rest_read(tmp_path: Path) -> None:
    broken = f"garbage {OURS}\n\x00\xff\n" + combined("PUT", 403) + f'203.0.113.10 - - [] "" "{OURS}'
    report = read(tmp_path, {"access.log": combined() + broken})
    assert (report.calls, report.refused, report.logs[0].unread) == (2, 1, 2)


def test_a_packed_file_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    lines = "".join(combined("PUT", 403, address=f"203.0.{n % 250}.{n * 7 % 250}") for n in range(20000))
    packed = gzip.compress(lines.encode())
    (tmp_path / "access.log.gz").write_bytes(packed[: len(packed) // 2])
    report = read_logs(sources([str(tmp_path / "access.log.gz")]), caller_from(known(), "sendcloud"))
    assert 0 < report.refused < 20000
    assert report.logs[0].ended_early


def test_a_pipe_is_read_packed_or_not() -> None:
    text = (combined("PUT", 403) * 3000).encode()
    for data in (text, gzip.compress(text)):
        report = read_logs([Source("-", io.BytesIO(data))], caller_from(known(), "sendcloud"))
        assert report.refused == 3000


def test_virtual_hosts_are_told_apart(tmp_path: Path) -> None:
    lines = f"one.example:443 {combined('PUT', 403)}two.example:443 {combined('GET')}"
    assert [site.name for site in read(tmp_path, {"access.log": lines}).sites] == ["one.example", "two.example"]


def test_only_calls_since_a_moment_are_counted(tmp_path: Path) -> None:
    lines = combined("PUT", 403) + combined("PUT", 403, at="25/Nov/2026:08:00:00 +0100")
    since = since_from("2026-11-25T06:00")
    assert since == AT + 3600
    assert read(tmp_path, {"access.log": lines}, since_at=since).refused == 1
    assert since_from("yesterday") is None


def test_an_identity_of_ones_own_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "shipper.json").write_text('{"user_agents": ["Shipper/3.1"], "addresses": ["203.0.113.0/24"]}')
    lines = combined("PUT", 403, agent="shipper/4") + combined("PUT", 403, agent="shipper/4", address="192.0.2.1")
    report = read(tmp_path, {"access.log": lines}, identity=str(tmp_path / "shipper.json"))
    assert (report.refused, report.strangers) == (1, 1)


@pytest.mark.parametrize(
    "identity", ["nobody", '{"user_agents": []}', '{"user_agents": ["A/1", "B/1"]}', "[]", '{"addresses": ["x"]}']
)
def test_an_identity_that_there_is_not_is_refused(identity: str, tmp_path: Path) -> None:
    path = tmp_path / "identity.json"
    path.write_text(identity)
    with pytest.raises(WrongUse):
        caller_from(known(), identity if identity == "nobody" else str(path))


def test_a_gigabyte_would_be_read_in_a_minute_and_in_flat_memory(tmp_path: Path) -> None:
    """A hundred megabytes stand for it, of which every hundredth line is ours; the time is the processor's."""
    block = "".join(
        combined("PUT", 403) if n % 100 == 0 else combined(path=f"/shirt-{n}/", agent=BROWSER) for n in range(5000)
    ).encode()
    size = 0
    with (tmp_path / "access.log").open("wb") as log:
        while size < 100_000_000:
            size += log.write(block)
    caller, found = caller_from(known(), "sendcloud"), sources([str(tmp_path / "access.log")])
    began = time.process_time()
    report = read_logs(found, caller)
    took_s = time.process_time() - began
    assert report.refused == size // len(block) * 50
    assert took_s * 1e9 / size < 60
    tracemalloc.start()
    read_logs(found, caller)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
