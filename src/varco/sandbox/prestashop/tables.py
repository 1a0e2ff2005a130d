"""The webservice's resources: their fields in PrestaShop's own order, and their rows.

Values are texts; an id is a number; what is told per language is an `I18n`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from varco.sandbox.amounts import part, rounded, written
from varco.sandbox.goods import GOODS, Good
from varco.sandbox.orders import Line
from varco.sandbox.prestashop.orders import PsOrder
from varco.sandbox.state import State

ZERO_DATE: Final = "0000-00-00 00:00:00"
LAUNCHED: Final = "2026-09-01 08:00:00"
COUNTRIES: Final = {
    1: "DE", 2: "AT", 3: "BE", 6: "ES", 8: "FR", 9: "GR", 10: "IT", 13: "NL", 14: "PL", 15: "PT", 16: "CZ", 17: "GB",
    18: "SE", 19: "CH", 20: "DK", 21: "US", 26: "IE",
}  # fmt: skip
STATES: Final = {126: "AG", 127: "AL", 128: "AN", 140: "BZ", 155: "FC", 170: "LE", 180: "MI", 190: "NA", 200: "AQ",
                 205: "PU", 211: "RM"}  # fmt: skip
CURRENCIES: Final = {1: ("EUR", "euro", "€", "978"), 2: ("GBP", "Sterlina", "£", "826"),
                     3: ("USD", "Dollaro", "$", "840"), 4: ("PLN", "Złoty", "zł", "985")}  # fmt: skip
STOCK_STATES: Final = {
    "1": "Awaiting check payment", "2": "Payment accepted", "3": "Processing in progress", "4": "Shipped",
    "5": "Delivered", "6": "Canceled", "7": "Refunded", "8": "Payment error", "9": "On backorder (paid)",
    "10": "Awaiting bank wire payment", "11": "Remote payment accepted", "12": "On backorder (not paid)",
    "13": "Awaiting Cash On Delivery validation", "14": "Pronto per la spedizione",
}  # fmt: skip
_SHIPPED: Final = ("4", "5")
_DELIVERED: Final = ("3", *_SHIPPED)
"""States with a delivery slip."""
_PAID: Final = ("2", "3", "4", "5", "9", "11", "14")
CARRIERS: Final = {
    1: "Click and collect", 2: "My carrier", 3: "My cheap carrier", 4: "My light carrier", 5: "Corriere Espresso",
    6: "Poste & Pacchi «Già»", 7: "Ritiro in negozio", 8: "Corriere Espresso",
}  # fmt: skip
_DELETED_CARRIERS: Final = (5,)


class I18n(msgspec.Struct, frozen=True):
    text: str


Row = Mapping[str, Any]


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    one: str
    fields: tuple[str, ...]
    rows: Callable[[State, int], Iterable[Row]]
    """Those whose id is greater, in the order of ids."""
    found: Mapping[str, Callable[[State, Sequence[int]], Iterable[Row]]] = {}
    """A quick way by the numbers in a field."""
    links: Mapping[str, str] = {}
    """The resource that a field names a row of."""
    associations: Mapping[str, tuple[str, ...]] = {}
    required: Mapping[str, str] = {}
    """Fields that must be given, and the others' formats, for the synopsis."""
    not_filterable: tuple[str, ...] = ()
    description: str = ""


def local(state: State, moment: int | None) -> str:
    if moment is None:
        return ZERO_DATE
    return datetime.fromtimestamp(moment, state.zone).strftime("%Y-%m-%d %H:%M:%S")


def _micro(amount: int) -> str:
    return written(amount, 6)


def orders_after(state: State, last: int) -> Iterator[PsOrder]:
    """Those that a list holds by now, by id."""
    now = state.clock.now()
    ids = _ids(state)
    for order_id in ids[bisect_right(ids, last) :]:
        order = state.order(order_id)
        if isinstance(order, PsOrder) and order.visible_from <= now:
            yield order


def _ids(state: State) -> list[int]:
    return sorted(order.id for order in state.book)


def address_ids(order: PsOrder) -> tuple[int, int]:
    """Delivery and invoice. The same one where it goes to where the bill goes."""
    delivery = 2 * order.id
    return delivery, delivery if same_place(order) else delivery + 1


def same_place(order: PsOrder) -> bool:
    names = [name for name in order.shipping.__struct_fields__ if name != "phone"]
    return all(getattr(order.shipping, name) == getattr(order.billing, name) for name in names)


class OrderRow(Mapping[str, Any]):
    """Made field by field: a list of 100,000 orders is looked through by few of them."""

    __slots__ = ("_state", "order")

    def __init__(self, state: State, order: PsOrder) -> None:
        self._state, self.order = state, order

    def __getitem__(self, name: str) -> Any:
        if name == "associations":
            return {"order_rows": [_order_row(line) for line in self.order.lines]}
        made = _ORDER.get(name)
        return made(self._state, self.order) if made else _ORDER_DEFAULTS[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*ORDER_FIELDS, "associations"))

    def __len__(self) -> int:
        return len(ORDER_FIELDS) + 1


def _goods(order: PsOrder) -> int:
    return rounded(sum(line.total for line in order.lines))


def _goods_wt(order: PsOrder) -> int:
    return rounded(sum(line.total + part(line.total, line.tax.percent) for line in order.lines))


def _shipping(order: PsOrder) -> int:
    return rounded(sum(charge.total for charge in order.shipping_lines))


def _shipping_wt(order: PsOrder) -> int:
    return rounded(sum(charge.total + part(charge.total, 22) for charge in order.shipping_lines))


def _number_of(table: Mapping[int, Any], code: str) -> str:
    return str(next((number for number, value in table.items() if code in (value, value[0])), 0))


def _is(order: PsOrder, states: Iterable[str]) -> bool:
    return order.status in states


_ORDER: Final[dict[str, Callable[[State, PsOrder], Any]]] = {
    "id": lambda _, order: order.id,
    "id_address_delivery": lambda _, order: str(address_ids(order)[0]),
    "id_address_invoice": lambda _, order: str(address_ids(order)[1]),
    "id_cart": lambda _, order: str(order.id),
    "id_currency": lambda _, order: _number_of(CURRENCIES, order.currency),
    "id_customer": lambda _, order: str(order.customer_id),
    "id_carrier": lambda _, order: str(order.carrier),
    "current_state": lambda _, order: order.status,
    "module": lambda _, order: order.payment_method,
    "invoice_number": lambda _, order: str(order.id) if _is(order, _PAID) else "0",
    "invoice_date": lambda state, order: local(state, order.created if _is(order, _PAID) else None),
    "delivery_number": lambda _, order: str(order.id) if _is(order, _DELIVERED) else "0",
    "delivery_date": lambda state, order: local(state, order.modified if _is(order, _DELIVERED) else None),
    "valid": lambda _, order: str(int(_is(order, _PAID))),
    "date_add": lambda state, order: local(state, order.created),
    "date_upd": lambda state, order: local(state, order.modified),
    "shipping_number": lambda _, order: shipping_number(order),
    "note": lambda _, order: order.note,
    "secure_key": lambda _, order: order.key,
    "payment": lambda _, order: order.payment_title,
    "gift": lambda _, order: str(int(order.gift)),
    "gift_message": lambda _, order: order.wants,
    "total_paid": lambda _, order: _micro(_goods_wt(order) + _shipping_wt(order)),
    "total_paid_tax_incl": lambda _, order: _micro(_goods_wt(order) + _shipping_wt(order)),
    "total_paid_tax_excl": lambda _, order: _micro(_goods(order) + _shipping(order)),
    "total_products": lambda _, order: _micro(_goods(order)),
    "total_products_wt": lambda _, order: _micro(_goods_wt(order)),
    "total_shipping": lambda _, order: _micro(_shipping_wt(order)),
    "total_shipping_tax_incl": lambda _, order: _micro(_shipping_wt(order)),
    "total_shipping_tax_excl": lambda _, order: _micro(_shipping(order)),
    "reference": lambda _, order: order.reference,
}
ORDER_FIELDS: Final = (
    "id id_address_delivery id_address_invoice id_cart id_currency id_lang id_customer id_carrier current_state module "
    "invoice_number invoice_date delivery_number delivery_date valid date_add date_upd shipping_number note "
    "id_shop_group id_shop secure_key payment recyclable gift gift_message mobile_theme total_discounts "
    "total_discounts_tax_incl total_discounts_tax_excl total_paid total_paid_tax_incl total_paid_tax_excl "
    "total_paid_real total_products total_products_wt total_shipping total_shipping_tax_incl total_shipping_tax_excl "
    "carrier_tax_rate total_wrapping total_wrapping_tax_incl total_wrapping_tax_excl round_mode round_type "
    "conversion_rate reference"
).split()
_ORDER_DEFAULTS: Final = {
    "id_lang": "1", "id_shop_group": "1", "id_shop": "1", "recyclable": "0", "mobile_theme": "0",
    "total_discounts": "0.000000", "total_discounts_tax_incl": "0.000000", "total_discounts_tax_excl": "0.000000",
    "total_paid_real": "0.000000", "carrier_tax_rate": "22.000", "total_wrapping": "0.000000",
    "total_wrapping_tax_incl": "0.000000", "total_wrapping_tax_excl": "0.000000", "round_mode": "2", "round_type": "2",
    "conversion_rate": "1.000000",
}  # fmt: skip
_ORDER_ROW: Final = (
    "id product_id product_attribute_id product_quantity product_name product_reference product_ean13 product_isbn "
    "product_upc product_price id_customization unit_price_tax_incl unit_price_tax_excl"
).split()


def shipping_number(order: PsOrder) -> str:
    """PrestaShop shows the first row's."""
    return next((row.tracking for row in order.carriers if row.tracking), order.shipping_number)


def _order_row(line: Line) -> Row:
    net = line.total // line.quantity if line.quantity else 0
    return {
        "id": str(line.id), "product_id": str(line.product_id), "product_attribute_id": str(line.variation_id),
        "product_quantity": str(line.quantity), "product_name": line.name, "product_reference": line.sku or "",
        "product_ean13": _ean(line), "product_isbn": "", "product_upc": "", "product_price": _micro(net),
        "id_customization": "0", "unit_price_tax_incl": _micro(net + part(net, line.tax.percent)),
        "unit_price_tax_excl": _micro(net),
    }  # fmt: skip


def _ean(line: Line) -> str:
    good = GOODS.get(line.variation_id or line.product_id)
    return good.ean if good else ""


def _orders(state: State, last: int) -> Iterator[Row]:
    return (OrderRow(state, order) for order in orders_after(state, last))


def _details(state: State, last: int) -> Iterator[Row]:
    rows = [_detail(order, line) for order in orders_after(state, 0) for line in order.lines if line.id > last]
    return iter(sorted(rows, key=lambda row: int(row["id"])))


_WHOLE: Final = ("id_", "product_quantity_", "discount_", "tax_comp", "download_nb")


def _detail(order: PsOrder, line: Line) -> Row:
    good = GOODS.get(line.variation_id or line.product_id)
    gross = line.total + part(line.total, line.tax.percent)
    row = _order_row(line)
    zero = dict.fromkeys(DETAIL_FIELDS, "0.000000")
    return {
        **zero,
        **{name: "0" for name in DETAIL_FIELDS if name.startswith(_WHOLE)},
        "id": line.id, "id_order": str(order.id), "product_id": row["product_id"],
        "product_attribute_id": row["product_attribute_id"], "group_reduction": "0.00", "download_hash": "",
        "download_deadline": ZERO_DATE, "id_shop": "1", "product_name": line.name,
        "product_quantity": str(line.quantity), "product_price": row["product_price"], "reduction_percent": "0.00",
        "product_ean13": row["product_ean13"], "product_isbn": "", "product_upc": "", "product_mpn": "",
        "product_reference": line.sku or "", "product_supplier_reference": "",
        "product_weight": weight_text(good) if good else "5.200000", "id_tax_rules_group": "1",
        "ecotax_tax_rate": "0.000", "unit_price_tax_incl": row["unit_price_tax_incl"],
        "unit_price_tax_excl": row["unit_price_tax_excl"], "total_price_tax_incl": _micro(gross),
        "total_price_tax_excl": _micro(line.total), "associations": {"taxes": [{"id": "1"}]},
    }  # fmt: skip


DETAIL_FIELDS: Final = (
    "id id_order product_id product_attribute_id product_quantity_reinjected group_reduction discount_quantity_applied "
    "download_hash download_deadline id_order_invoice id_warehouse id_shop id_customization product_name "
    "product_quantity product_quantity_in_stock product_quantity_return product_quantity_refunded product_price "
    "reduction_percent reduction_amount reduction_amount_tax_incl reduction_amount_tax_excl product_quantity_discount "
    "product_ean13 product_isbn product_upc product_mpn product_reference product_supplier_reference product_weight "
    "tax_computation_method id_tax_rules_group ecotax ecotax_tax_rate download_nb unit_price_tax_incl "
    "unit_price_tax_excl total_price_tax_incl total_price_tax_excl total_shipping_price_tax_excl "
    "total_shipping_price_tax_incl purchase_supplier_price original_product_price original_wholesale_price "
    "total_refunded_tax_excl total_refunded_tax_incl"
).split()


def weight_text(good: Good) -> str:
    """Whole, as a line keeps it."""
    return f"{float(good.weight or (GOODS[good.parent].weight if good.parent else '') or 0):.6f}"


def orders_of(state: State, numbers: Iterable[int]) -> Iterator[PsOrder]:
    now = state.clock.now()
    for number in sorted(set(numbers)):
        order = state.order(number)
        if isinstance(order, PsOrder) and order.visible_from <= now:
            yield order


def _carrier_rows(state: State, last: int) -> Iterator[Row]:
    return _carriers_of(state, orders_after(state, 0), last)


def _carriers_of(state: State, orders: Iterable[PsOrder], last: int = 0) -> Iterator[Row]:
    pairs = [(row, order) for order in orders for row in order.carriers if row.id > last]
    return (carrier_row(state, order, row) for row, order in sorted(pairs, key=lambda pair: pair[0].id))


def carrier_row(state: State, order: PsOrder, row: Any) -> Row:
    gross = row.cost + part(row.cost, 22)
    return {
        "id": row.id, "id_order": str(order.id), "id_carrier": str(row.carrier),
        "id_order_invoice": "" if row.wiped else str(order.id) if _is(order, _PAID) else "0",
        "weight": "" if row.wiped else row.weight,
        "shipping_cost_tax_excl": "" if row.wiped else _micro(row.cost),
        "shipping_cost_tax_incl": "" if row.wiped else _micro(gross),
        "tracking_number": row.tracking, "date_add": local(state, row.created),
    }  # fmt: skip


def _histories(state: State, last: int) -> Iterator[Row]:
    return _histories_of(state, orders_after(state, 0), last)


def _histories_of(state: State, orders: Iterable[PsOrder], last: int = 0) -> Iterator[Row]:
    pairs = [(row, order) for order in orders for row in order.histories if row.id > last]
    return (
        {"id": row.id, "id_employee": str(row.employee), "id_order_state": row.state, "id_order": str(order.id),
         "date_add": local(state, row.created)}
        for row, order in sorted(pairs, key=lambda pair: pair[0].id)
    )  # fmt: skip


def _order_states(state: State, last: int) -> Iterator[Row]:
    for number, name in state.statuses().items():
        if int(number) > last:
            yield {
                "id": int(number), "unremovable": str(int(number in STOCK_STATES and number != "14")),
                "delivery": str(int(number in _DELIVERED)), "hidden": "0",
                "send_email": str(int(number not in ("5", "13", "14"))), "module_name": "",
                "invoice": str(int(number in (*_PAID, "7"))), "color": "#3498D8", "logable": str(int(number in _PAID)),
                "shipped": str(int(number in _SHIPPED)), "paid": str(int(number in _PAID)), "pdf_delivery": "0",
                "pdf_invoice": str(int(number == "2")), "deleted": "0", "name": I18n(name),
                "template": I18n("payment" if number == "2" else "shipped"),
            }  # fmt: skip


def _addresses(state: State, last: int) -> Iterator[Row]:
    return _addresses_of(orders_after(state, last // 2 - 1), last)


def _addresses_of(orders: Iterable[PsOrder], last: int = 0) -> Iterator[Row]:
    for order in orders:
        delivery, invoice = address_ids(order)
        if delivery > last:
            yield _address(order, delivery, order.shipping, order.other)
        if invoice > max(last, delivery):
            yield _address(order, invoice, order.billing, order.other)


def _address(order: PsOrder, number: int, place: Any, other: str) -> Row:
    mobile = place.phone.startswith("+39 333")
    return {
        "id": number, "id_customer": str(order.customer_id), "id_manufacturer": "0", "id_supplier": "0",
        "id_warehouse": "0", "id_country": _number_of(COUNTRIES, place.country),
        "id_state": _number_of(STATES, place.state),
        "alias": "Casa", "company": place.company, "lastname": place.last_name, "firstname": place.first_name,
        "vat_number": "", "address1": place.address_1, "address2": place.address_2, "postcode": place.postcode,
        "city": place.city, "other": other, "phone": "" if mobile else place.phone,
        "phone_mobile": place.phone if mobile else "", "dni": "RSSLCU80A01H703X" if place.country == "IT" else "",
        "deleted": str(int(order.moved_away)), "date_add": LAUNCHED, "date_upd": LAUNCHED,
    }  # fmt: skip


def _customers(state: State, last: int) -> Iterator[Row]:
    return _customers_of(orders_after(state, last))


def _customers_of(orders: Iterable[PsOrder]) -> Iterator[Row]:
    """Everybody orders once."""
    for order in orders:
        billing = order.billing
        yield {
            "id": order.customer_id, "id_default_group": "3", "id_lang": "1", "newsletter_date_add": ZERO_DATE,
            "ip_registration_newsletter": "", "last_passwd_gen": LAUNCHED, "secure_key": "0" * 32, "deleted": "0",
            "passwd": "$2y$10$not.a.password", "lastname": billing.last_name, "firstname": billing.first_name,
            "email": billing.email, "id_gender": "0", "birthday": "0000-00-00", "newsletter": "0", "optin": "0",
            "website": "", "company": "", "siret": "", "ape": "", "outstanding_allow_amount": "0.000000",
            "show_public_prices": "0", "id_risk": "0", "max_payment_days": "0", "active": "1", "note": "",
            "is_guest": "0", "id_shop": "1", "id_shop_group": "1", "date_add": LAUNCHED, "date_upd": LAUNCHED,
            "reset_password_token": "", "reset_password_validity": ZERO_DATE,
            "associations": {"groups": [{"id": "3"}]},
        }  # fmt: skip


def _countries(_state: State, last: int) -> Iterator[Row]:
    for number, code in COUNTRIES.items():
        if number > last:
            yield {"id": number, "id_zone": "1", "id_currency": "0", "call_prefix": "39", "iso_code": code,
                   "active": "1", "contains_states": str(int(code == "IT")), "need_identification_number": "0",
                   "need_zip_code": "1",
                   "zip_code_format": "NNNNN", "display_tax_label": "1", "name": I18n(code)}  # fmt: skip


def _states(_state: State, last: int) -> Iterator[Row]:
    for number, code in STATES.items():
        if number > last:
            yield {"id": number, "id_zone": "1", "id_country": "10", "iso_code": code, "name": code, "active": "1"}


def _currencies(_state: State, last: int) -> Iterator[Row]:
    for number, (code, name, symbol, numeric) in list(CURRENCIES.items())[:2]:
        if number > last:
            yield {"id": number, "names": I18n(name), "name": name.capitalize(), "symbol": I18n(symbol),
                   "iso_code": code,
                   "numeric_iso_code": numeric, "precision": "2", "conversion_rate": "1.000000", "deleted": "0",
                   "active": "1", "unofficial": "0", "modified": "0", "pattern": I18n("")}  # fmt: skip


def _carriers(_state: State, last: int) -> Iterator[Row]:
    for number, name in CARRIERS.items():
        if number > last:
            gone = number in _DELETED_CARRIERS
            yield {
                "id": number, "deleted": str(int(gone)), "is_module": "0",
                "id_tax_rules_group": 1 if number < 5 else 0, "id_reference": "5" if number == 8 else str(number),
                "name": name, "active": str(int(number not in (3, 4))), "is_free": str(int(number in (1, 5, 6, 7, 8))),
                "url": "https://tracking.example/@" if number > 4 else "", "shipping_handling": str(int(number > 1)),
                "shipping_external": "0", "range_behavior": "0", "shipping_method": 1 if number < 3 else "3",
                "max_width": "0", "max_height": "0", "max_depth": "0", "max_weight": "0.000000", "grade": "0",
                "external_module_name": "", "need_range": "0", "position": str(number - 1), "delay": I18n("2-3 giorni"),
            }  # fmt: skip


def _products(_state: State, last: int) -> Iterator[Row]:
    for good in sorted(GOODS.values(), key=lambda good: good.id):
        if good.id > last and not good.parent:
            yield _product(good)


def _product(good: Good) -> Row:
    children = [child.id for child in GOODS.values() if child.parent == good.id]
    associations: dict[str, list[dict[str, str]]] = {"categories": [{"id": "2"}]}
    if children:
        associations["combinations"] = [{"id": str(child)} for child in children]
        associations["product_option_values"] = [{"id": "2"}]
    associations["stock_availables"] = [{"id": str(good.id + STOCK_BEGINS), "id_product_attribute": "0"}]
    return {
        **_PRODUCT_DEFAULTS, "id": good.id, "cache_default_attribute": str(children[0]) if children else "0",
        "id_default_combination": children[0] if children else 0, "position_in_category": str(good.id),
        "reference": good.sku, "weight": weight_text(good), "price": f"{float(good.price):.6f}", "ean13": good.ean,
        "product_type": "combinations" if children else "standard", "name": I18n(good.name),
        "associations": associations,
    }  # fmt: skip


STOCK_BEGINS: Final = 38
_PRODUCT_FIELDS: Final = (
    "id id_category_default cache_default_attribute id_default_combination id_tax_rules_group position_in_category "
    "type id_shop_default reference width height depth weight state additional_delivery_times delivery_in_stock "
    "delivery_out_stock product_type ean13 ecotax minimal_quantity price wholesale_price unit_price unit_price_ratio "
    "additional_shipping_cost active redirect_type available_for_order available_date condition show_price visibility "
    "date_add date_upd pack_stock_type meta_description meta_keywords meta_title link_rewrite name description "
    "description_short available_now available_later"
).split()
_PRODUCT_DEFAULTS: Final = {
    "id_category_default": "2", "id_tax_rules_group": "1", "type": "simple", "id_shop_default": "1",
    "width": "10.000000", "height": "5.000000", "depth": "3.000000", "state": "1", "additional_delivery_times": "1",
    "ecotax": "0.000000", "minimal_quantity": "1", "wholesale_price": "0.000000", "unit_price": "0.000000",
    "unit_price_ratio": "0.000000", "additional_shipping_cost": "0.000000", "active": "1", "redirect_type": "default",
    "available_for_order": "1", "available_date": "0000-00-00", "condition": "new", "show_price": "1",
    "visibility": "both", "date_add": LAUNCHED, "date_upd": LAUNCHED, "pack_stock_type": "3",
    "link_rewrite": I18n("prodotto"),
    **dict.fromkeys(
        "delivery_in_stock delivery_out_stock meta_description meta_keywords meta_title description description_short "
        "available_now available_later".split(), I18n("")
    ),
}  # fmt: skip


def _combinations(_state: State, last: int) -> Iterator[Row]:
    """A combination's weight is what it adds to its product's."""
    for good in sorted(GOODS.values(), key=lambda good: good.id):
        if good.id > last and good.parent:
            adds = float(good.weight) - float(GOODS[good.parent].weight) if good.weight else 0
            yield {
                "id": good.id, "id_product": str(good.parent), "ean13": good.ean, "isbn": "", "upc": "", "mpn": "",
                "reference": good.sku, "supplier_reference": "", "wholesale_price": "0.000000", "price": "0.000000",
                "ecotax": "0.000000", "weight": f"{adds:.6f}", "unit_price_impact": "0.000000", "minimal_quantity": "1",
                "low_stock_threshold": None, "low_stock_alert": "0", "default_on": "", "available_date": "0000-00-00",
                "available_now": I18n(""), "available_later": I18n(""),
                "associations": {"product_option_values": [{"id": "2"}]},
            }  # fmt: skip


def _stock(_state: State, last: int) -> Iterator[Row]:
    for good in sorted(GOODS.values(), key=lambda good: good.id):
        place = good.id + STOCK_BEGINS
        if place > last:
            yield {"id": place, "id_product": str(good.parent or good.id),
                   "id_product_attribute": str(good.id if good.parent else 0), "id_shop": "1", "id_shop_group": "0",
                   "quantity": str(good.stock or 0), "depends_on_stock": "0", "out_of_stock": "2",
                   "location": ""}  # fmt: skip


def _configurations(state: State, last: int) -> Iterator[Row]:
    settings = {
        31: ("PS_WEIGHT_UNIT", state.spec.weight_unit),
        32: ("PS_TIMEZONE", state.spec.time_zone),
        33: ("PS_CURRENCY_DEFAULT", _number_of(CURRENCIES, state.spec.currency)),
        34: ("PS_LANG_DEFAULT", "1"),
    }
    for number, (name, value) in settings.items():
        if number > last:
            yield {"id": number, "value": value, "name": name, "id_shop_group": "", "id_shop": "", "date_add": LAUNCHED,
                   "date_upd": LAUNCHED}  # fmt: skip


def _none(_state: State, _last: int) -> Iterator[Row]:
    return iter(())


def _table(
    name: str, one: str, rows: Callable[[State, int], Iterable[Row]], fields: Iterable[str], **more: Any
) -> Resource:
    return Resource(name=name, one=one, rows=rows, fields=tuple(fields), **more)


_ORDER_LINKS: Final = {
    "id_address_delivery": "addresses", "id_address_invoice": "addresses", "id_cart": "carts",
    "id_currency": "currencies", "id_lang": "languages", "id_customer": "customers", "id_carrier": "carriers",
    "current_state": "order_states", "product_id": "products", "id_customization": "customizations",
}  # fmt: skip
_REQUIRED: Final = "true"
RESOURCES: Final = {
    resource.name: resource
    for resource in (
        _table("orders", "order", _orders, ORDER_FIELDS, links=_ORDER_LINKS,
               found={"id": lambda state, ids: (OrderRow(state, order) for order in orders_of(state, ids))},
               associations={"order_rows": tuple(_ORDER_ROW)}, not_filterable=("shipping_number",),
               description="The Customers orders"),
        _table("order_carriers", "order_carrier", _carrier_rows,
               "id id_order id_carrier id_order_invoice weight shipping_cost_tax_excl shipping_cost_tax_incl "
               "tracking_number date_add".split(),
               found={"id_order": lambda state, ids: _carriers_of(state, orders_of(state, ids))},
               links={"id_order": "orders", "id_carrier": "carriers"},
               required={"id_order": _REQUIRED, "id_carrier": _REQUIRED}, description="The Order carriers"),
        _table("order_histories", "order_history", _histories,
               "id id_employee id_order_state id_order date_add".split(),
               found={"id_order": lambda state, ids: _histories_of(state, orders_of(state, ids))},
               links={"id_order_state": "order_states", "id_order": "orders"},
               required={"id_order_state": _REQUIRED, "id_order": _REQUIRED}, description="The Order histories"),
        _table("order_details", "order_detail", _details, DETAIL_FIELDS, associations={"taxes": ("id",)},
               description="Details of an order"),
        _table("order_states", "order_state", _order_states,
               "id unremovable delivery hidden send_email module_name invoice color logable shipped paid pdf_delivery "
               "pdf_invoice deleted name template".split(), description="The Order statuses"),
        _table("addresses", "address", _addresses,
               "id id_customer id_manufacturer id_supplier id_warehouse id_country id_state alias company lastname "
               "firstname vat_number address1 address2 postcode city other phone phone_mobile dni deleted date_add "
               "date_upd".split(),
               found={"id": lambda state, ids: _addresses_of(orders_of(state, [number // 2 for number in ids]))},
               links={"id_customer": "customers", "id_country": "countries", "id_state": "states"},
               description="The Customer, Brand and Customer addresses"),
        _table("customers", "customer", _customers,
               "id id_default_group id_lang newsletter_date_add ip_registration_newsletter last_passwd_gen secure_key "
               "deleted passwd lastname firstname email id_gender birthday newsletter optin website company siret ape "
               "outstanding_allow_amount show_public_prices id_risk max_payment_days active note is_guest id_shop "
               "id_shop_group date_add date_upd reset_password_token reset_password_validity".split(),
               found={"id": lambda state, ids: _customers_of(orders_of(state, ids))},
               associations={"groups": ("id",)}, description="The e-shop's customers"),
        _table("countries", "country", _countries,
               "id id_zone id_currency call_prefix iso_code active contains_states need_identification_number "
               "need_zip_code zip_code_format display_tax_label name".split(), description="The countries"),
        _table("states", "state", _states, "id id_zone id_country iso_code name active".split(),
               description="The available states of countries"),
        _table("currencies", "currency", _currencies,
               "id names name symbol iso_code numeric_iso_code precision conversion_rate deleted active unofficial "
               "modified pattern".split(), description="The currencies"),
        _table("carriers", "carrier", _carriers,
               "id deleted is_module id_tax_rules_group id_reference name active is_free url shipping_handling "
               "shipping_external range_behavior shipping_method max_width max_height max_depth max_weight grade "
               "external_module_name need_range position delay".split(), description="The Carriers"),
        _table("products", "product", _products, _PRODUCT_FIELDS,
               associations=dict.fromkeys(("categories", "combinations", "product_option_values"), ("id",))
               | {"stock_availables": ("id", "id_product_attribute")}, description="The products"),
        _table("combinations", "combination", _combinations,
               "id id_product ean13 isbn upc mpn reference supplier_reference wholesale_price price ecotax weight "
               "unit_price_impact minimal_quantity low_stock_threshold low_stock_alert default_on available_date "
               "available_now available_later".split(), associations={"product_option_values": ("id",)},
               description="The product combinations"),
        _table("stock_availables", "stock_available", _stock,
               "id id_product id_product_attribute id_shop id_shop_group quantity depends_on_stock out_of_stock "
               "location".split(),
               links={"id_product": "products", "id_product_attribute": "combinations", "id_shop": "shops"},
               description="Available quantities"),
        _table("configurations", "configuration", _configurations,
               "id value name id_shop_group id_shop date_add date_upd".split(), description="Shop configuration"),
        _table("customer_messages", "customer_message", _none, ("id", "id_customer_thread", "message"),
               description="Customer services messages"),
    )
}  # fmt: skip
OTHERS: Final = (
    "attachments cart_rules carts categories contacts content_management_system customer_threads customizations "
    "deliveries employees groups guests image_types images languages manufacturers messages order_cart_rules "
    "order_invoices order_payments order_slip price_ranges product_customization_fields product_feature_values "
    "product_features product_option_values product_options product_suppliers search shop_groups shop_urls shops "
    "specific_price_rules specific_prices stock_movement_reasons stock_movements stocks stores suppliers "
    "supply_order_details supply_order_histories supply_order_receipt_histories supply_order_states supply_orders tags "
    "tax_rule_groups tax_rules taxes translated_configurations warehouse_product_locations warehouses weight_ranges "
    "zones"
).split()
"""Resources of a real shop that the pretend one only names."""
ALL_NAMES: Final = sorted((*RESOURCES, *OTHERS))
