"""Lists: pages by id, shops that allow only short ones, single store views, products by SKU."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote

import pytest

from tests.unit.shops.magento.stage import (
    answering,
    api_with,
    asked,
    connector,
    held,
    json_answer,
    order_with,
    run,
    sandbox,
)
from varco.model.errors import BadInput, ShopFault
from varco.net.oauth import base_string
from varco.sandbox.magento.wares import WARES
from varco.shops.base import OrderFilter
from varco.shops.magento.criteria import Filter, criteria, moment
from varco.shops.magento.listing import import_page

EVERYTHING = OrderFilter(statuses=("processing", "pending", "complete", "holded", "canceled"), placed_after=None)


def test_moments_are_written_in_utc_and_without_a_zone() -> None:
    """With `+01:00` Magento silently finds nothing."""
    rome = timezone(timedelta(hours=1))
    assert moment(datetime(2026, 11, 23, 20, 46, 25, tzinfo=rome)) == "2026-11-23 19:46:25"


def test_so_many_filters_that_magento_would_sort_them_otherwise_are_not_sent() -> None:
    with pytest.raises(ValueError, match="too many"):
        criteria([Filter("status", "eq", "x")] * 10, "entity_id", size=1)


def test_what_is_signed_is_in_the_same_order_for_people_and_for_bytes() -> None:
    params = criteria([Filter("status", "in", "a,b"), Filter("entity_id", "gt", "10")] * 4, "entity_id", size=100)
    text = base_string("GET", "https://shop.example/rest/V1/orders", params)
    assert unquote(unquote(text)).index("[filter_groups][0]") < unquote(unquote(text)).index("[filter_groups][7]")


class TestPages:
    def test_a_shop_that_allows_only_short_pages_is_read_whole(self) -> None:
        shop = sandbox(orders=75, largest_page=30)
        found, cursor, more = set(), None, True
        while more:
            page = run(connector(shop).import_page(EVERYTHING, cursor))
            found |= {order.remote_id for order in page.orders}
            cursor, more = page.cursor, page.more
        held_there = {str(one.id) for one in shop.backstage.orders() if one.status in EVERYTHING.statuses}
        assert found == held_there

    def test_many_orders_by_their_ids_too(self) -> None:
        shop = sandbox(orders=75, largest_page=30)
        ids = [str(one.id) for one in shop.backstage.orders()]
        assert [order.remote_id for order in run(connector(shop).orders(ids))] == ids

    def test_the_total_of_a_pass_stays_the_same(self) -> None:
        shop = sandbox(orders=250, seed=3)
        first = run(connector(shop).import_page(EVERYTHING, None))
        second = run(connector(shop).import_page(EVERYTHING, first.cursor))
        assert first.total == second.total
        assert first.more

    def test_no_rows_are_the_end_in_either_form(self) -> None:
        for answer in (json_answer({"items": [], "total_count": 0}), json_answer({"items": None, "total_count": 0})):
            page = run(import_page(api_with(answering(answer)), EVERYTHING, [], None))
            assert (page.orders, page.more) == ((), False)

    def test_fields_that_the_shop_does_not_know_are_no_empty_list_of_orders(self) -> None:
        with pytest.raises(ShopFault) as told:
            run(import_page(api_with(answering(json_answer([]))), EVERYTHING, [], None))
        assert told.value.finding.code == "unexpected-answer"

    def test_a_page_without_a_row_to_go_on_from_does_not_turn_for_ever(self) -> None:
        api = api_with(answering(json_answer({"items": [], "total_count": 7})))
        with pytest.raises(ShopFault):
            run(import_page(api, EVERYTHING, [], None))

    def test_a_stream_that_is_not_there_is_named(self) -> None:
        with pytest.raises(BadInput, match="no stream trash"):
            connector(sandbox()).start_cursor("trash", datetime.now(UTC), 120)


class TestStoreViews:
    def test_only_the_orders_of_the_chosen_ones_come(self) -> None:
        shop = sandbox(orders=20, second_store=True)
        numbers = [one.id for one in shop.backstage.orders()]
        for number in numbers[:5]:
            held(shop, number).store_id = 2
        wanted = OrderFilter(statuses=tuple(shop.backstage.counts()), placed_after=None)
        outlet = connector(shop, store_views="outlet")
        page = run(outlet.import_page(wanted, None))
        assert [order.remote_id for order in page.orders] == [str(number) for number in numbers[:5]]
        assert sum(run(outlet.count(wanted)).values()) == 5
        assert run(outlet.preview(wanted)).count == 5
        for everything in ("outlet, default", "all", ""):
            assert sum(run(connector(shop, store_views=everything).count(wanted)).values()) == 20

    def test_an_unknown_one_takes_none_rather_than_all(self) -> None:
        with pytest.raises(ShopFault) as told:
            run(connector(sandbox(orders=3), store_views="nowhere").import_page(EVERYTHING, None))
        assert told.value.finding.code == "store-view-unknown"
        assert told.value.finding.params["store"] == "nowhere"


class TestProducts:
    def test_skus_with_commas_slashes_and_other_letters_are_found(self) -> None:
        shop = sandbox()
        wanted = ["ZAINO 25L/BLU", "MAGLIA, L", "olio-evo-500", "NESSUNO", "NES, SUNO"]
        found = {product.remote_id: product.weight_g for product in run(connector(shop).products(wanted))}
        assert found == {"ZAINO 25L/BLU": 1300, "MAGLIA, L": 650, "olio-evo-500": 950}

    def test_many_are_asked_for_in_portions_that_an_address_can_hold(self) -> None:
        shop = sandbox()
        run(connector(shop).products([f"SKU-{number:060d}" for number in range(100)]))
        assert 2 <= len(asked(shop)) <= 10
        assert all(len(path) < 6000 for path in asked(shop))

    def test_the_lines_of_an_order_lead_to_their_weights(self) -> None:
        shop = sandbox()
        order = order_with(shop, 9, 10, 6)
        read = run(connector(shop).order(str(order.id)))
        assert read is not None
        found = run(connector(shop).products([line.product_id for line in read.lines]))
        assert {product.sku: product.weight_g for product in found} == {
            WARES[9].sku: 600,
            WARES[10].sku: 600,
            WARES[6].sku: 1300,
        }


def test_an_orders_number_is_never_taken_for_its_id() -> None:
    """`/orders/000000008` is read as the order with the id 8 (measured)."""
    shop = sandbox(orders=2)
    first, second = (held(shop, one.id) for one in shop.backstage.orders())
    found = run(connector(shop).order(str(first.id)))
    assert found is not None
    assert found.remote_id == str(first.id)
    assert found.number == first.increment
    assert int(first.increment) != first.id
    assert second.increment != first.increment
