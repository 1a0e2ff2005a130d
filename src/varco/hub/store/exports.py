"""Open orders as CSV, so that today's parcels need not wait for a shop that is blocked.

Sendcloud's upload (support.sendcloud.com, article 360025142831, read November 2026) takes comma, UTF-8, a point in
weights, units in small letters, ISO country codes, HS codes of 6 to 15 characters, and at most 1,000 rows and 3 MB in
one file; its columns are assigned once on its own screen. A row is an order: so an upload makes one parcel of each,
whatever becomes of rows that share a reference.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from django.db.models import Sum
from django.db.models.functions import Coalesce

from varco.hub.models import Integration, Order, OrderLine, Organisation, Product
from varco.hub.store import orders
from varco.hub.wording import status_name

Format = Literal["plain", "sendcloud"]
FORMATS: Final[Sequence[Format]] = ("plain", "sendcloud")
LARGEST_PART: Final = 1000
"""Rows of one file for Sendcloud."""
BOM: Final = "\ufeff"
"""Tells spreadsheet programs that it is UTF-8."""
_AT_ONCE: Final = 500
_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")
_NUMBER: Final = re.compile(r"[+-]?[\d\s().,/-]*")
"""A telephone number or an amount: nothing in it can be carried out."""


@dataclass(frozen=True)
class Item:
    """What is left to ship of one line."""

    line: OrderLine
    left: Decimal
    product: Product | None

    @property
    def weight_g(self) -> int | None:
        return self.product.known_weight_g if self.product else None


@dataclass(frozen=True)
class OpenOrder:
    order: Order
    items: Sequence[Item]

    @property
    def weight_g(self) -> int | None:
        """None if one of its products' weight is not known."""
        total = Decimal(0)
        for item in self.items:
            if item.weight_g is None:
                return None
            total += item.weight_g * item.left
        return int(total) if self.items else None


def parts(organisation: Organisation, integration: Integration | None = None) -> int:
    """How many files for Sendcloud it takes."""
    return max(1, -(-orders.open_orders(organisation, integration).count() // LARGEST_PART))


def csv_of(
    organisation: Organisation, form: Format, integration: Integration | None = None, *, part: int | None = None
) -> str:
    """All open orders, oldest first; with `part` (from 1) a thousand of them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    columns, row_of = _FORMS[form]
    writer.writerow(columns)
    for one in _open(organisation, integration, part):
        row = row_of(one)
        writer.writerow([safe(row[column]) for column in columns])
    return text.getvalue()


def safe(text: str) -> str:
    """What a spreadsheet program would take for a formula gets a quote before it."""
    clean = text.replace("\x00", "")
    return f"'{clean}" if _FORMULA.match(clean) and not _NUMBER.fullmatch(clean) else clean


def _open(organisation: Organisation, integration: Integration | None, part: int | None) -> Iterator[OpenOrder]:
    keys = list(orders.open_orders(organisation, integration).order_by("placed_at", "pk").values_list("pk", flat=True))
    if part is not None:
        keys = keys[(part - 1) * LARGEST_PART : part * LARGEST_PART]
    for start in range(0, len(keys), _AT_ONCE):
        yield from _with_items(keys[start : start + _AT_ONCE])


def _with_items(keys: Sequence[int]) -> Iterator[OpenOrder]:
    rows = Order.objects.select_related("integration", "contact").in_bulk(list(keys))
    lines = (
        OrderLine.objects.filter(order__in=keys, gone_at=None)
        .annotate(sent=Coalesce(Sum("shipment_lines__quantity"), Decimal(0)))
        .order_by("position")
    )
    left = [(line, line.quantity - line.sent) for line in lines if line.quantity > line.sent]
    products = _products(rows, [line for line, _ in left])
    items: dict[int, list[Item]] = defaultdict(list)
    for line, quantity in left:
        product = products.get((rows[line.order_id].integration_id, line.product_id))
        items[line.order_id].append(Item(line, quantity, product))
    return (OpenOrder(rows[key], items[key]) for key in keys if key in rows)


def _products(rows: Mapping[int, Order], lines: Sequence[OrderLine]) -> dict[tuple[int, str], Product]:
    found = Product.objects.filter(
        integration__in={order.integration_id for order in rows.values()},
        remote_id__in={line.product_id for line in lines},
    )
    return {(product.integration_id, product.remote_id): product for product in found}


def _plain(one: OpenOrder) -> dict[str, str]:
    order, address = one.order, one.order.contact.shipping
    return {
        "order": order.number,
        "shop": order.integration.name,
        "status": status_name(order.integration, order.status),
        "placed_at": order.placed_at.isoformat(timespec="seconds"),
        **{part: str(address.get(part, "")) for part in _ADDRESS},
        "pieces": _quantity(sum((item.left for item in one.items), Decimal(0))),
        "weight_kg": _kilograms(one.weight_g),
        "total": f"{order.total:.2f}",
        "currency": order.currency,
        "shipping_method": order.shipping_method,
        "items": "; ".join(f"{_quantity(item.left)} x {item.line.name}" for item in one.items),
        "skus": "; ".join(item.line.sku for item in one.items if item.line.sku),
        "customer_note": order.contact.customer_note,
    }


def _sendcloud(one: OpenOrder) -> dict[str, str]:
    order, address = one.order, one.order.contact.shipping
    street = ", ".join(filter(None, (address.get("line1", ""), address.get("line2", ""))))
    weight = _kilograms(one.weight_g)
    return {
        "Customer name": address.get("name") or address.get("company") or "",
        "Country code": address.get("country", ""),
        "Postal code": address.get("postcode", ""),
        "Address": street,
        "City": address.get("city", ""),
        "Order reference": order.number,
        "Company name": address.get("company", ""),
        "State": address.get("state", ""),
        "Email": address.get("email", ""),
        "Phone number": address.get("phone", ""),
        "Weight": weight,
        "Weight unit": "kg" if weight else "",
        "Order value": f"{order.total:.2f}",
        "Currency": order.currency,
        "Shipping method": order.shipping_method,
        **_one_item(one),
    }


def _one_item(one: OpenOrder) -> dict[str, str]:
    """Customs data can only be said of a single product in a row of its order."""
    if len(one.items) != 1:
        names = "; ".join(f"{_quantity(item.left)} x {item.line.name}" for item in one.items)
        return {"Item description": names, **dict.fromkeys(("Quantity", "SKU", "HS code", "Origin country"), "")}
    item = one.items[0]
    product = item.product
    return {
        "Item description": item.line.name,
        "Quantity": _quantity(item.left),
        "SKU": item.line.sku,
        "HS code": _hs_code(product.known_hs_code if product else ""),
        "Origin country": product.known_origin if product else "",
    }


def _hs_code(text: str) -> str:
    """Digits only; what is too short or too long would make the upload refuse the row."""
    code = "".join(letter for letter in text if letter.isalnum())
    return code if 6 <= len(code) <= 15 else ""


def _kilograms(weight_g: int | None) -> str:
    return "" if weight_g is None else f"{Decimal(weight_g) / 1000:.3f}"


def _quantity(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"


_ADDRESS: Final = ("name", "company", "line1", "line2", "postcode", "city", "state", "country", "phone", "email")
_PLAIN: Final = (
    *("order", "shop", "status", "placed_at", *_ADDRESS, "pieces", "weight_kg", "total", "currency"),
    *("shipping_method", "items", "skus", "customer_note"),
)
_SENDCLOUD: Final = (
    *("Customer name", "Country code", "Postal code", "Address", "City", "Order reference", "Company name", "State"),
    *("Email", "Phone number", "Weight", "Weight unit", "Order value", "Currency", "Shipping method"),
    *("Item description", "Quantity", "SKU", "HS code", "Origin country"),
)
_FORMS: Final[Mapping[Format, tuple[Sequence[str], Callable[[OpenOrder], dict[str, str]]]]] = {
    "plain": (_PLAIN, _plain),
    "sendcloud": (_SENDCLOUD, _sendcloud),
}
