"""What WooCommerce sends of an order and a product, and how it becomes ours. Only the fields that we use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from varco.model.address import Address
from varco.model.finding import Confidence, Finding
from varco.model.order import Order, OrderLine, Product, Refund, UnreadOrder
from varco.model.units import grams_from

MAPPER_VERSION: Final = 1
Loose = str | int | float | None
"""Plug-ins turn numbers into texts and back."""

ORDER_FIELDS: Final = (
    "id,number,status,currency,total,total_tax,shipping_total,date_created_gmt,date_modified_gmt,date_paid_gmt,"
    "billing,shipping,payment_method_title,customer_note,line_items,shipping_lines,refunds"
)
PRODUCT_FIELDS: Final = "id,parent_id,name,sku,global_unique_id,weight,meta_data"
UNFINISHED: Final = frozenset(("checkout-draft", "auto-draft"))
"""Carts that somebody is still filling; the default list holds them (measured)."""
_HS_CODE_KEYS: Final = ("_hs_code", "hs_code", "_wc_hs_code", "_dhl_hs_code", "hs_tariff_number")
_ORIGIN_KEYS: Final = ("_country_of_origin", "country_of_origin", "_dhl_manufacture_country", "_origin_country")


class WooAddress(msgspec.Struct):
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    state: str | None = None
    postcode: Loose = None
    country: str | None = None
    phone: Loose = None
    email: str | None = None


class WooLine(msgspec.Struct):
    id: int
    name: Loose = None
    product_id: Loose = None
    variation_id: Loose = None
    quantity: Loose = None
    total: Loose = None
    sku: Loose = None


class WooShippingLine(msgspec.Struct):
    method_title: Loose = None


class WooRefund(msgspec.Struct):
    id: int
    reason: Loose = None
    total: Loose = None


class WooOrder(msgspec.Struct):
    id: int
    status: str
    number: Loose = None
    currency: str = ""
    total: Loose = None
    total_tax: Loose = None
    shipping_total: Loose = None
    date_created_gmt: datetime | None = None
    date_modified_gmt: datetime | None = None
    date_paid_gmt: datetime | None = None
    billing: WooAddress | None = None
    shipping: WooAddress | None = None
    payment_method_title: Loose = None
    customer_note: Loose = None
    line_items: list[WooLine] = []
    shipping_lines: list[WooShippingLine] = []
    refunds: list[WooRefund] = []


class WooMeta(msgspec.Struct):
    key: str
    value: Any = None
    id: int | None = None


class WooProduct(msgspec.Struct):
    id: int
    parent_id: int = 0
    name: Loose = None
    sku: Loose = None
    global_unique_id: Loose = None
    weight: Loose = None
    meta_data: list[WooMeta] = []


_orders = msgspec.json.Decoder(list[WooOrder], strict=False)
_order = msgspec.json.Decoder(WooOrder, strict=False)
_raws = msgspec.json.Decoder(list[msgspec.Raw])


def orders_from(data: bytes) -> tuple[list[Order], list[UnreadOrder], list[int]]:
    """Those that could be read, those that could not, and all ids in the order of the answer.

    Raises `msgspec.DecodeError` where the answer is no list. Unfinished carts stand among the ids only.
    """
    try:
        found = _orders.decode(data)
    except (msgspec.ValidationError, UnicodeDecodeError):
        return _one_by_one(data)
    try:
        return [order_from(woo) for woo in found if woo.status not in UNFINISHED], [], [woo.id for woo in found]
    except ValueError:
        return _one_by_one(data)


def _one_by_one(data: bytes) -> tuple[list[Order], list[UnreadOrder], list[int]]:
    """One order that cannot be read does not stop the others."""
    orders, unread, ids = [], [], []
    for raw in _raws.decode(data):
        body = bytes(raw)
        try:
            woo = _order.decode(body)
            ids.append(woo.id)
            if woo.status not in UNFINISHED:
                orders.append(order_from(woo))
        except (ValueError, UnicodeDecodeError) as error:
            lost = _unread(body, error)
            unread.append(lost)
            if lost.remote_id.isdigit() and (not ids or ids[-1] != int(lost.remote_id)):
                ids.append(int(lost.remote_id))
    return orders, unread, ids


def _unread(body: bytes, error: Exception) -> UnreadOrder:
    words = json_object(body)
    remote_id = str(words.get("id", "")) or f"?{hash(body) & 0xFFFFFFFF:08x}"
    number = str(words.get("number") or remote_id)
    where = str(error).rpartition(" - at ")[2] or "?"
    reason = where if isinstance(error, msgspec.ValidationError) else str(error)
    finding = Finding(
        code="order-unreadable",
        params={"number": number[:40], "reason": reason[:100]},
        confidence=Confidence.CERTAIN,
        rests_on="the mapper",
    )
    return UnreadOrder(remote_id=remote_id, number=number[:40], finding=finding, raw=body)


def json_object(body: bytes) -> dict[str, Any]:
    try:
        words = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return words if isinstance(words, dict) else {}


def order_from(woo: WooOrder) -> Order:
    """Ours from theirs. Raises `ValueError` naming the field that cannot be."""
    placed = woo.date_created_gmt or woo.date_modified_gmt
    if placed is None:
        raise ValueError("no date_created_gmt")
    if woo.total is None:
        raise ValueError("no total")
    modified = woo.date_modified_gmt or placed
    billing = _address(woo.billing)
    shipping = _address(woo.shipping)
    return Order(
        remote_id=str(woo.id),
        number=_text(woo.number) or str(woo.id),
        status=woo.status,
        placed_at=placed.replace(tzinfo=UTC),
        modified_at=modified.replace(tzinfo=UTC),
        currency=woo.currency,
        total=_decimal(woo.total, "total"),
        shipping_total=_decimal_or_none(woo.shipping_total, "shipping_total"),
        tax_total=_decimal_or_none(woo.total_tax, "total_tax"),
        paid_at=woo.date_paid_gmt.replace(tzinfo=UTC) if woo.date_paid_gmt else None,
        billing=billing,
        shipping=_complete(shipping, billing),
        shipping_method=", ".join(filter(None, (_text(line.method_title) for line in woo.shipping_lines))),
        payment_method=_text(woo.payment_method_title),
        customer_note=_text(woo.customer_note),
        lines=tuple(_line(line) for line in woo.line_items),
        refunds=tuple(_refund(refund) for refund in woo.refunds),
    )


def _complete(shipping: Address, billing: Address) -> Address:
    """Without a street of its own the goods go to the billing address; phone and e-mail stand only there."""
    if not (shipping.line1 or shipping.city):
        return billing
    if shipping.phone and shipping.email:
        return shipping
    return msgspec.structs.replace(
        shipping, phone=shipping.phone or billing.phone, email=shipping.email or billing.email
    )


def _address(woo: WooAddress | None) -> Address:
    if woo is None:
        return Address()
    return Address(
        name=" ".join(f"{woo.first_name or ''} {woo.last_name or ''}".split()),
        company=(woo.company or "").strip(),
        line1=(woo.address_1 or "").strip(),
        line2=(woo.address_2 or "").strip(),
        postcode=_text(woo.postcode),
        city=(woo.city or "").strip(),
        state=woo.state or "",
        country=(woo.country or "").upper(),
        phone=_text(woo.phone),
        email=(woo.email or "").strip(),
    )


def _line(woo: WooLine) -> OrderLine:
    return OrderLine(
        remote_line_id=str(woo.id),
        name=_text(woo.name),
        quantity=_decimal(woo.quantity, "line_items.quantity"),
        sku=_text(woo.sku),
        product_id=product_key(woo.product_id, woo.variation_id),
        total=_decimal_or_none(woo.total, "line_items.total"),
    )


def product_key(product_id: Loose, variation_id: Loose) -> str:
    """`23`, or `23/28` for a variation, which is read below its product. Empty for a deleted product (id 0)."""
    product, variation = _text(product_id), _text(variation_id)
    if product in ("", "0"):
        return ""
    return product if variation in ("", "0") else f"{product}/{variation}"


def _refund(woo: WooRefund) -> Refund:
    amount = abs(_decimal_or_none(woo.total, "refunds.total") or Decimal(0))
    return Refund(remote_id=str(woo.id), amount=amount, reason=_text(woo.reason))


def product_from(woo: WooProduct, key: str, weight_unit: str) -> Product:
    return Product(
        remote_id=key,
        name=_text(woo.name),
        sku=_text(woo.sku),
        ean=_text(woo.global_unique_id),
        weight_g=grams_from(_text(woo.weight), weight_unit),
        hs_code=_meta(woo.meta_data, _HS_CODE_KEYS)[:20],
        origin=_meta(woo.meta_data, _ORIGIN_KEYS).upper()[:2],
    )


def _meta(meta: Iterable[WooMeta], keys: tuple[str, ...]) -> str:
    """The first of these that plug-ins for customs data have filled."""
    values = {item.key: item.value for item in meta if isinstance(item.value, str | int)}
    return next((str(values[key]).strip() for key in keys if values.get(key)), "")


def _text(value: Loose) -> str:
    """Without the zero byte, which PostgreSQL does not store."""
    return "" if value is None else str(value).replace("\x00", "").strip()


def _decimal(value: Loose, name: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{name} is no number") from None
    if not number.is_finite():
        raise ValueError(f"{name} is no number")
    return number


def _decimal_or_none(value: Loose, name: str) -> Decimal | None:
    return None if value is None or value == "" else _decimal(value, name)
