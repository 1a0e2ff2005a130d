"""What PrestaShop sends of an order and its surroundings, and how it becomes ours. Only the fields that we use.

An order names its addresses, customer, currency and carrier by number; a `Directory` holds those that a page needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from varco.model.address import Address
from varco.model.order import Order, OrderLine, Product, UnreadOrder
from varco.model.units import grams_from
from varco.net.answer import Answer
from varco.shops.fields import Loose, number_of, number_or_none, unread_order
from varco.shops.prestashop.api import fields, rows_of
from varco.shops.prestashop.times import utc_from

MAPPER_VERSION: Final = 2
"""Modules turn numbers into texts and back; PrestaShop itself does (measured)."""
Names = str | list[dict[str, Any]] | None
"""A text with one language, a list of `id` and `value` with several (measured)."""

ORDER_FIELDS: Final = fields(
    "id", "reference", "current_state", "date_add", "date_upd", "id_currency", "id_customer", "id_carrier",
    "id_address_delivery", "id_address_invoice", "payment", "gift_message", "total_paid", "total_paid_tax_incl",
    "total_paid_tax_excl", "total_shipping_tax_excl",
    "order_rows[id,product_id,product_attribute_id,product_quantity,product_name,product_reference,unit_price_tax_excl]",
)  # fmt: skip


class PsRow(msgspec.Struct, gc=False):
    id: Loose
    product_id: Loose = None
    product_attribute_id: Loose = None
    product_quantity: Loose = None
    product_name: Loose = None
    product_reference: Loose = None
    unit_price_tax_excl: Loose = None


class PsAssociations(msgspec.Struct, gc=False):
    order_rows: list[PsRow] | None = None


class PsOrder(msgspec.Struct, gc=False):
    id: int
    current_state: Loose = None
    date_add: str = ""
    date_upd: str = ""
    reference: Loose = None
    id_currency: Loose = None
    id_customer: Loose = None
    id_carrier: Loose = None
    id_address_delivery: Loose = None
    id_address_invoice: Loose = None
    payment: Loose = None
    gift_message: Loose = None
    total_paid: Loose = None
    total_paid_tax_incl: Loose = None
    total_paid_tax_excl: Loose = None
    total_shipping_tax_excl: Loose = None
    associations: PsAssociations | list[Any] | None = None


class PsAddress(msgspec.Struct, gc=False):
    id: int
    firstname: Loose = None
    lastname: Loose = None
    company: Loose = None
    address1: Loose = None
    address2: Loose = None
    postcode: Loose = None
    city: Loose = None
    id_state: Loose = None
    id_country: Loose = None
    phone: Loose = None
    phone_mobile: Loose = None
    other: Loose = None


class PsCode(msgspec.Struct, gc=False):
    """A country, a province or a currency."""

    id: int
    iso_code: Loose = None


class PsCarrier(msgspec.Struct, gc=False):
    id: int
    name: Loose = None


class PsCustomer(msgspec.Struct, gc=False):
    id: int
    email: Loose = None


class PsProduct(msgspec.Struct, gc=False):
    id: int
    name: Names = None
    reference: Loose = None
    ean13: Loose = None
    weight: Loose = None


class PsCombination(msgspec.Struct, gc=False):
    id: int
    reference: Loose = None
    ean13: Loose = None
    weight: Loose = None


class PsDetail(msgspec.Struct, gc=False):
    """A line as it was sold: what is left of a product that was deleted."""

    id: int
    product_id: Loose = None
    product_attribute_id: Loose = None
    product_name: Loose = None
    product_reference: Loose = None
    product_ean13: Loose = None
    product_weight: Loose = None


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """What orders name by number. What is missing was deleted in the shop."""

    addresses: Mapping[str, PsAddress] = {}
    emails: Mapping[str, str] = {}
    countries: Mapping[str, str] = {}
    states: Mapping[str, str] = {}
    currencies: Mapping[str, str] = {}
    carriers: Mapping[str, str] = {}


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """A page of orders, decoded."""

    orders: tuple[PsOrder, ...]
    unread: tuple[UnreadOrder, ...] = ()
    ids: tuple[int, ...]
    count: int
    """Of all rows, those without an id too."""


def decoded(answer: Answer) -> Rows:
    """One order that cannot be read does not stop the others. `ShopFault` where the answer is no list of orders."""
    raws = rows_of(answer, "orders", msgspec.Raw)
    orders: list[PsOrder] = []
    unread: list[UnreadOrder] = []
    ids: list[int] = []
    for raw in raws:
        body = bytes(raw)
        try:
            order = msgspec.json.decode(body, type=PsOrder, strict=False)
            orders.append(order)
            ids.append(order.id)
        except (ValueError, UnicodeDecodeError) as error:
            lost = unread_order(body, error, id_field="id", number_field="reference")
            unread.append(lost)
            ids += [int(lost.remote_id)] if lost.remote_id.isdecimal() else []
    return Rows(orders=tuple(orders), unread=tuple(unread), ids=tuple(ids), count=len(raws))


def order_from(ps: PsOrder, directory: Directory, zone: ZoneInfo) -> Order:
    """Ours from theirs. Raises `ValueError` naming the field that cannot be."""
    placed_text = ps.date_add if utc_from(ps.date_add, zone) is not None else ps.date_upd
    placed = utc_from(placed_text, zone)
    if placed is None:
        raise ValueError("no date_add")
    delivery = directory.addresses.get(text(ps.id_address_delivery))
    invoice = directory.addresses.get(text(ps.id_address_invoice))
    email = directory.emails.get(text(ps.id_customer), "")
    billing = _address(invoice or delivery, directory, email)
    shipping = _address(delivery, directory, email) if delivery else billing
    total = ps.total_paid_tax_incl if ps.total_paid_tax_incl is not None else ps.total_paid
    return Order(
        remote_id=str(ps.id),
        number=text(ps.reference) or str(ps.id),
        status=text(ps.current_state),
        placed_at=placed,
        placed_text=placed_text,
        modified_at=utc_from(ps.date_upd, zone) or placed,
        currency=directory.currencies.get(text(ps.id_currency), "")[:3],
        total=number_of(total, "total_paid_tax_incl"),
        shipping_total=number_or_none(ps.total_shipping_tax_excl, "total_shipping_tax_excl"),
        tax_total=_difference(total, ps.total_paid_tax_excl),
        billing=billing,
        shipping=shipping,
        shipping_method=directory.carriers.get(text(ps.id_carrier), ""),
        payment_method=text(ps.payment),
        customer_note=_note(delivery, ps),
        lines=tuple(_line(row) for row in _rows(ps)),
    )


def _rows(ps: PsOrder) -> Sequence[PsRow]:
    return (ps.associations.order_rows or ()) if isinstance(ps.associations, PsAssociations) else ()


def _note(delivery: PsAddress | None, ps: PsOrder) -> str:
    """What the customer wrote at the address ("ring at Rossi"), and on the gift's card."""
    return "\n".join(filter(None, (text(delivery.other) if delivery else "", text(ps.gift_message))))


def _address(ps: PsAddress | None, directory: Directory, email: str) -> Address:
    if ps is None:
        return Address(email=email)
    return Address(
        name=" ".join(f"{text(ps.firstname)} {text(ps.lastname)}".split()),
        company=text(ps.company),
        line1=text(ps.address1),
        line2=text(ps.address2),
        postcode=text(ps.postcode),
        city=text(ps.city),
        state=directory.states.get(text(ps.id_state), ""),
        country=directory.countries.get(text(ps.id_country), ""),
        phone=text(ps.phone_mobile) or text(ps.phone),
        email=email,
    )


def _line(row: PsRow) -> OrderLine:
    quantity = number_of(row.product_quantity, "order_rows.product_quantity")
    price = number_or_none(row.unit_price_tax_excl, "order_rows.unit_price_tax_excl")
    return OrderLine(
        remote_line_id=text(row.id),
        name=text(row.product_name),
        quantity=quantity,
        sku=text(row.product_reference),
        product_id=product_key(row.product_id, row.product_attribute_id),
        total=None if price is None else price * quantity,
    )


def product_key(product_id: Loose, combination_id: Loose) -> str:
    """`22`, or `22/42` for a combination of a product."""
    product, combination = text(product_id), text(combination_id)
    if product in ("", "0"):
        return ""
    return product if combination in ("", "0") else f"{product}/{combination}"


def product_from(key: str, product: PsProduct, combination: PsCombination | None, weight_unit: str) -> Product:
    """A combination's weight is what it adds to its product's, and may be less than nothing (measured)."""
    weight = weight_of(product.weight) + (weight_of(combination.weight) if combination else 0)
    own = combination or PsCombination(id=0)
    return Product(
        remote_id=key,
        name=name_in(product.name),
        sku=text(own.reference) or text(product.reference),
        ean=text(own.ean13) or text(product.ean13),
        weight_g=grams_from(str(weight), weight_unit.lower()),
    )


def product_from_detail(key: str, detail: PsDetail, weight_unit: str) -> Product:
    """Of a product that was deleted: as it was sold."""
    return Product(
        remote_id=key,
        name=text(detail.product_name),
        sku=text(detail.product_reference),
        ean=text(detail.product_ean13),
        weight_g=grams_from(text(detail.product_weight), weight_unit.lower()),
    )


def name_in(names: Names, language: str = "") -> str:
    """In that language, or in the shop's first."""
    if not isinstance(names, list):
        return text(names)
    by_language = {text(one.get("id")): text(one.get("value")) for one in names}
    return by_language.get(language) or next(filter(None, by_language.values()), "")


def text(value: object) -> str:
    """Without the zero byte, which PostgreSQL does not store. PrestaShop keeps some signs escaped."""
    return "" if value is None else unescape(str(value)).replace("\x00", "").strip()


def weight_of(value: Loose) -> Decimal:
    try:
        weight = Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)
    return weight if weight.is_finite() else Decimal(0)


def _difference(total: Loose, net: Loose) -> Decimal | None:
    without = number_or_none(net, "total_paid_tax_excl")
    return None if without is None else number_of(total, "total_paid_tax_incl") - without
