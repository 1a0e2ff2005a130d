"""What Magento sends of an order and a product, and how it becomes ours. Only the fields that we use.

`gc=False`: what comes out of JSON holds no circles, so Python's collector need not walk through each page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from varco.model.address import Address
from varco.model.order import Order, OrderLine, Product, Refund, UnreadOrder
from varco.model.units import grams_from
from varco.shops.fields import Loose, number_of, number_or_none, text_of, unread_order

MAPPER_VERSION: Final = 1
"""Numbers mix int and float, and plug-ins turn them into texts; what is null is left out (measured)."""

_ADDRESS_FIELDS: Final = (
    "firstname,middlename,lastname,prefix,suffix,company,street,postcode,city,region,region_code,country_id,telephone,"
    "email"
)
ORDER_FIELDS: Final = (
    "entity_id,increment_id,status,state,created_at,updated_at,order_currency_code,grand_total,tax_amount,"
    "shipping_amount,total_refunded,customer_note,shipping_description,store_id,"
    "items[item_id,parent_item_id,product_type,sku,name,qty_ordered,row_total],"
    f"billing_address[{_ADDRESS_FIELDS}],payment[method],"
    f"extension_attributes[shipping_assignments[shipping[address[{_ADDRESS_FIELDS}]]],payment_additional_info[key,value]]"
)
PRODUCT_FIELDS: Final = "id,sku,name,weight,custom_attributes[attribute_code,value]"
HS_CODE_CODES: Final = ("hs_code", "ts_hs_code", "hs_tariff_number", "tariff_code", "commodity_code")
ORIGIN_CODES: Final = ("country_of_manufacture", "ts_country_of_origin", "country_of_origin")
EAN_CODES: Final = ("ean", "gtin", "barcode", "upc", "ean13")


class MagentoAddress(msgspec.Struct, gc=False):
    prefix: Loose = None
    firstname: Loose = None
    middlename: Loose = None
    lastname: Loose = None
    suffix: Loose = None
    company: Loose = None
    street: list[Loose] | str | None = None
    postcode: Loose = None
    city: Loose = None
    region: Loose = None
    region_code: Loose = None
    country_id: Loose = None
    telephone: Loose = None
    email: Loose = None


class MagentoItem(msgspec.Struct, gc=False):
    item_id: int
    parent_item_id: int | None = None
    product_type: Loose = None
    sku: Loose = None
    name: Loose = None
    qty_ordered: Loose = None
    row_total: Loose = None


class MagentoPayment(msgspec.Struct, gc=False):
    method: Loose = None


class MagentoShipping(msgspec.Struct, gc=False):
    address: MagentoAddress | None = None


class MagentoAssignment(msgspec.Struct, gc=False):
    shipping: MagentoShipping | None = None


class MagentoInfo(msgspec.Struct, gc=False):
    key: Loose = None
    value: Any = None


class MagentoExtension(msgspec.Struct, gc=False):
    shipping_assignments: list[MagentoAssignment] | None = None
    payment_additional_info: list[MagentoInfo] | None = None


class MagentoOrder(msgspec.Struct, gc=False):
    entity_id: int
    status: str | None = None
    state: str | None = None
    increment_id: Loose = None
    created_at: Loose = None
    updated_at: Loose = None
    order_currency_code: Loose = None
    grand_total: Loose = None
    tax_amount: Loose = None
    shipping_amount: Loose = None
    total_refunded: Loose = None
    customer_note: Loose = None
    shipping_description: Loose = None
    items: list[MagentoItem] | None = None
    billing_address: MagentoAddress | None = None
    payment: MagentoPayment | None = None
    extension_attributes: MagentoExtension | None = None


class MagentoAttribute(msgspec.Struct, gc=False):
    attribute_code: Loose = None
    value: Any = None


class MagentoProduct(msgspec.Struct, gc=False):
    sku: str
    name: Loose = None
    weight: Loose = None
    custom_attributes: list[MagentoAttribute] | None = None


_order = msgspec.json.Decoder(MagentoOrder, strict=False)


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A list of orders, read."""

    orders: tuple[Order, ...]
    unread: tuple[UnreadOrder, ...] = ()
    last_id: int = 0
    """The greatest id among the rows, unreadable ones too."""


def orders_from(rows: Sequence[bytes]) -> Read:
    """One order that cannot be read does not stop the others."""
    orders: list[Order] = []
    unread: list[UnreadOrder] = []
    last_id = 0
    for body in rows:
        try:
            found = _order.decode(body)
            last_id = max(last_id, found.entity_id)
            orders.append(order_from(found))
        except (ValueError, UnicodeDecodeError) as error:
            lost = unread_order(body, error, id_field="entity_id", number_field="increment_id")
            last_id = max(last_id, int(lost.remote_id) if lost.remote_id.isdecimal() else 0)
            unread.append(lost)
    return Read(orders=tuple(orders), unread=tuple(unread), last_id=last_id)


def order_from(found: MagentoOrder) -> Order:
    """Ours from theirs. Raises `ValueError` naming the field that cannot be."""
    placed = _moment(found.created_at, "created_at") or _moment(found.updated_at, "updated_at")
    if placed is None:
        raise ValueError("no created_at")
    if found.grand_total is None:
        raise ValueError("no grand_total")
    billing = _address(found.billing_address)
    return Order(
        remote_id=str(found.entity_id),
        number=text_of(found.increment_id) or str(found.entity_id),
        status=text_of(found.status or found.state),
        placed_at=placed,
        modified_at=_moment(found.updated_at, "updated_at") or placed,
        currency=_currency(found.order_currency_code),
        total=number_of(found.grand_total, "grand_total"),
        shipping_total=number_or_none(found.shipping_amount, "shipping_amount"),
        tax_total=number_or_none(found.tax_amount, "tax_amount"),
        billing=billing,
        shipping=_complete(_shipping(found), billing),
        shipping_method=text_of(found.shipping_description),
        payment_method=_payment(found),
        customer_note=text_of(found.customer_note),
        lines=tuple(_line(item) for item in found.items or () if not item.parent_item_id),
        refunds=_refunds(found),
    )


def _moment(value: Loose, name: str) -> datetime | None:
    """In UTC whatever the shop's zone, in whole seconds and without saying so (measured)."""
    if value is None or value == "":
        return None
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{name} is no date") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _currency(value: Loose) -> str:
    code = text_of(value).upper()
    if len(code) > 3:
        raise ValueError("order_currency_code is no ISO code")
    return code


def _shipping(found: MagentoOrder) -> Address:
    """The first delivery address; an order of virtual goods has none (measured)."""
    assignments = (found.extension_attributes and found.extension_attributes.shipping_assignments) or ()
    named = (one.shipping.address for one in assignments if one.shipping and one.shipping.address)
    return _address(next(named, None))


def _complete(shipping: Address, billing: Address) -> Address:
    """Without one of its own the goods go to the billing address."""
    if not (shipping.line1 or shipping.city):
        return billing
    return msgspec.structs.replace(
        shipping, phone=shipping.phone or billing.phone, email=shipping.email or billing.email
    )


def _address(found: MagentoAddress | None) -> Address:
    if found is None:
        return Address()
    street = [found.street] if isinstance(found.street, str) else found.street or []
    lines = [line for line in map(text_of, street) if line]
    names = (found.prefix, found.firstname, found.middlename, found.lastname, found.suffix)
    return Address(
        name=" ".join(" ".join(map(text_of, names)).split()),
        company=text_of(found.company),
        line1=lines[0] if lines else "",
        line2=", ".join(lines[1:]),
        postcode=text_of(found.postcode),
        city=text_of(found.city),
        state=text_of(found.region_code) or text_of(found.region),
        country=text_of(found.country_id).upper(),
        phone=text_of(found.telephone),
        email=text_of(found.email),
    )


def _payment(found: MagentoOrder) -> str:
    """Its title as the customer saw it; otherwise its code."""
    infos = (found.extension_attributes and found.extension_attributes.payment_additional_info) or ()
    titles = (one.value for one in infos if one.key == "method_title" and isinstance(one.value, str))
    return text_of(next(titles, found.payment.method if found.payment else None))


def _line(found: MagentoItem) -> OrderLine:
    """The row that is shipped: a variant's own row repeats it, and a bundle's parts stand below their bundle."""
    return OrderLine(
        remote_line_id=str(found.item_id),
        name=text_of(found.name),
        quantity=number_of(found.qty_ordered, "items.qty_ordered"),
        sku=text_of(found.sku),
        product_id=text_of(found.sku),
        total=number_or_none(found.row_total, "items.row_total"),
    )


def _refunds(found: MagentoOrder) -> tuple[Refund, ...]:
    """Credit memos are documents of their own; an order tells their sum."""
    amount = number_or_none(found.total_refunded, "total_refunded")
    return (Refund(remote_id="total", amount=amount),) if amount else ()


def product_from(found: MagentoProduct, weight_unit: str) -> Product:
    attributes = found.custom_attributes or ()
    return Product(
        remote_id=text_of(found.sku),
        name=text_of(found.name),
        sku=text_of(found.sku),
        ean=_attribute(attributes, EAN_CODES),
        weight_g=grams_from(text_of(found.weight), weight_unit),
        hs_code=_attribute(attributes, HS_CODE_CODES)[:20],
        origin=_country(_attribute(attributes, ORIGIN_CODES)),
    )


def _attribute(attributes: Iterable[MagentoAttribute], codes: tuple[str, ...]) -> str:
    """The first of these that the shop has and somebody filled."""
    values = {one.attribute_code: one.value for one in attributes if isinstance(one.value, str | int)}
    return next((text_of(values[code]) for code in codes if values.get(code)), "")


def filled_code(attributes: Iterable[MagentoAttribute], codes: tuple[str, ...]) -> str:
    """Which of these the product has filled; empty for none."""
    filled = {one.attribute_code for one in attributes if isinstance(one.value, str | int) and one.value}
    return next((code for code in codes if code in filled), "")


def _country(text: str) -> str:
    """Two letters, or nothing: a name cut to its beginning would be another country."""
    return text.upper() if len(text) == 2 and text.isascii() and text.isalpha() else ""
