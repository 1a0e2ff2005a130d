"""The orders of the benches: in the shape and spelling of WooCommerce 9.9.5, the same bytes for the same seed.

Compare tests/recorded/woocommerce/orders_list_page1.json. About 4.1 kB and 2.7 lines an order; every 20th shares its
second of change with the one before, as after a bulk edit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

SEED: Final = 7
FIRST_ID: Final = 1000
STATUSES: Final = ("processing", "completed", "on-hold", "cancelled", "refunded", "pending")
SHOP: Final = "https://shop.example"
PRODUCT_IDS: Final = range(10, 901)
START: Final = datetime(2024, 1, 1, tzinfo=UTC)
EVERY_S: Final = 37

_FIRST_NAMES: Final = (
    "Anna Luca José Zoë François Łukasz Giulia Niccolò Müge Håkon Eve Sofía Jürgen Chloé 小明 Marta".split()
)
_LAST_NAMES: Final = (
    "Rossi Müller García Kowalski O’Neil Dubois D’Agostino Smith Ångström Bianchi Novák Østergård 王".split()
)
_TOWNS: Final = (
    ("Napoli", "NA", "80138", "IT"),
    ("Bolzano / Bozen", "BZ", "39100", "IT"),
    ("Berlin", "DE-BE", "10115", "DE"),
    ("Eindhoven", "", "5617 BC", "NL"),
    ("Lyon", "", "69002", "FR"),
    ("Kraków", "MP", "30-001", "PL"),
)
_STREETS: Final = ("Via dell’Àncora", "Hauptstraße", "Rue de la Paix", "ul. Długa")
_GOODS: Final = (
    "Caffè macinato 250 g",
    "Olio EVO «Colline» 0,75 L",
    "Tazza in ceramica",
    "Grembiule da cucina",
    "Maglietta Bottega - M, Blu",
    "Libro: Ricette d’Appennino",
    "Żurek – zupa instant",
    "Tischläufer 40×140 cm",
)
_BROWSER: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)


class Index(msgspec.Struct):
    """Where each order stands in the spelled text, and what a shop lists it by. Times are in seconds since 1970."""

    offsets: list[int]
    """One more than there are orders; between two orders stands one comma."""
    statuses: list[str]
    created: list[int]
    modified: list[int]


@dataclass(frozen=True)
class Workload:
    """Orders in a file, joined by commas, with their index beside it."""

    text: Path
    index: Path

    def read_index(self) -> Index:
        return msgspec.msgpack.decode(self.index.read_bytes(), type=Index)


def workload(folder: Path, count: int, fields: str = "") -> Workload:
    """That many orders, made once and kept. `fields` is WordPress's `_fields`: the names that are answered, or all."""
    name = f"orders-{SEED}-{count}-{len(fields)}"
    found = Workload(folder / f"{name}.json", folder / f"{name}.index")
    if not found.index.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make(found, count, frozenset(fields.split(",")) if fields else None)
    return found


def _make(target: Workload, count: int, fields: frozenset[str] | None) -> None:
    index = Index(offsets=[0], statuses=[], created=[], modified=[])
    with target.text.open("wb") as file:
        for order in _orders(count):
            spelled = php_json(order if fields is None else {name: order[name] for name in order if name in fields})
            file.write(spelled + b",")
            index.offsets.append(index.offsets[-1] + len(spelled) + 1)
            index.statuses.append(order["status"])
            index.created.append(_seconds(order["date_created_gmt"]))
            index.modified.append(_seconds(order["date_modified_gmt"]))
    target.index.write_bytes(msgspec.msgpack.encode(index))


def php_json(value: Any) -> bytes:
    """As PHP's `json_encode` spells it: no spaces, `\\uXXXX`, slashes escaped."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode()


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def _orders(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield _order(number, Random(SEED * 1_000_003 + number))


def _order(number: int, chance: Random) -> dict[str, Any]:
    order_id = FIRST_ID + number
    created = START + timedelta(seconds=EVERY_S * number)
    modified = START + timedelta(seconds=EVERY_S * (number - (number % 20 == 0)) + 3600)
    status = chance.choice(("processing",) * 5 + ("completed",) * 8 + STATUSES[2:])
    person = _person(chance)
    key = f"wc_order_{chance.getrandbits(52):013x}"
    lines = [_line(number * 12 + place, chance) for place in range(chance.choice((1, 1, 2, 2, 2, 3, 3, 4, 6)))]
    goods = sum(_cents(line["total"]) for line in lines)
    goods_tax = sum(_cents(line["total_tax"]) for line in lines)
    shipping = chance.choice((0, 490, 574, 990))
    shipping_tax = round(shipping * 0.22)
    paid_at = created if status in ("processing", "completed", "refunded") else None
    completed_at = modified if status == "completed" else None
    return {
        "id": order_id,
        "parent_id": 0,
        "status": status,
        "currency": "EUR",
        "version": "9.9.5",
        "prices_include_tax": True,
        "date_created": _local(created),
        "date_modified": _local(modified),
        "discount_total": "0.00",
        "discount_tax": "0.00",
        "shipping_total": _money(shipping),
        "shipping_tax": _money(shipping_tax),
        "cart_tax": _money(goods_tax),
        "total": _money(goods + goods_tax + shipping + shipping_tax),
        "total_tax": _money(goods_tax + shipping_tax),
        "customer_id": chance.randint(0, 9000),
        "order_key": key,
        "billing": {**person, "email": f"customer{number % 9000}@example.test", "phone": _phone(chance)},
        "shipping": {**person, "phone": ""},
        "payment_method": "ppcp-gateway",
        "payment_method_title": "PayPal",
        "transaction_id": f"{chance.getrandbits(68):017X}",
        "customer_ip_address": f"192.0.2.{number % 250}",
        "customer_user_agent": _BROWSER,
        "created_via": "checkout",
        "customer_note": chance.choice(("", "", "", "Bitte beim Nachbarn abgeben – danke! 🙏")),
        "date_completed": _local(completed_at),
        "date_paid": _local(paid_at),
        "cart_hash": f"{chance.getrandbits(128):032x}",
        "number": str(order_id),
        "meta_data": _order_meta(number),
        "line_items": lines,
        "tax_lines": [_tax_line(number * 12 + 10, goods_tax, shipping_tax)],
        "shipping_lines": [_shipping_line(number, shipping, shipping_tax, lines[0])],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        "payment_url": f"{SHOP}/checkout/order-pay/{order_id}/?pay_for_order=true&key={key}",
        "is_editable": False,
        "needs_payment": False,
        "needs_processing": True,
        "date_created_gmt": _gmt(created),
        "date_modified_gmt": _gmt(modified),
        "date_completed_gmt": _gmt(completed_at),
        "date_paid_gmt": _gmt(paid_at),
        "currency_symbol": "€",
        "_links": _links(order_id),
    }


def _person(chance: Random) -> dict[str, str]:
    last = chance.choice(_LAST_NAMES)
    city, state, postcode, country = chance.choice(_TOWNS)
    return {
        "first_name": chance.choice(_FIRST_NAMES),
        "last_name": last,
        "company": chance.choice(("", "", "", f"{last} & Figli S.r.l.")),
        "address_1": f"{chance.choice(_STREETS)} {chance.randint(1, 220)}",
        "address_2": chance.choice(("", "", "Scala A", "3. OG")),
        "city": city,
        "state": state,
        "postcode": postcode,
        "country": country,
    }


def _phone(chance: Random) -> str:
    return f"+39 081 {chance.randint(1_000_000, 9_999_999)}"


def variation_of(product_id: int) -> int:
    """Every fifth product comes in variations; the others answer 0."""
    return product_id + 1 if product_id % 5 == 4 else 0


def _line(line_id: int, chance: Random) -> dict[str, Any]:
    product_id = chance.choice(PRODUCT_IDS)
    quantity, price = chance.randint(1, 4), chance.randint(250, 9900)
    total, tax = price * quantity, round(price * quantity * 0.22)
    taxed = f"{tax / 100:.6f}"
    return {
        "id": line_id + 1,
        "name": name_of(product_id),
        "product_id": product_id,
        "variation_id": variation_of(product_id),
        "quantity": quantity,
        "tax_class": "",
        "subtotal": _money(total),
        "subtotal_tax": _money(tax),
        "total": _money(total),
        "total_tax": _money(tax),
        "taxes": [{"id": 1, "total": taxed, "subtotal": taxed}],
        "meta_data": [
            {
                "id": line_id * 2 + 1,
                "key": "_reduced_stock",
                "value": str(quantity),
                "display_key": "_reduced_stock",
                "display_value": str(quantity),
            }
        ],
        "sku": f"SKU-{product_id:05d}",
        "price": round(price / 100 + 1e-4 * (product_id % 7), 6),
        "image": {"id": str(product_id + 5000), "src": f"{SHOP}/wp-content/uploads/2025/03/product-{product_id}.jpg"},
        "parent_name": None,
    }


def name_of(product_id: int) -> str:
    return _GOODS[product_id % len(_GOODS)]


def _order_meta(number: int) -> list[dict[str, Any]]:
    return [
        {"id": number * 9 + 1, "key": "_billing_codice_fiscale", "value": "RSSMRA80A01F205X"},
        {"id": number * 9 + 2, "key": "is_vat_exempt", "value": "no"},
        {"id": number * 9 + 3, "key": "_wc_order_attribution_source_type", "value": "typein"},
    ]


def _tax_line(line_id: int, goods_tax: int, shipping_tax: int) -> dict[str, Any]:
    return {
        "id": line_id,
        "rate_code": "IT-IVA 22%-1",
        "rate_id": 1,
        "label": "IVA 22%",
        "compound": False,
        "tax_total": _money(goods_tax),
        "shipping_tax_total": _money(shipping_tax),
        "rate_percent": 22,
        "meta_data": [],
    }


def _shipping_line(number: int, shipping: int, shipping_tax: int, first: dict[str, Any]) -> dict[str, Any]:
    items = f"{first['name']} × {first['quantity']}"
    return {
        "id": number * 12 + 11,
        "method_title": "Spedizione standard",
        "method_id": "flat_rate",
        "instance_id": "1",
        "total": _money(shipping),
        "total_tax": _money(shipping_tax),
        "taxes": [{"id": 1, "total": f"{shipping_tax / 100:.6f}", "subtotal": ""}],
        "tax_status": "taxable",
        "meta_data": [
            {"id": number * 20 + 19, "key": "Items", "value": items, "display_key": "Items", "display_value": items}
        ],
    }


def _links(order_id: int) -> dict[str, Any]:
    orders = f"{SHOP}/wp-json/wc/v3/orders"
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return {
        "self": [{"href": f"{orders}/{order_id}", "targetHints": {"allow": methods}}],
        "collection": [{"href": orders}],
    }


def _money(cents: int) -> str:
    return f"{cents / 100:.2f}"


def _cents(money: str) -> int:
    return round(float(money) * 100)


def _gmt(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%S") if moment else None


def _local(moment: datetime | None) -> str | None:
    return _gmt(moment + timedelta(hours=1)) if moment else None
