"""What follows from the parts of an order: its words, and what may be done to a fulfilment order."""

from __future__ import annotations

from typing import Final

from varco.sandbox.orders import Charge, Line, Tax
from varco.sandbox.shopify.orders import FulfilmentOrder, Item, ShopifyOrder

STATUSES: Final = {
    "unpaid": "Payment pending",
    "unfulfilled": "Unfulfilled",
    "partially_fulfilled": "Partially fulfilled",
    "in_progress": "In progress",
    "on_hold": "On hold",
    "scheduled": "Scheduled",
    "fulfilled": "Fulfilled",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "voided": "Voided",
}
UNPAID: Final = ("PENDING", "PARTIALLY_PAID", "EXPIRED")

OVER: Final = ("CLOSED", "CANCELLED")
_UNTAXED: Final = Tax(1, "IVA", "IVA", 0)
"""Prices hold their tax; the office's page needs no more."""
_WAITS: Final = ("ON_HOLD", "SCHEDULED", "IN_PROGRESS")


def open_ones(order: ShopifyOrder) -> list[FulfilmentOrder]:
    return [found for found in order.fulfilment_orders if found.status not in OVER]


def shipping_status(order: ShopifyOrder) -> str:
    """`displayFulfillmentStatus` up to 2026-07. One held fulfilment order of two is no hold of the order (recorded)."""
    shipped = any(found.status == "SUCCESS" for found in order.shipments)
    live = open_ones(order)
    if not any(found.remaining for found in live):
        return "FULFILLED" if shipped else "UNFULFILLED"
    if shipped:
        return "PARTIALLY_FULFILLED"
    kinds = {found.status for found in live}
    return next((word for word in _WAITS if kinds == {word}), "UNFULFILLED")


def word_of(order: ShopifyOrder) -> str:
    """The one word by which the office's page, the tests and the connector know an order."""
    if order.cancelled:
        return "cancelled"
    if order.financial in ("REFUNDED", "VOIDED"):
        return order.financial.lower()
    word = shipping_status(order).lower()
    return "unpaid" if word == "unfulfilled" and order.financial in UNPAID else word


def settle(order: ShopifyOrder) -> None:
    """What the office's page shows of it."""
    order.status = word_of(order)
    order.lines = [
        Line(
            id=item.id,
            name=name_of(item),
            product_id=item.variant,
            variation_id=0,
            quantity=item.quantity,
            subtotal=item.price * item.quantity,
            total=item.price * item.quantity - item.discount,
            sku=item.sku,
            tax=_UNTAXED,
        )
        for item in order.items
    ]
    order.shipping_lines = [Charge(id=order.id, title="Corriere espresso", total=order.freight)]
    order.payment_title = order.financial.replace("_", " ").capitalize()


def name_of(item: Item) -> str:
    return f"{item.title} - {item.variant_title}" if item.variant_title else item.title


def actions(order: ShopifyOrder, found: FulfilmentOrder) -> list[str]:
    """What is recorded of open, held and closed ones; of the others what the schema's words say."""
    if order.cancelled or found.status in OVER or not found.remaining:
        return []
    if found.status == "ON_HOLD":
        return ["RELEASE_HOLD", "HOLD", "MOVE"]
    if found.status == "SCHEDULED":
        return ["MARK_AS_OPEN", "MOVE"]
    progress = ["MARK_AS_OPEN"] if found.reported else ["REPORT_PROGRESS", "MOVE"]
    return ["CREATE_FULFILLMENT", *progress, "HOLD", *(["SPLIT"] if found.remaining > 1 else [])]


def fulfillable(order: ShopifyOrder, item: Item) -> int:
    """`fulfillableQuantity`: what stands in open fulfilment orders, not in held ones (recorded)."""
    free = [found for found in open_ones(order) if found.status in ("OPEN", "IN_PROGRESS")]
    return sum(line.remaining for found in free for line in found.lines if line.item == item.id)


def unfulfilled(order: ShopifyOrder, item: Item) -> int:
    return sum(line.remaining for found in open_ones(order) for line in found.lines if line.item == item.id)
