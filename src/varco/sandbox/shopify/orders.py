"""What a pretend Shopify keeps of an order beyond what every shop does.

What is shipped is the fulfilment order: one location's share of an order's lines. A fulfilment tells of parcels.
"""

from __future__ import annotations

import msgspec

from varco.sandbox.orders import Order


class Item(msgspec.Struct, gc=False):
    """A line. Its `quantity` counts what was removed or paid back since."""

    id: int
    variant: int
    """0 where there is none: a custom line, a tip, or a product that was deleted."""
    title: str
    quantity: int
    price: int
    """Of one, with tax, in the shop's currency."""
    sku: str | None = None
    variant_title: str | None = None
    discount: int = 0
    """Of the whole line."""
    removed: int = 0
    """By an edit, or paid back before it was shipped."""
    requires_shipping: bool = True
    gift_card: bool = False
    is_tip: bool = False
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def current(self) -> int:
        return self.quantity - self.removed


class FoLine(msgspec.Struct, gc=False):
    """What a fulfilment order has of one line."""

    id: int
    item: int
    total: int
    remaining: int


class Hold(msgspec.Struct, gc=False):
    id: int
    reason: str = "OTHER"
    notes: str = ""
    handle: str = ""
    external_id: str | None = None
    by_us: bool = False
    """By the app that asks, and not by somebody else."""


class FulfilmentOrder(msgspec.Struct, gc=False):
    id: int
    created: int
    updated: int
    location: int
    status: str = "OPEN"
    request_status: str = "UNSUBMITTED"
    lines: list[FoLine] = []
    holds: list[Hold] = []
    split_from: int = 0
    """Out of which one a hold took it: a release puts its lines back."""
    fulfill_at: int = 0
    reported: bool = False
    """Whether somebody reported progress: it cannot be moved."""

    @property
    def remaining(self) -> int:
        return sum(line.remaining for line in self.lines)


class Parcel(msgspec.Struct, frozen=True, gc=False):
    number: str | None
    url: str | None
    company: str | None


class Event(msgspec.Struct, gc=False):
    id: int
    status: str
    created: int
    happened: int
    message: str | None = None
    estimated: str | None = None
    city: str | None = None
    province: str | None = None
    country: str | None = None
    zip: str | None = None
    address1: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Packed(msgspec.Struct, frozen=True, gc=False):
    """What a fulfilment holds of one line of a fulfilment order."""

    id: int
    order: int
    line: int
    item: int
    quantity: int


class Fulfilment(msgspec.Struct, gc=False):
    id: int
    name: str
    created: int
    updated: int
    location: int
    lines: list[Packed]
    status: str = "SUCCESS"
    parcels: list[Parcel] = []
    events: list[Event] = []
    notifies: bool = False
    """Whether the customer is mailed of this and of what follows."""


class ShopifyOrder(Order, gc=False):
    """`status` is one word for the three that Shopify has (see `states.word_of`)."""

    items: list[Item] = msgspec.field(default_factory=list)
    fulfilment_orders: list[FulfilmentOrder] = msgspec.field(default_factory=list)
    shipments: list[Fulfilment] = msgspec.field(default_factory=list)
    financial: str = "PAID"
    refunded: int = 0
    """How much was paid back."""
    cancelled: int = 0
    cancel_reason: str = "OTHER"
    closed: int = 0
    edited: bool = False
    test: bool = False
    tags: list[str] = msgspec.field(default_factory=list)
    source: str = "web"
    method: str = "SHIPPING"
    """How it is delivered, of `DeliveryMethodType`."""
    freight: int = 0
    shown_currency: str = ""
    """The customer's own, where that is not the shop's; at `rate`."""
    rate: str = "1"
    mails: list[str] = msgspec.field(default_factory=list)
    """What the customer was mailed."""
    routed: int = 0
    """When its fulfilment orders are there."""

    @property
    def name_shown(self) -> str:
        return f"#{1000 + self.id}"

    def item(self, number: int) -> Item | None:
        return next((item for item in self.items if item.id == number), None)

    def fulfilment_order(self, number: int) -> FulfilmentOrder | None:
        return next((order for order in self.fulfilment_orders if order.id == number), None)

    def fulfilment(self, number: int) -> Fulfilment | None:
        return next((found for found in self.shipments if found.id == number), None)


def of(order: Order) -> ShopifyOrder:
    """The same order, known to be a Shopify's."""
    if not isinstance(order, ShopifyOrder):
        raise TypeError("an order of another platform")
    return order
