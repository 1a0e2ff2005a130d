"""Shipping as a person asked for it: the orders are read again in the shop right before the label is made.

What changed meanwhile stops the label, so that nothing goes to an old address; so does an order that was cancelled. A
shop that cannot be reached stops it too, until the person says to ship all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from varco.hub.models import Operation, Order, Organisation
from varco.hub.store import aftermath, polls, shipping
from varco.hub.store import plans as plan_store
from varco.hub.store.shipping import ParcelRequest, ShipRequest
from varco.hub.sync import reread
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Door
from varco.hub.wording import status_name
from varco.model.errors import BadInput, ShopFault
from varco.model.finding import Confidence, Finding
from varco.model.order import Order as ShopOrder
from varco.shops.registry import connector

PATIENCE_S: Final = 20
"""A person waits: a shop that is slower counts as not reached."""


async def ship(door: Door, operation: Operation) -> dict[str, Any]:
    """`params` as `store.operations` describes them. Raises `ShopFault` with what stops the label."""
    params = operation.params
    organisation = operation.organisation
    for order in await db(_orders, organisation, params["orders"]):
        if not params.get("unread_ok"):
            await read_again(door, order, params.get("seen_hashes", {}))
        elif await db(aftermath.is_closed, order):
            raise ShopFault(_closed(order, status_name(order.integration, order.status)))
        waits = await db(shipping.what_keeps, order)
        if waits is not None:
            raise ShopFault(waits)
    try:
        shipment = await db(shipping.ship, organisation, request_from(params, operation.asked_by))
    except BadInput as error:
        raise ShopFault(_cannot(str(error))) from None
    return {"shipment": str(shipment.public_id)}


async def read_again(door: Door, order: Order, seen_hashes: Mapping[str, str]) -> None:
    """Raises `ShopFault` if it is another order by now than the one that the person saw."""
    if order.integration.paused_at is not None:
        return
    shop_order, changes = await read_order(door, order)
    if shop_order is None:
        raise ShopFault(_closed(order, "deleted"))
    if shop_order.status in connector(order.integration.platform).closed_statuses:
        raise ShopFault(_closed(order, status_name(order.integration, shop_order.status)))
    seen = seen_hashes.get(str(order.public_id))
    if changes or (seen and seen != await db(_hash, order.pk)):
        raise ShopFault(_changed(order, changes))


async def read_order(door: Door, order: Order) -> tuple[ShopOrder | None, list[str]]:
    """The order as it is in the shop now, stored, and what is different; None if it is gone."""
    plan = await db(plan_store.plan, order.integration)
    conversation = door.converse(plan, "read", first=True)
    before = await db(_shape, order.pk)
    try:
        async with asyncio.timeout(PATIENCE_S):
            reading = await reread.read_by_id(conversation, [order.remote_id])
    except TimeoutError:
        raise ShopFault(_too_slow(order)) from None
    if not (reading.orders or reading.gone):
        raise ShopFault(_cannot("The shop's answer about this order cannot be read."))
    await db(polls.store_read, plan, conversation.shop.mapper_version, reading)
    after = await db(_shape, order.pk)
    found = reading.orders[0] if reading.orders else None
    return found, [part for part, value in after.items() if value != before[part]]


def request_from(params: Mapping[str, Any], actor: str) -> ShipRequest:
    """`BadInput` where a caller sent what no form sends."""
    try:
        return ShipRequest(
            orders=[UUID(order) for order in params["orders"]],
            lines={int(key): Decimal(quantity) for key, quantity in params.get("lines", {}).items()},
            carrier_name=params["carrier_name"],
            parcels=[
                ParcelRequest(number=parcel.get("number", ""), weight_g=parcel.get("weight_g"))
                for parcel in params["parcels"]
            ],
            request_key=UUID(params["request_key"]),
            link_template=params.get("link_template", ""),
            number_range=UUID(params["number_range"]) if params.get("number_range") else None,
            reference=params.get("reference", ""),
            actor=actor,
        )
    except (KeyError, ValueError, TypeError, AttributeError, InvalidOperation) as error:
        raise BadInput(f"The shipment's description is not complete: {error}.") from None


def _orders(organisation: Organisation, public_ids: Sequence[str]) -> list[Order]:
    rows = Order.objects.of(organisation).select_related("integration", "integration__organisation")
    return list(rows.filter(public_id__in=public_ids).order_by("pk"))


def _shape(order_id: int) -> dict[str, Any]:
    """What matters for a label, part by part; the names are shown to the person."""
    order = Order.objects.select_related("contact").get(pk=order_id)
    lines = order.lines.filter(gone_at=None).order_by("remote_line_id")
    return {
        "address": order.contact.shipping,
        "lines": list(lines.values_list("remote_line_id", "quantity", "sku")),
        "status": order.status,
        "shipping method": order.shipping_method,
        "note": order.contact.customer_note,
    }


def _hash(order_id: int) -> str:
    return bytes(Order.objects.values_list("content_hash", flat=True).get(pk=order_id)).hex()


def _finding(code: str, params: dict[str, str | int]) -> Finding:
    return Finding(code=code, params=params, confidence=Confidence.CERTAIN, rests_on="read right before the label")


def _closed(order: Order, status: str) -> Finding:
    return _finding("order-closed", {"number": order.number, "status": status})


def _changed(order: Order, changes: Sequence[str]) -> Finding:
    return _finding("order-changed", {"number": order.number, "what": ", ".join(changes) or "other data"})


def _cannot(reason: str) -> Finding:
    return _finding("cannot-ship", {"reason": reason})


def _too_slow(order: Order) -> Finding:
    host = order.integration.base_url.partition("://")[2].partition("/")[0]
    return _finding("answer-timeout", {"host": host, "seconds": PATIENCE_S})
