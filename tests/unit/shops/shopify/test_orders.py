"""What orders become: words for states, what is left to ship, what is held, and what is hidden."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from tests.contract.stages import BEGAN, Reader, Stage, shopify
from tests.unit.shops.shopify.stage import RECORDED, act, run, with_order
from varco.model.errors import ShopFault
from varco.model.order import Order
from varco.shops.base import OrderFilter
from varco.shops.shopify.importing import ASK, ImportCursor
from varco.shops.shopify.payload import FulfilmentOrder, status_of, why_held
from varco.shops.shopify.shop import Shopify

ALL = OrderFilter(statuses=tuple(Shopify.default_statuses), placed_after=BEGAN - timedelta(days=50))


def read(stage: Stage, number: str) -> Order:
    found = run(stage.shop.order(number))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("cancelled", "financial", "fulfilment", "word"),
    [
        ("2026-11-01T10:00:00Z", "PAID", "UNFULFILLED", "cancelled"),
        (None, "REFUNDED", "FULFILLED", "refunded"),
        (None, "VOIDED", "UNFULFILLED", "voided"),
        (None, "PENDING", "UNFULFILLED", "unpaid"),
        (None, "AUTHORIZED", "UNFULFILLED", "unfulfilled"),
        (None, "PENDING", "PARTIALLY_FULFILLED", "partially_fulfilled"),
        (None, "PAID", "FULFILLMENT_NOT_REQUIRED", "fulfillment_not_required"),
        (None, "A_NEW_ONE", "ANOTHER_NEW_ONE", "another_new_one"),
        (None, None, None, "unfulfilled"),
    ],
)
def test_three_states_become_one_word_and_a_new_one_harms_nobody(
    cancelled: str | None, financial: str | None, fulfilment: str | None, word: str
) -> None:
    assert status_of(cancelled, financial, fulfilment) == word


def test_what_is_held_is_said_and_comes_by_the_second_list() -> None:
    stage, number = with_order()
    reader = Reader(stage, ALL)
    run(reader.read_import())
    stage.clock.move(300)
    act(stage, "hold", order=int(number), reason="HIGH_RISK_OF_FRAUD")
    before = read(stage, number).modified_at
    run(reader.read_changes())
    order = reader.held[number]
    assert (order.status, order.waits and order.waits.code) == ("on_hold", "fulfilment-on-hold")
    assert all(line.held_quantity == line.open_quantity == line.quantity for line in order.lines)
    stage.clock.move(300)
    act(stage, "release", order=int(number))
    run(reader.read_changes())
    order = reader.held[number]
    assert (order.status, order.waits) == ("unfulfilled", None)
    assert order.modified_at > before


def test_what_was_shipped_in_the_office_is_not_left_to_ship() -> None:
    stage, number = with_order()
    line = read(stage, number).lines[0]
    act(stage, "edit", order=int(number), add={line.product_id: 2})
    added = read(stage, number)
    assert sum(one.open_quantity or 0 for one in added.lines) > sum(one.open_quantity or 0 for one in (line,))
    act(stage, "fulfil", order=int(number), tracking="X1")
    order = read(stage, number)
    assert any((one.open_quantity or Decimal(0)) < one.quantity for one in order.lines)


def test_an_order_without_fulfilment_orders_yet_waits_and_is_not_taken_for_shipped() -> None:
    stage, number = with_order(routing_s=10**7)
    order = read(stage, number)
    assert order.waits is not None
    assert order.waits.code == "fulfilment-not-ready"
    assert all(line.open_quantity == line.quantity for line in order.lines)


def test_hidden_customers_are_said_for_the_shop_and_for_the_order() -> None:
    stage, _ = with_order(customer_data=False)
    page = run(stage.shop.import_page(ALL, None))
    assert [warning.code for warning in page.warnings] == ["customer-data-hidden"]
    assert page.orders[0].waits is not None
    assert page.orders[0].waits.code == "customer-data-hidden"


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"status": "ON_HOLD"}, "fulfilment-on-hold"),
        ({"status": "SCHEDULED", "fulfillAt": "2026-12-24T10:00:00Z"}, "fulfilment-scheduled"),
        ({"status": "OPEN", "deliveryMethod": {"methodType": "PICK_UP"}}, "fulfilment-elsewhere"),
        ({"status": "A_NEW_ONE"}, "fulfilment-elsewhere"),
    ],
)
def test_what_keeps_goods_is_told_apart(part: dict[str, object], code: str) -> None:
    lines = {
        "nodes": [{"id": "gid://shopify/FulfillmentOrderLineItem/1", "remainingQuantity": 1, "lineItem": {"id": "x"}}]
    }
    found = msgspec.convert({"id": "1", "lineItems": lines, **part}, FulfilmentOrder)
    assert why_held([found], local=False).code == code


def test_the_recorded_edit_leaves_what_real_shops_left() -> None:
    rows = RECORDED["order_edit"]["exchanges"]["downstreamRead"]["response"]["data"]["order"]["fulfillmentOrders"][
        "nodes"
    ]
    parts = [msgspec.convert(row, FulfilmentOrder, strict=False) for row in rows]
    assert [[share.remaining_quantity for share in part.line_items.nodes] for part in parts] == [[1], [2]]


def test_an_order_that_is_out_of_sight_is_not_taken_for_deleted() -> None:
    stage = shopify(orders=0)
    (old,) = stage.backstage.add_orders(1, at=BEGAN - timedelta(days=90), status="unfulfilled", oddities=[])
    (deleted, _) = stage.backstage.add_orders(2, at=BEGAN - timedelta(days=1), status="unfulfilled", oddities=[])
    with pytest.raises(ShopFault) as told:
        run(stage.shop.order(str(old)))
    assert told.value.finding.code == "order-out-of-sight"
    stage.backstage.add_orders(1, at=BEGAN - timedelta(hours=1), status="unfulfilled", oddities=[])
    stage.backstage.delete([deleted + 1])
    assert run(stage.shop.order(str(deleted + 1))) is None


def test_a_large_import_comes_out_of_one_file_in_pieces() -> None:
    """As page by page, order for order."""
    stage = shopify(orders=400, seed=5, days=40)
    by_pages = Reader(stage, ALL)
    run(by_pages.read_import())
    cursor: str | None = msgspec.json.encode(ImportCursor(bulk=ASK)).decode()
    found: dict[str, Order] = {}
    for _ in range(60):
        page = run(stage.again().import_page(ALL, cursor))
        found |= {order.remote_id: order for order in page.orders}
        cursor = page.cursor
        if not page.more:
            break
    assert '"bulk":"gid://shopify/BulkOperation/' in str(cursor)
    assert found == by_pages.held


def test_where_no_file_is_made_it_goes_page_by_page() -> None:
    stage = shopify(orders=30, seed=5)
    lost = msgspec.json.encode(ImportCursor(bulk="gid://shopify/BulkOperation/1")).decode()
    page = run(stage.shop.import_page(ALL, lost))
    assert page.orders
    assert not page.more
