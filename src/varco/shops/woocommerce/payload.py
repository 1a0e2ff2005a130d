"""What WooCommerce sends of an order and a product, and how it becomes ours. Only the fields that we use.

`gc=False`: what comes out of JSON holds no circles, so Python's collector need not walk through each page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any, Final

import msgspec

from varco.model.address import Address
from varco.model.order import Order, OrderLine, Product, Refund, UnreadOrder
from varco.model.units import grams_from
from varco.shops.fields import Loose, number_of, number_or_none, text_of, unread_order

MAPPER_VERSION: Final = 1

ORDER_FIELDS: Final = (
    "id,number,status,currency,total,total_tax,shipping_total,date_created_gmt,date_modified_gmt,date_paid_gmt,"
    "billing,shipping,payment_method_title,customer_note,line_items,shipping_lines,refunds"
)
PRODUCT_FIELDS: Final = "id,name,sku,global_unique_id,weight,meta_data"
UNFINISHED: Final = frozenset(("checkout-draft", "auto-draft"))
"""Carts that somebody is still filling; the default list holds them (measured)."""
_HS_CODE_KEYS: Final = ("_hs_code", "hs_code", "_wc_hs_code", "_dhl_hs_code", "hs_tariff_number")
_ORIGIN_KEYS: Final = ("_country_of_origin", "country_of_origin", "_dhl_manufacture_country", "_origin_country")


class WooAddress(msgspec.Struct, gc=False):
    first_name: Loose = None
    last_name: Loose = None
    company: Loose = None
    address_1: Loose = None
    address_2: Loose = None
    city: Loose = None
    state: Loose = None
    postcode: Loose = None
    country: Loose = None
    phone: Loose = None
    email: Loose = None


class WooLine(msgspec.Struct, gc=False):
    id: int
    name: Loose = None
    product_id: Loose = None
    variation_id: Loose = None
    quantity: Loose = None
    total: Loose = None
    sku: Loose = None


class WooShippingLine(msgspec.Struct, gc=False):
    method_title: Loose = None


class WooRefund(msgspec.Struct, gc=False):
    id: int
    reason: Loose = None
    total: Loose = None


class WooOrder(msgspec.Struct, gc=False):
    id: int
    status: str
    number: Loose = None
    currency: Loose = None
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
    line_items: list[WooLine] | None = None
    shipping_lines: list[WooShippingLine] | None = None
    refunds: list[WooRefund] | None = None


class WooMeta(msgspec.Struct, gc=False):
    key: Loose = None
    value: Any = None
    id: int | None = None


class WooProduct(msgspec.Struct, gc=False):
    id: int
    name: Loose = None
    sku: Loose = None
    global_unique_id: Loose = None
    weight: Loose = None
    meta_data: list[WooMeta] | None = None


_orders = msgspec.json.Decoder(list[WooOrder], strict=False)
_order = msgspec.json.Decoder(WooOrder, strict=False)
_raws = msgspec.json.Decoder(list[msgspec.Raw])


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """A list of orders, read."""

    orders: tuple[Order, ...]
    unread: tuple[UnreadOrder, ...] = ()
    ids: tuple[int, ...]
    """Of every row in the order of the answer, unfinished carts too; a row that has none repeats the one before."""


def rows_from(data: bytes) -> Rows:
    """Raises `msgspec.DecodeError` where the answer is no list."""
    try:
        found = _orders.decode(data)
        orders = tuple(order_from(woo) for woo in found if woo.status not in UNFINISHED)
    except (ValueError, UnicodeDecodeError):
        return _one_by_one(data)
    return Rows(orders=orders, ids=tuple(woo.id for woo in found))


def _one_by_one(data: bytes) -> Rows:
    """One order that cannot be read does not stop the others."""
    orders: list[Order] = []
    unread: list[UnreadOrder] = []
    ids: list[int] = []
    for raw in _raws.decode(data):
        body = bytes(raw)
        try:
            woo = _order.decode(body)
            if woo.status not in UNFINISHED:
                orders.append(order_from(woo))
            ids.append(woo.id)
        except (ValueError, UnicodeDecodeError) as error:
            lost = unread_order(body, error, id_field="id", number_field="number")
            unread.append(lost)
            ids.append(int(lost.remote_id) if lost.remote_id.isdecimal() else (ids or [0])[-1])
    return Rows(orders=tuple(orders), unread=tuple(unread), ids=tuple(ids))


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
        number=text_of(woo.number) or str(woo.id),
        status=text_of(woo.status),
        placed_at=_utc(placed),
        modified_at=_utc(modified),
        currency=_currency(woo.currency),
        total=number_of(woo.total, "total"),
        shipping_total=number_or_none(woo.shipping_total, "shipping_total"),
        tax_total=number_or_none(woo.total_tax, "total_tax"),
        paid_at=_utc(woo.date_paid_gmt) if woo.date_paid_gmt else None,
        billing=billing,
        shipping=_complete(shipping, billing),
        shipping_method=", ".join(filter(None, (_title(line.method_title) for line in woo.shipping_lines or ()))),
        payment_method=_title(woo.payment_method_title),
        customer_note=text_of(woo.customer_note),
        lines=tuple(_line(line) for line in woo.line_items or ()),
        refunds=tuple(_refund(refund) for refund in woo.refunds or ()),
    )


def _utc(moment: datetime) -> datetime:
    """The `…_gmt` fields carry no zone."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _currency(value: Loose) -> str:
    code = text_of(value).upper()
    if len(code) > 3:
        raise ValueError("currency is no ISO code")
    return code


def _complete(shipping: Address, billing: Address) -> Address:
    """Without a street of its own the goods go to the billing address; phone and e-mail often stand only there."""
    if not (shipping.line1 or shipping.city):
        return billing
    named = shipping.name or shipping.company
    return msgspec.structs.replace(
        shipping,
        name=shipping.name if named else billing.name,
        company=shipping.company if named else billing.company,
        phone=shipping.phone or billing.phone,
        email=shipping.email or billing.email,
    )


def _address(woo: WooAddress | None) -> Address:
    if woo is None:
        return Address()
    return Address(
        name=" ".join(f"{text_of(woo.first_name)} {text_of(woo.last_name)}".split()),
        company=text_of(woo.company),
        line1=text_of(woo.address_1),
        line2=text_of(woo.address_2),
        postcode=text_of(woo.postcode),
        city=text_of(woo.city),
        state=text_of(woo.state),
        country=text_of(woo.country).upper(),
        phone=text_of(woo.phone),
        email=text_of(woo.email),
    )


def _line(woo: WooLine) -> OrderLine:
    return OrderLine(
        remote_line_id=str(woo.id),
        name=_title(woo.name),
        quantity=number_of(woo.quantity, "line_items.quantity"),
        sku=text_of(woo.sku),
        product_id=product_key(woo.product_id, woo.variation_id),
        total=number_or_none(woo.total, "line_items.total"),
    )


def product_key(product_id: Loose, variation_id: Loose) -> str:
    """`23`, or `23/28` for a variation, which is read below its product. Empty for a deleted product (id 0)."""
    product, variation = text_of(product_id), text_of(variation_id)
    if product in ("", "0"):
        return ""
    return product if variation in ("", "0") else f"{product}/{variation}"


def _refund(woo: WooRefund) -> Refund:
    amount = abs(number_or_none(woo.total, "refunds.total") or Decimal(0))
    return Refund(remote_id=str(woo.id), amount=amount, reason=text_of(woo.reason))


def product_from(woo: WooProduct, key: str, weight_unit: str) -> Product:
    return Product(
        remote_id=key,
        name=_title(woo.name),
        sku=text_of(woo.sku),
        ean=text_of(woo.global_unique_id),
        weight_g=grams_from(text_of(woo.weight), weight_unit),
        hs_code=_meta(woo.meta_data or (), _HS_CODE_KEYS)[:20],
        origin=_country(_meta(woo.meta_data or (), _ORIGIN_KEYS)),
    )


def _meta(meta: Iterable[WooMeta], keys: tuple[str, ...]) -> str:
    """The first of these that plug-ins for customs data have filled."""
    values = {item.key: item.value for item in meta if isinstance(item.value, str | int)}
    return next((text_of(values[key]) for key in keys if values.get(key)), "")


def _country(text: str) -> str:
    """Two letters, or nothing: a name cut to its beginning would be another country."""
    return text.upper() if len(text) == 2 and text.isascii() and text.isalpha() else ""


def _title(value: Loose) -> str:
    """WordPress keeps titles with their signs escaped: `Caff&egrave; &amp; T&egrave;`."""
    return unescape(text_of(value))
