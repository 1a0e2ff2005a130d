"""Reading lists whole. What happens while a list is read is in tests/contract/test_connectors.py."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pytest

from tests.recordings import exchange_from, recordings
from tests.unit.shops.woocommerce.fakes import (
    OrderList,
    an_order,
    api_with,
    error,
    json_answer,
    query_of,
    run,
    shop_with,
)
from varco.model.errors import BadInput, ShopFault
from varco.model.exchange import Request, Response
from varco.shops.base import OrderFilter, Page
from varco.shops.woocommerce.listing import ORDERS, TRASH, changes_page, import_page, naive_utc, start_cursor, window
from varco.shops.woocommerce.shop import WooCommerce

ALL = OrderFilter(statuses=("processing", "on-hold"), placed_after=None)
NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)


async def imported(shop: WooCommerce, most_pages: int = 200) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    for _ in range(most_pages):
        page = await shop.import_page(ALL, cursor)
        found += [order.remote_id for order in page.orders]
        cursor = page.cursor
        if not page.more:
            return found
    raise AssertionError("the import does not end")


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 199, 200, 345])
def test_every_order_comes_whatever_the_number(count: int) -> None:
    orders = OrderList(range(1, count + 1))
    assert set(run(imported(shop_with(orders)))) == {str(number) for number in range(1, count + 1)}
    assert orders.asked <= count // 99 + 2


def test_orders_that_woocommerce_counts_and_cannot_load_do_not_end_the_import() -> None:
    for seed in range(30):
        random = Random(seed)
        ids = range(1, 401)
        broken = random.sample(ids, random.choice([1, 5, 60]))
        found = run(imported(shop_with(OrderList(ids, broken=broken))))
        assert {int(number) for number in found} == set(ids) - set(broken), seed


@pytest.mark.parametrize("run_of", [(95, 105), (100, 101), (100, 190), (60, 330), (1, 250), (300, 401)])
def test_many_broken_orders_in_a_row_are_got_past(run_of: tuple[int, int]) -> None:
    ids, broken = range(1, 401), range(*run_of)
    found = run(imported(shop_with(OrderList(ids, broken=broken))))
    assert {int(number) for number in found} == set(ids) - set(broken)


def test_a_shop_that_gives_less_per_page_than_asked_is_read_whole() -> None:
    found = run(imported(shop_with(OrderList(range(1, 131), most=20))))
    assert len(set(found)) == 130


def test_a_shop_whose_counts_are_taken_away_on_the_way_is_read_whole() -> None:
    found = run(imported(shop_with(OrderList(range(1, 231), counts=False))))
    assert len(set(found)) == 230


def test_a_status_that_is_gone_from_the_shop_is_said_and_the_others_come() -> None:
    def answer(request: Request) -> Response:
        statuses = query_of(request)["status"].split(",")
        if "spedito" in statuses:
            position = statuses.index("spedito")
            said = f"status[{position}] is not one of any, trash, processing, and on-hold."
            return error("rest_invalid_param", 400, data={"params": {"status": said}})
        return json_answer([an_order(1)], total=1)

    shop = shop_with(answer)
    wanted = OrderFilter(statuses=("processing", "spedito", "on-hold"), placed_after=None)
    page = run(shop.import_page(wanted, None))
    assert [order.remote_id for order in page.orders] == ["1"]
    assert [(warning.code, warning.params) for warning in page.warnings] == [
        ("status-not-in-shop", {"status": "spedito"})
    ]
    assert run(shop.preview(wanted)).count == 1
    assert run(shop.count(wanted)) == {"processing": 1, "on-hold": 1}


def test_the_refusal_of_a_status_is_recognised_as_it_was_recorded() -> None:
    recorded = exchange_from(dict(recordings("woocommerce"))["orders_list_bad_status"]).response
    assert recorded is not None
    shop = shop_with(lambda _: recorded)
    wanted = OrderFilter(statuses=("wc-processing",), placed_after=None)
    for asked in (shop.import_page(wanted, None), shop.preview(wanted)):
        with pytest.raises(ShopFault) as told:
            run(asked)
        assert told.value.finding.code == "status-not-in-shop"
    assert run(shop.count(wanted)) == {}


def test_no_statuses_bring_no_orders_and_ask_for_none() -> None:
    shop = shop_with(lambda _: pytest.fail("nothing was to be asked"))
    nothing = OrderFilter(statuses=(), placed_after=None)
    assert not run(shop.import_page(nothing, None)).more
    assert run(shop.preview(nothing)).count == 0


def test_other_refusals_are_faults() -> None:
    bad_date = exchange_from(dict(recordings("woocommerce"))["orders_list_bad_date"]).response
    assert bad_date is not None
    with pytest.raises(ShopFault):
        run(shop_with(lambda _: bad_date).import_page(ALL, None))


@pytest.mark.parametrize("body", ["{}", '"text"', "[1, 2]", "null", '{"orders": []}'])
def test_what_is_no_list_of_orders_is_a_fault_and_no_empty_import(body: str) -> None:
    def answer(_: Request) -> Response:
        return Response(status=200, headers=(("Content-Type", "application/json"),), body=body.encode())

    if body == "[1, 2]":
        page = run(shop_with(answer).import_page(ALL, None))
        assert len(page.unread) == 2
    else:
        with pytest.raises(ShopFault):
            run(shop_with(answer).import_page(ALL, None))


class TestThresholds:
    """Naive UTC with `dates_are_gmt`: anything else shifts the threshold and loses orders (measured)."""

    def asked(self, cursor: str, stream: str = ORDERS) -> dict[str, str]:
        seen: list[Request] = []
        api = api_with(lambda _: json_answer([], total=0), seen)
        run(changes_page(api, stream, cursor, 120))
        return query_of(seen[0])

    def test_changes_are_asked_in_naive_utc(self) -> None:
        query = self.asked(start_cursor(NOW, 120))
        assert query["modified_after"] == "2026-11-23T19:58:00"
        assert query["dates_are_gmt"] == "true"
        assert query["status"] == "any"
        assert (query["orderby"], query["order"]) == ("id", "asc")

    def test_the_trash_is_a_stream_of_its_own(self) -> None:
        assert self.asked(start_cursor(NOW, 120), TRASH)["status"] == "trash"

    @pytest.mark.parametrize("overlap_s", [0, 1, -5])
    def test_there_is_always_a_second_of_overlap(self, overlap_s: int) -> None:
        assert self.asked(start_cursor(NOW, overlap_s))["modified_after"] == "2026-11-23T19:59:59"

    def test_fractions_go_to_the_earlier_second_and_zones_become_utc(self) -> None:
        assert naive_utc(NOW + timedelta(milliseconds=999)) == "2026-11-23T20:00:00"
        assert naive_utc(NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))) == "2026-11-23T20:00:00"

    def test_the_window_begins_a_second_early_since_after_is_strict(self) -> None:
        wanted = OrderFilter(statuses=("processing",), placed_after=NOW)
        assert window(wanted) == {"after": "2026-11-23T19:59:59", "dates_are_gmt": "true"}
        assert window(ALL) == {}

    def test_a_stream_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(BadInput, match="refunds"):
            shop_with(lambda _: json_answer([])).start_cursor("refunds", NOW, 120)


class TestCursor:
    """Where the next pass begins."""

    def page(self, rows: list[dict[str, object]], cursor: str, clock: str = "Mon, 23 Nov 2026 20:00:00 GMT") -> Page:
        body = json.dumps(rows).encode()
        headers = (("Content-Type", "application/json"), ("Date", clock), ("X-WP-Total", str(len(rows))))
        api = api_with(lambda _: Response(status=200, headers=headers, body=body))
        return run(changes_page(api, ORDERS, cursor, 120))

    def after(self, page: Page) -> str:
        return str(json.loads(page.cursor)["after"])

    def test_it_is_the_newest_row_less_the_overlap(self) -> None:
        page = self.page([an_order(5, date_modified_gmt="2026-11-23T19:30:00")], start_cursor(NOW - timedelta(1), 0))
        assert self.after(page) == "2026-11-23T19:28:00Z"
        assert not page.more

    def test_an_order_dated_in_the_future_does_not_make_it_jump(self) -> None:
        page = self.page([an_order(5, date_modified_gmt="2031-01-01T00:00:00")], start_cursor(NOW - timedelta(1), 0))
        assert self.after(page) == "2026-11-23T19:58:00Z"

    def test_it_never_goes_back(self) -> None:
        cursor = start_cursor(NOW, 0)
        page = self.page([an_order(5, date_modified_gmt="2026-11-23T19:59:59")], cursor)
        assert self.after(page) == json.loads(cursor)["after"]

    def test_an_empty_answer_leaves_it_where_it_is(self) -> None:
        cursor = start_cursor(NOW, 120)
        assert self.after(self.page([], cursor)) == json.loads(cursor)["after"]

    def test_the_same_bytes_again_are_no_news_and_other_bytes_are(self) -> None:
        row = an_order(5, date_modified_gmt="2026-11-23T19:59:30")
        first = self.page([row], start_cursor(NOW, 120))
        again = self.page([row], first.cursor)
        assert (first.unchanged, again.unchanged) == (False, True)
        assert again.cursor == first.cursor
        assert again.orders == ()
        assert not self.page([{**row, "status": "completed"}], again.cursor).unchanged

    def test_a_shop_without_a_clock_is_taken_at_ours(self) -> None:
        cursor = start_cursor(NOW - timedelta(1), 0)
        page = self.page([an_order(5, date_modified_gmt="2031-01-01T00:00:00")], cursor, clock="nonsense")
        assert self.after(page) == "2026-11-23T19:58:00Z"

    def test_an_unreadable_order_alone_is_met_again(self) -> None:
        cursor = start_cursor(NOW - timedelta(1), 0)
        page = self.page([{"id": 7, "status": "processing"}], cursor)
        assert [lost.remote_id for lost in page.unread] == ["7"]
        assert self.after(page) == json.loads(cursor)["after"]


def test_pages_carry_the_count_and_the_shops_clock() -> None:
    page = run(import_page(api_with(OrderList(range(1, 151))), ALL, None))
    assert (page.total, page.more) == (150, True)
    assert page.shop_clock == NOW
