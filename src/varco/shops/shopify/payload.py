"""What Shopify sends of an order and a product, and how it becomes ours. Only the fields that we use.

`gc=False`: what comes out of JSON holds no circles, so Python's collector need not walk through each page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, Generic, TypeVar

import msgspec

from varco.model.address import Address
from varco.model.finding import Confidence, Finding
from varco.model.order import Order, OrderLine, Product, Refund, UnreadOrder
from varco.model.units import grams_from
from varco.shops.fields import Loose, number_or_none, text_of, unread_order
from varco.shops.shopify.api import gid_of, number_in

T = TypeVar("T")

MAPPER_VERSION: Final = 1

STATUSES: Final = (
    ("unfulfilled", "Unfulfilled"),
    ("unpaid", "Unfulfilled, payment pending"),
    ("partially_fulfilled", "Partially fulfilled"),
    ("in_progress", "In progress"),
    ("on_hold", "On hold"),
    ("scheduled", "Scheduled"),
    ("request_declined", "Request declined"),
    ("fulfilled", "Fulfilled"),
    ("cancelled", "Canceled"),
    ("refunded", "Refunded"),
    ("voided", "Voided"),
    ("fulfillment_not_required", "Fulfillment not required"),
)
"""One word made of the three that an order has, with the names of Shopify's admin. A new one of Shopify's is itself."""
TO_SHIP: Final = (
    "unfulfilled", "unpaid", "partially_fulfilled", "in_progress", "on_hold", "scheduled", "request_declined"
)  # fmt: skip
CLOSED: Final = ("cancelled", "refunded", "voided", "fulfillment_not_required")
LOCAL: Final = "local_delivery"
TEST_ORDERS: Final = "test_orders"
YES: Final = "yes"
"""The value of either option by which its orders are taken."""

_OLD_WORDS: Final = ("UNFULFILLED", "OPEN", "RESTOCKED", "PENDING_FULFILLMENT")
"""All of them mean that nothing was shipped yet; only the first is still given."""
_NOT_PAID: Final = ("PENDING", "PARTIALLY_PAID", "EXPIRED")
_PAID: Final = ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")
_ENDED: Final = ("CLOSED", "CANCELLED")
_CREATE: Final = "CREATE_FULFILLMENT"
_NOT_BY_CARRIER: Final = ("PICK_UP", "RETAIL", "NONE", "LOCAL")
_UNITS: Final = {"GRAMS": "g", "KILOGRAMS": "kg", "OUNCES": "oz", "POUNDS": "lbs"}


class PageInfo(msgspec.Struct, gc=False, rename="camel"):
    has_next_page: bool = False
    end_cursor: str | None = None


class Nodes(msgspec.Struct, Generic[T], gc=False, rename="camel"):
    nodes: list[T] = []
    page_info: PageInfo = msgspec.field(default_factory=PageInfo)


class Amount(msgspec.Struct, gc=False):
    amount: Loose = None


class Money(msgspec.Struct, gc=False, rename="camel"):
    shop_money: Amount | None = None


class ShopifyAddress(msgspec.Struct, gc=False, rename="camel"):
    """Of an order, or of where a fulfilment order goes."""

    first_name: Loose = None
    last_name: Loose = None
    name: Loose = None
    company: Loose = None
    address1: Loose = None
    address2: Loose = None
    city: Loose = None
    province: Loose = None
    province_code: Loose = None
    zip: Loose = None
    country_code_v2: Loose = msgspec.field(default=None, name="countryCodeV2")
    country_code: Loose = None
    phone: Loose = None
    email: Loose = None


class Named(msgspec.Struct, gc=False):
    id: str = ""


class Titled(msgspec.Struct, gc=False):
    title: Loose = None


class ShopifyLine(msgspec.Struct, gc=False, rename="camel"):
    id: str
    sku: Loose = None
    name: Loose = None
    quantity: int = 0
    current_quantity: int = 0
    requires_shipping: bool = True
    price_after_all_discounts_before_taxes_set: Money | None = None
    variant: Named | None = None


class Share(msgspec.Struct, gc=False, rename="camel"):
    """What a fulfilment order has of one line."""

    id: str
    remaining_quantity: int = 0
    line_item: Named = msgspec.field(default_factory=Named)


class Method(msgspec.Struct, gc=False, rename="camel"):
    method_type: str = ""


class Action(msgspec.Struct, gc=False):
    action: str = ""


class Hold(msgspec.Struct, gc=False, rename="camel"):
    reason: str = ""
    display_reason: str = ""


class Location(msgspec.Struct, gc=False):
    name: str = ""
    location: Named | None = None

    @property
    def key(self) -> str:
        """Its number; its name where we may not read locations."""
        return self.location.id if self.location is not None else self.name


class FulfilmentOrder(msgspec.Struct, gc=False, rename="camel"):
    """What one location ships of an order."""

    id: str
    status: str = ""
    updated_at: datetime | None = None
    fulfill_at: str | None = None
    assigned_location: Location | None = None
    delivery_method: Method | None = None
    destination: ShopifyAddress | None = None
    supported_actions: list[Action] = []
    fulfillment_holds: list[Hold] = []
    line_items: Nodes[Share] = msgspec.field(default_factory=Nodes[Share])

    @property
    def method(self) -> str:
        return self.delivery_method.method_type if self.delivery_method is not None else ""

    @property
    def is_open(self) -> bool:
        return self.status not in _ENDED and any(share.remaining_quantity > 0 for share in self.line_items.nodes)

    def is_ours(self, local: bool) -> bool:
        """Whether Shopify lets us ship it now, by a carrier."""
        by_carrier = self.method not in _NOT_BY_CARRIER or (local and self.method == "LOCAL")
        return by_carrier and any(one.action == _CREATE for one in self.supported_actions)


class ShopifyOrder(msgspec.Struct, gc=False, rename="camel"):
    id: str
    created_at: datetime
    updated_at: datetime
    processed_at: datetime | None = None
    name: Loose = None
    cancelled_at: str | None = None
    test: bool = False
    requires_shipping: bool = True
    display_financial_status: str | None = None
    display_fulfillment_status: str | None = None
    email: Loose = None
    phone: Loose = None
    note: Loose = None
    payment_gateway_names: list[Loose] = []
    currency_code: Loose = None
    shipping_address: ShopifyAddress | None = None
    billing_address: ShopifyAddress | None = None
    current_total_price_set: Money | None = None
    total_refunded_set: Money | None = None
    total_shipping_price_set: Money | None = None
    current_total_tax_set: Money | None = None
    shipping_line: Titled | None = None
    line_items: Nodes[ShopifyLine] = msgspec.field(default_factory=Nodes[ShopifyLine])
    fulfillment_orders: Nodes[FulfilmentOrder] = msgspec.field(default_factory=Nodes[FulfilmentOrder])


class Weight(msgspec.Struct, gc=False):
    value: Loose = None
    unit: str = ""


class Measurement(msgspec.Struct, gc=False):
    weight: Weight | None = None


class InventoryItem(msgspec.Struct, gc=False, rename="camel"):
    id: str = ""
    harmonized_system_code: Loose = None
    country_code_of_origin: Loose = None
    measurement: Measurement | None = None


class Variant(msgspec.Struct, gc=False, rename="camel"):
    id: str | None = None
    sku: Loose = None
    barcode: Loose = None
    display_name: Loose = None
    inventory_item: InventoryItem | None = None


_order = msgspec.json.Decoder(ShopifyOrder, strict=False)


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """Whole orders, read."""

    orders: tuple[Order, ...] = ()
    unread: tuple[UnreadOrder, ...] = ()
    warnings: tuple[Finding, ...] = ()


def decoded(body: bytes) -> ShopifyOrder:
    """Raises `ValueError` naming the field that cannot be."""
    return _order.decode(body)


def unread(body: bytes, error: Exception) -> UnreadOrder:
    """Named by its number, as orders are that can be read."""
    found = unread_order(body, error, id_field="id", number_field="name")
    return msgspec.structs.replace(
        found, remote_id=number_in(found.remote_id), number=found.number.removeprefix("#") or found.remote_id
    )


def status_of(cancelled_at: str | None, financial: str | None, fulfilment: str | None) -> str:
    """One word for the three. What Shopify may add some day stands as it is."""
    if cancelled_at:
        return "cancelled"
    if financial in ("REFUNDED", "VOIDED"):
        return financial.lower()
    if not fulfilment or fulfilment in _OLD_WORDS:
        return "unpaid" if financial in _NOT_PAID else "unfulfilled"
    return fulfilment.lower()


def order_from(found: ShopifyOrder, options: Mapping[str, str]) -> Order:
    """Ours from theirs. Raises `ValueError` naming the field that cannot be."""
    billing = _address(found.billing_address, found)
    shipping = _address(_destination(found), found)
    refunded = _amount(found.total_refunded_set, "totalRefundedSet") or Decimal(0)
    current = _amount(found.current_total_price_set, "currentTotalPriceSet")
    if current is None:
        raise ValueError("no currentTotalPriceSet")
    status = status_of(found.cancelled_at, found.display_financial_status, found.display_fulfillment_status)
    lines = tuple(_lines(found, closed=status in CLOSED, local=options.get(LOCAL) == YES))
    return Order(
        remote_id=number_in(found.id),
        number=text_of(found.name).removeprefix("#") or number_in(found.id),
        status=status,
        placed_at=found.created_at,
        modified_at=max([found.updated_at, *(one.updated_at for one in _parts(found) if one.updated_at)]),
        currency=_currency(found.currency_code),
        total=current + refunded,
        shipping_total=_amount(found.total_shipping_price_set, "totalShippingPriceSet"),
        tax_total=_amount(found.current_total_tax_set, "currentTotalTaxSet"),
        paid_at=(found.processed_at or found.created_at) if found.display_financial_status in _PAID else None,
        billing=billing,
        shipping=shipping if found.requires_shipping or shipping.line1 else billing,
        shipping_method=text_of(found.shipping_line.title) if found.shipping_line is not None else "",
        payment_method=", ".join(text_of(name) for name in found.payment_gateway_names),
        customer_note=text_of(found.note),
        lines=lines,
        refunds=(Refund(remote_id="total", amount=refunded),) if refunded else (),
        waits=_waits(found, lines, options) if status in TO_SHIP else None,
    )


def is_hidden(found: ShopifyOrder) -> bool:
    """To be sent to somebody whose name and street Shopify does not tell us."""
    if not found.requires_shipping or found.cancelled_at or any(one.method in _NOT_BY_CARRIER for one in _parts(found)):
        return False
    address = found.shipping_address
    return address is None or not (address.address1 or address.last_name or address.name)


def hidden(found: ShopifyOrder) -> Finding:
    return Finding(
        code="customer-data-hidden",
        params={"number": text_of(found.name).removeprefix("#")},
        confidence=Confidence.HIGH,
        rests_on="no address although goods are to be shipped",
    )


def _parts(found: ShopifyOrder) -> list[FulfilmentOrder]:
    return found.fulfillment_orders.nodes


def _destination(found: ShopifyOrder) -> ShopifyAddress | None:
    """The customer's address; where the parcel goes to a pick-up point, that point."""
    for part in _parts(found):
        if part.method == "PICKUP_POINT" and part.destination is not None and part.destination.address1:
            return part.destination
    return found.shipping_address


def _address(found: ShopifyAddress | None, order: ShopifyOrder) -> Address:
    if found is None:
        return Address()
    names = " ".join(f"{text_of(found.first_name)} {text_of(found.last_name)}".split())
    return Address(
        name=names or text_of(found.name),
        company=text_of(found.company),
        line1=text_of(found.address1),
        line2=text_of(found.address2),
        postcode=text_of(found.zip),
        city=text_of(found.city),
        state=text_of(found.province_code) or text_of(found.province),
        country=text_of(found.country_code_v2 or found.country_code).upper(),
        phone=text_of(found.phone or order.phone),
        email=text_of(found.email or order.email),
    )


def _currency(value: Loose) -> str:
    code = text_of(value).upper()
    if len(code) > 3:
        raise ValueError("currencyCode is no ISO code")
    return code


def _amount(found: Money | None, name: str) -> Decimal | None:
    """In the shop's currency: customers may see another one."""
    return number_or_none(found.shop_money.amount, name) if found is not None and found.shop_money is not None else None


# What is to be shipped


def _lines(found: ShopifyOrder, *, closed: bool, local: bool) -> Iterable[OrderLine]:
    """Goods alone: tips, gift cards by mail and services need no parcel. What was taken out of an order is left out;
    of a closed one it is told what it was.
    """
    left: dict[str, int] = {}
    free: dict[str, int] = {}
    for part in _parts(found):
        for share in part.line_items.nodes if part.is_open else ():
            left[share.line_item.id] = left.get(share.line_item.id, 0) + share.remaining_quantity
            if part.is_ours(local):
                free[share.line_item.id] = free.get(share.line_item.id, 0) + share.remaining_quantity
    routed = bool(_parts(found))
    for line in found.line_items.nodes:
        quantity = line.quantity if closed else line.current_quantity
        if line.requires_shipping and quantity > 0:
            open_quantity = left.get(line.id, 0) if routed or closed else quantity
            yield _line(line, quantity, open_quantity, open_quantity - free.get(line.id, 0))


def _line(line: ShopifyLine, quantity: int, open_quantity: int, held: int) -> OrderLine:
    total = line.price_after_all_discounts_before_taxes_set
    return OrderLine(
        remote_line_id=number_in(line.id),
        name=text_of(line.name),
        quantity=Decimal(quantity),
        open_quantity=Decimal(open_quantity),
        held_quantity=Decimal(held),
        sku=text_of(line.sku),
        product_id=number_in(line.variant.id) if line.variant is not None else "",
        total=_amount(total, "lineItems.priceAfterAllDiscountsBeforeTaxesSet"),
    )


def _waits(found: ShopifyOrder, lines: Sequence[OrderLine], options: Mapping[str, str]) -> Finding | None:
    if is_hidden(found):
        return hidden(found)
    if not any(line.held_quantity for line in lines):
        return None
    return why_held(_parts(found), local=options.get(LOCAL) == YES)


def why_held(parts: Sequence[FulfilmentOrder], *, local: bool) -> Finding:
    """What keeps the first of these that is not ours to ship from being shipped."""
    held = next((part for part in parts if part.is_open and not part.is_ours(local)), None)
    if held is None:
        return _waiting("fulfilment-not-ready")
    if held.status == "ON_HOLD" or held.fulfillment_holds:
        hold = held.fulfillment_holds[0] if held.fulfillment_holds else Hold()
        return _waiting("fulfilment-on-hold", reason=text_of(hold.display_reason or hold.reason)[:80] or "–")
    if held.status == "SCHEDULED":
        return _waiting("fulfilment-scheduled", date=text_of(held.fulfill_at)[:10] or "–")
    return _waiting("fulfilment-elsewhere")


def _waiting(code: str, **params: str | int) -> Finding:
    return Finding(code=code, params=params, confidence=Confidence.CERTAIN, rests_on="the order's fulfilment orders")


# Products


def product_from(found: Variant) -> Product:
    item = found.inventory_item or InventoryItem()
    weight = item.measurement.weight if item.measurement is not None else None
    return Product(
        remote_id=number_in(found.id),
        name=text_of(found.display_name),
        sku=text_of(found.sku),
        ean=text_of(found.barcode),
        weight_g=grams_from(text_of(weight.value), unit_of(weight.unit)) if weight is not None else None,
        hs_code=text_of(item.harmonized_system_code)[:20],
        origin=_country(text_of(item.country_code_of_origin)),
    )


def unit_of(word: str) -> str:
    """As the rest of the program names it; an unknown one stays, and is no weight."""
    return _UNITS.get(word, word.lower())


def variant_gid(remote_id: str) -> str:
    return gid_of("ProductVariant", remote_id)


def _country(text: str) -> str:
    return text.upper() if len(text) == 2 and text.isascii() and text.isalpha() else ""
