"""What the pretend Magento keeps of an order, beyond what every pretend shop does. Amounts are millionths."""

from __future__ import annotations

from typing import Any

import msgspec

from varco.sandbox.amounts import part, rounded
from varco.sandbox.orders import Order


class Item(msgspec.Struct, gc=False, kw_only=True):
    """One row. A variant and the parts of a bundle stand below another row (`parent`)."""

    id: int
    product_id: int
    type: str
    sku: str
    name: str
    quantity: int
    price: int
    """Of one, without tax."""
    weight: float | int | None = None
    parent: int = 0
    in_variant: bool = False
    """Whether the row above is a configurable product, whose own row counts."""
    tax_percent: int = 22
    discount: int = 0
    discount_percent: int = 0
    shipped: int = 0
    invoiced: int = 0
    refunded: int = 0
    canceled: int = 0
    option: dict[str, Any] = {}
    """What the customer chose, of a configurable product and of a bundle."""
    updated: int = 0

    @property
    def is_virtual(self) -> bool:
        return self.type == "virtual"

    @property
    def left(self) -> int:
        """What can still be shipped of it."""
        if self.parent or self.is_virtual:
            return 0
        return max(self.quantity - self.shipped - self.refunded - self.canceled, 0)

    @property
    def total(self) -> int:
        return rounded(self.price * self.quantity - self.discount)

    @property
    def tax(self) -> int:
        return rounded(part(self.total, self.tax_percent))


class Track(msgspec.Struct, gc=False, kw_only=True):
    id: int
    number: str
    title: str
    carrier_code: str
    created: int
    description: str | None = None
    weight: int | float | None = None
    quantity: int | float | None = None


class Shipment(msgspec.Struct, gc=False, kw_only=True):
    id: int
    created: int
    items: list[tuple[int, int]] = []
    """Rows and how many of each."""
    tracks: list[Track] = []
    source: str = "default"


class Comment(msgspec.Struct, gc=False, kw_only=True):
    id: int
    created: int
    text: str
    status: str
    notified: int | None = 0
    visible: int = 0


class MagentoOrder(Order, gc=False, kw_only=True):
    increment: str
    state: str
    items: list[Item] = msgspec.field(default_factory=list)
    shipments: list[Shipment] = msgspec.field(default_factory=list)
    comments: list[Comment] = msgspec.field(default_factory=list)
    freight: int = 0
    """What shipping costs."""
    is_invoiced: bool = False
    before_hold: tuple[str, str] | None = None
    """State and status."""
    coupon: str = ""
    store_id: int = 1
    address_ids: tuple[int, int] = (1, 2)
    """Of the delivery and of the billing address."""
    region_id: int = 0
    delivery_region_id: int = 0

    def item(self, item_id: int) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

    def parents(self) -> list[Item]:
        """The rows that count."""
        return [item for item in self.items if not item.parent]

    @property
    def is_virtual(self) -> bool:
        return all(item.is_virtual for item in self.items)


def tax_of(order: MagentoOrder, item: Item) -> int:
    """A bundle's is that of its parts."""
    if item.type != "bundle":
        return item.tax
    return sum(below.tax for below in order.items if below.parent == item.id)


def subtotal(order: MagentoOrder) -> int:
    return sum(rounded(item.price * item.quantity) for item in order.parents())


def discount(order: MagentoOrder) -> int:
    return sum(item.discount for item in order.parents())


def tax(order: MagentoOrder) -> int:
    return sum(tax_of(order, item) for item in order.parents())


def grand_total(order: MagentoOrder) -> int:
    return subtotal(order) - discount(order) + tax(order) + order.freight
