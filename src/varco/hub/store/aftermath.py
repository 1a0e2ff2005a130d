"""What a change in the shop means for what was shipped already. In the transaction that stores the change.

* An order that was shipped and is cancelled, refunded or deleted since: a problem, as long as it is so.
* Something was added to an order after all of it was shipped: it waits to be shipped again.
* What was left to ship was taken out of it: it is shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from varco.hub import runtime
from varco.hub.models import FindingRecord, Order, OrderEvent, Shipment, ShipmentLine
from varco.hub.store.evidence import Owner, clear_findings, open_finding
from varco.hub.store.shipping import is_all_shipped
from varco.hub.wording import status_name
from varco.model.finding import Confidence, Finding
from varco.shops.registry import connector

CODE: Final = "shipped-but-closed"
CHANNEL: Final = "shipped"


def look(order_ids: Sequence[int]) -> None:
    """After these orders changed."""
    if order_ids:
        shipped = Exists(ShipmentLine.objects.filter(order=OuterRef("pk"), shipment__cancelled_at=None))
        for order in Order.objects.filter(shipped, pk__in=order_ids).select_related("integration"):
            _look(order)


def _look(order: Order) -> None:
    if is_closed(order):
        open_finding(_owner(order), _finding(order), channel=CHANNEL, order_id=order.pk)
        return
    clear_findings(order.integration_id, channel=CHANNEL, order_id=order.pk)
    all_shipped = is_all_shipped(order)
    if not all_shipped and order.shipped_at is not None:
        _set_shipped(order, False, "reopened")
    elif all_shipped and order.shipped_at is None:
        _set_shipped(order, True, "all-shipped")


def findings_of(shipments: QuerySet[Shipment]) -> QuerySet[FindingRecord]:
    """Orders of these shipments that the shop does not want shipped any more."""
    orders = ShipmentLine.objects.filter(shipment__in=shipments).values("order")
    rows: QuerySet[FindingRecord] = FindingRecord.objects.filter(order__in=orders, channel=CHANNEL, cleared_at=None)
    return rows.select_related("order")


def is_closed(order: Order) -> bool:
    """Whether the shop does not want it shipped."""
    return order.gone_at is not None or order.status in connector(order.integration.platform).closed_statuses


def _set_shipped(order: Order, shipped: bool, kind: str) -> None:
    now = runtime.clock().now()
    Order.objects.filter(pk=order.pk).update(shipped_at=now if shipped else None)
    OrderEvent.objects.create(
        organisation_id=order.organisation_id, order=order, at=now, actor="shop", kind=kind, data={}
    )


def _owner(order: Order) -> Owner:
    return Owner(order.organisation_id, order.integration_id)


def _finding(order: Order) -> Finding:
    status = "deleted" if order.gone_at is not None else status_name(order.integration, order.status)
    return Finding(
        code=CODE,
        params={"number": order.number, "status": status},
        confidence=Confidence.CERTAIN,
        rests_on="the order in the shop, and our shipment",
    )
