"""What a customer bought, in the same shape for every platform.

`gc=False`: orders hold no circles, and pages of them are made and dropped: Python's collector need not look.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from varco.model.address import Address
from varco.model.finding import Finding
from varco.model.money import Money


class OrderLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    remote_line_id: str
    name: str
    quantity: Decimal
    """What was ordered, refunds not taken off."""
    open_quantity: Decimal | None = None
    """What the shop says is still to be shipped of it, whoever shipped the rest; None where it does not say."""
    held_quantity: Decimal = Decimal(0)
    """Of that, what the shop does not let go yet."""
    sku: str = ""
    product_id: str = ""
    """Names the `Product` that knows weight and customs data; empty where it was deleted."""
    total: Decimal | None = None
    """Of the whole line, without tax, in the order's currency."""


class Refund(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    remote_id: str
    amount: Decimal
    reason: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    remote_id: str
    """The shop's own key, unique within it. Never shown: people know the `number`."""
    number: str
    status: str
    """The shop's word, custom ones too."""
    placed_at: datetime
    placed_text: str = ""
    """The same moment as the shop wrote it in its own time, where it told no zone; empty where it did."""
    modified_at: datetime
    currency: str
    total: Decimal
    shipping_total: Decimal | None = None
    tax_total: Decimal | None = None
    paid_at: datetime | None = None
    billing: Address
    shipping: Address
    shipping_method: str = ""
    payment_method: str = ""
    customer_note: str = ""
    lines: tuple[OrderLine, ...] = ()
    refunds: tuple[Refund, ...] = ()
    waits: Finding | None = None
    """What keeps goods of it from being shipped now: held in the shop, or left to somebody else."""

    def total_money(self) -> Money:
        return Money(self.total, self.currency)


class UnreadOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order that the connector could not read. It is kept with its finding, and does not stop the others."""

    remote_id: str
    number: str = ""
    finding: Finding
    raw: bytes
    """What the shop sent: holds people's data, so it is stored encrypted."""


class Product(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What orders do not say of the goods: weight and customs data."""

    remote_id: str
    name: str = ""
    sku: str = ""
    ean: str = ""
    weight_g: int | None = None
    hs_code: str = ""
    origin: str = ""
    """Country of origin, ISO 3166-1 alpha-2."""
