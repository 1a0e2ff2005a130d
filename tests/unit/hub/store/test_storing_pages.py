"""A page of orders, stored once, twice, late, and without its lease."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest

from tests.conftest import FakeClock
from varco.hub.models import (
    ExchangeRecord,
    FindingRecord,
    Integration,
    Order,
    OrderEvent,
    OrderLine,
    OrderRefund,
    StreamCursor,
    UnreadOrder,
)
from varco.hub.store import claims, plans, polls
from varco.hub.store.evidence import SaidExchange
from varco.hub.store.leases import LeaseLost
from varco.hub.store.pages import Saved
from varco.hub.store.plans import IMPORT_STREAM, Plan
from varco.model.address import Address
from varco.model.finding import Confidence, Finding
from varco.model.order import Order as ShopOrder
from varco.model.order import OrderLine as ShopLine
from varco.model.order import Refund
from varco.model.order import UnreadOrder as ShopUnread
from varco.shops.base import Page

BEGAN: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANNA: Final = Address(name="Anna Rossi", line1="Via Roma 1", city="Napoli", country="IT")


def line(line_id: str, **values: Any) -> ShopLine:
    return ShopLine(**{"remote_line_id": line_id, "name": f"Tazza {line_id}", "quantity": Decimal(2), **values})


def order(remote_id: str = "1001", **values: Any) -> ShopOrder:
    return ShopOrder(
        **{
            "remote_id": remote_id,
            "number": f"#{remote_id}",
            "status": "processing",
            "placed_at": BEGAN - timedelta(days=1),
            "modified_at": BEGAN - timedelta(hours=1),
            "currency": "EUR",
            "total": Decimal("12.20"),
            "billing": ANNA,
            "shipping": ANNA,
            "lines": (line("1", sku="T-1", product_id="23/28", total=Decimal("10.00")), line("2")),
            **values,
        }
    )


def unread(remote_id: str) -> ShopUnread:
    finding = Finding(code="order-unreadable", params={"number": remote_id, "reason": "?"}, confidence=Confidence.HIGH)
    return ShopUnread(remote_id=remote_id, number=remote_id, finding=finding, raw=b"{}")


@pytest.fixture
def plan(integration: Integration, clock: FakeClock) -> Plan:
    return plans.plan(integration, claims.take_over(integration.pk, "import").token)


def store(plan: Plan, *orders: ShopOrder, after_s: float = 0, **values: Any) -> Saved:
    said: Sequence[SaidExchange] = values.pop("said", ())
    page = Page(orders=orders, cursor=f"after {len(orders)}", more=False, **values)
    began = BEGAN + timedelta(seconds=after_s)
    return polls.store_page(plan, 1, IMPORT_STREAM, page, read_started_at=began, said=said)


def test_an_order_comes_with_its_lines_address_and_refunds(plan: Plan) -> None:
    saved = store(plan, order(refunds=(Refund(remote_id="7", amount=Decimal("1.50"), reason="broken"),)))
    assert (saved.new, saved.new_numbers, saved.product_ids) == (1, ["#1001"], {"23/28"})
    row = Order.objects.get()
    assert (row.number, row.total, row.shipping_total, row.shipping_method) == ("#1001", Decimal("12.20"), None, "")
    assert row.contact.shipping == msgspec.to_builtins(ANNA)
    lines = OrderLine.objects.order_by("position").values_list("remote_line_id", "position", "sku", "quantity", "total")
    assert list(lines) == [("1", 0, "T-1", Decimal(2), Decimal("10.00")), ("2", 1, "", Decimal(2), None)]
    assert OrderRefund.objects.get().reason == "broken"


def test_the_same_page_again_writes_nothing_of_the_order(plan: Plan) -> None:
    store(plan, order())
    before = Order.objects.values().get()
    saved = store(plan, order(), after_s=60)
    assert (saved.new, saved.changed, saved.unchanged) == (0, 0, 1)
    assert Order.objects.values().get() == before
    assert not OrderEvent.objects.exists()


def test_a_change_keeps_the_row_and_is_told_in_its_history(plan: Plan) -> None:
    store(plan, order())
    before = Order.objects.get()
    saved = store(plan, order(status="completed"), after_s=60)
    after = Order.objects.get()
    assert (saved.changed, after.pk, after.public_id, after.status) == (1, before.pk, before.public_id, "completed")
    event = OrderEvent.objects.get()
    assert (event.kind, event.actor, event.data) == ("status", "shop", {"from": "processing", "to": "completed"})


def test_an_older_reading_changes_nothing(plan: Plan) -> None:
    store(plan, order(status="on-hold"), after_s=60)
    assert store(plan, order()).unchanged == 1
    assert Order.objects.get().status == "on-hold"


def test_an_erased_order_is_not_brought_back(plan: Plan, clock: FakeClock) -> None:
    store(plan, order())
    Order.objects.update(erased_at=clock.now())
    assert store(plan, order(customer_note="Please ring"), after_s=60).changed == 0
    assert Order.objects.get().contact.customer_note == ""


def test_a_line_that_left_is_marked_and_one_that_came_back_is_not(plan: Plan) -> None:
    store(plan, order(refunds=(Refund(remote_id="7", amount=Decimal(1)),)))
    store(plan, order(lines=(line("2"), line("3"))), after_s=60)
    gone = dict(OrderLine.objects.values_list("remote_line_id", "gone_at"))
    assert (gone["1"] is None, gone["2"] is None, gone["3"] is None) == (False, True, True)
    assert not OrderRefund.objects.exists()
    store(plan, order(), after_s=120)
    assert OrderLine.objects.get(remote_line_id="1").gone_at is None


def test_only_wanted_orders_are_taken_in(plan: Plan) -> None:
    saved = store(plan, order("1"), order("2", status="cancelled"))
    assert (saved.new, list(Order.objects.values_list("remote_id", flat=True))) == (1, ["1"])


def test_a_page_leaves_its_cursor_its_progress_and_its_call(plan: Plan, clock: FakeClock) -> None:
    said = SaidExchange(
        at=clock.now(), purpose="poll", method="GET", url="https://x", status=200, failure="", total_ms=9, address="::1"
    )
    store(plan, order(), total=40, said=[said])
    store(plan, order("1002"), order("1003"), unread=(unread("1004"),), total=2)
    integration = Integration.objects.get()
    assert (integration.import_seen, integration.import_total) == (4, 4)
    assert StreamCursor.objects.get(stream=IMPORT_STREAM).cursor == "after 2"
    kept = ExchangeRecord.objects.get()
    assert (kept.public_id, kept.at, kept.status, kept.detail) == (said.public_id, said.at, 200, None)


def test_an_order_that_can_be_read_at_last_is_no_problem_any_more(plan: Plan) -> None:
    store(plan, unread=(unread("1"), unread("2")))
    store(plan, order("1"), after_s=60)
    assert UnreadOrder.objects.get(remote_id="1").raw is None
    assert FindingRecord.objects.filter(cleared_at=None).count() == 1
    store(plan, order("2"), after_s=120)
    assert not FindingRecord.objects.filter(cleared_at=None).exists()


def test_without_its_lease_nothing_is_stored(plan: Plan) -> None:
    claims.take_over(plan.integration_id, "refresh")
    with pytest.raises(LeaseLost):
        store(plan, order())
    assert not Order.objects.exists()
    assert not StreamCursor.objects.exists()
