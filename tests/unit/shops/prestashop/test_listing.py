"""Lists of orders in the shop's own time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tests.unit.shops.prestashop.stage import NOW, PrestaStage, run
from varco.model.errors import BadInput
from varco.model.exchange import Exchange, Request
from varco.sandbox import Oddity
from varco.shops.base import OrderFilter
from varco.shops.prestashop.shop import PrestaShop

CLOCKS_GO_BACK = datetime(2026, 10, 25, 1, tzinfo=UTC)
"""In Rome: from three in the night to two."""


def ids(stage: PrestaStage, since: datetime | None, statuses: tuple[str, ...] = ("2",)) -> set[str]:
    page = run(stage.shop.import_page(OrderFilter(statuses=statuses, placed_after=since), None))
    return {order.remote_id for order in page.orders}


class TestWindow:
    @pytest.mark.parametrize("minutes", range(-120, 130, 15))
    def test_no_order_is_left_out_when_clocks_go_back(self, minutes: int) -> None:
        """Each quarter of the night as the beginning of the window, with an order in each quarter."""
        stage = PrestaStage()
        since = CLOCKS_GO_BACK + timedelta(minutes=minutes)
        placed = {
            step: str(stage.backstage.add_orders(1, at=CLOCKS_GO_BACK + timedelta(minutes=step), status="2")[0])
            for step in range(-150, 180, 15)
        }
        inside = {number for step, number in placed.items() if step >= minutes}
        assert inside <= ids(stage, since)

    def test_an_order_of_the_very_second_is_inside(self) -> None:
        stage = PrestaStage()
        (number,) = stage.backstage.add_orders(1, at=NOW - timedelta(days=1), status="2")
        assert ids(stage, NOW - timedelta(days=1)) == {str(number)}
        assert ids(stage, NOW - timedelta(days=1) + timedelta(seconds=2)) == set()

    def test_without_statuses_nothing_is_asked(self) -> None:
        stage = PrestaStage(orders=3)
        assert ids(stage, None, ()) == set()
        assert stage.backstage.request_count() == 0

    @pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Europe/Rome", "UTC"])
    def test_times_are_right_in_every_zone(self, zone: str) -> None:
        stage = PrestaStage(time_zone=zone)
        (number,) = stage.backstage.add_orders(1, at=NOW - timedelta(hours=1), status="2", modified_at=NOW)
        order = run(stage.shop.order(str(number)))
        assert order is not None
        assert (order.placed_at, order.modified_at) == (NOW - timedelta(hours=1), NOW)


class TestChanges:
    def test_are_found_while_clocks_go_back(self) -> None:
        """Changed in the second of the two equal hours, asked for from the first."""
        stage = PrestaStage(at=CLOCKS_GO_BACK - timedelta(minutes=5))
        (number,) = stage.backstage.add_orders(1, at=CLOCKS_GO_BACK - timedelta(days=1), status="2")
        cursor = stage.shop.start_cursor("orders", stage.clock.now(), 120)
        stage.clock.at = CLOCKS_GO_BACK + timedelta(minutes=20)
        stage.backstage.set_status([number], "3")
        page = run(stage.shop.changes_page("orders", cursor, 120))
        assert [order.status for order in page.orders] == ["3"]

    def test_the_same_answer_again_asks_for_nothing_else(self) -> None:
        stage = PrestaStage(orders=5)
        cursor = stage.shop.start_cursor("orders", NOW, 3600)
        stage.backstage.set_status([stage.backstage.orders()[0].id], "3")
        for _ in range(2):
            cursor = run(stage.shop.changes_page("orders", cursor, 120)).cursor
        stage.backstage.forget_requests()
        page = run(stage.shop.changes_page("orders", cursor, 120))
        assert (page.unchanged, page.cursor, stage.backstage.request_count()) == (True, cursor, 1)

    def test_there_is_one_stream(self) -> None:
        stage = PrestaStage()
        with pytest.raises(BadInput, match="no stream trash"):
            stage.shop.start_cursor("trash", NOW, 120)


class TestQuestions:
    def test_no_field_is_asked_for_that_is_not_used(self) -> None:
        """A whole customer bears the hash of the password."""
        stage = PrestaStage(orders=30)
        run(stage.shop.import_page(OrderFilter(statuses=("2", "3"), placed_after=None), None))
        run(stage.shop.products(["11", "23/24", "10"]))
        for request in stage.backstage.requests():
            assert "display=%5B" in request.path
            assert not re.search("passwd|secure_key|full", request.path)

    def test_a_page_asks_for_its_surroundings_once(self) -> None:
        stage = PrestaStage(orders=90)
        run(stage.shop.import_page(OrderFilter(statuses=("2", "3"), placed_after=None), None))
        assert stage.backstage.request_count() <= 8

    def test_the_next_page_asks_for_what_hardly_changes_no_more(self) -> None:
        stage = PrestaStage(orders=900)
        wanted = OrderFilter(statuses=tuple(map(str, range(1, 15))), placed_after=None)
        cursor = run(stage.shop.import_page(wanted, None)).cursor
        stage.backstage.forget_requests()
        run(stage.shop.import_page(wanted, cursor))
        asked = {request.path.partition("?")[0] for request in stage.backstage.requests()}
        assert {"/api/orders", "/api/addresses", "/api/customers"} == asked - {"/api/states"}

    def test_addresses_stay_short(self) -> None:
        stage = PrestaStage(orders=600)
        found = run(stage.shop.orders([str(order.id) for order in stage.backstage.orders()]))
        assert len(found) == 600
        assert max(len(request.path) for request in stage.backstage.requests()) < 4500

    def test_an_id_that_only_begins_with_digits_is_none_of_ours(self) -> None:
        stage = PrestaStage(orders=1)
        number = stage.backstage.orders()[0].id
        assert run(stage.shop.order(f"{number}abc")) is None
        assert stage.backstage.request_count() == 0


def test_a_deleted_products_line_is_kept_with_its_weight() -> None:
    stage = PrestaStage()
    (number,) = stage.backstage.add_orders(1, status="2", oddities=[Oddity.DELETED_PRODUCT])
    order = run(stage.shop.order(str(number)))
    assert order is not None
    gone = order.lines[-1]
    (product,) = run(stage.shop.products([gone.product_id]))
    assert (product.name, product.weight_g) == (gone.name, 5200)


def test_an_order_whose_amounts_are_none_is_kept_as_unread_and_the_others_come() -> None:
    stage = PrestaStage()
    broken, sound = stage.backstage.add_orders(2, days=1, status="2", oddities=[])

    async def send(request: Request) -> Exchange:
        exchange = await stage.send(request)
        response = exchange.response
        if response is None or "/api/orders" not in request.url:
            return exchange
        rows = msgspec.json.decode(response.body)
        for row in rows["orders"]:
            if int(row["id"]) == broken:
                row["total_paid_tax_incl"] = "a lot"
        changed = msgspec.structs.replace(response, body=msgspec.json.encode(rows))
        return msgspec.structs.replace(exchange, response=changed)

    shop = PrestaShop(stage.access, send)
    page = run(shop.import_page(OrderFilter(statuses=("2",), placed_after=None), None))
    assert [order.remote_id for order in page.orders] == [str(sound)]
    assert [order.remote_id for order in page.unread] == [str(broken)]
    assert page.unread[0].finding.params["reason"] == "total_paid_tax_incl is no number"
