"""Orders as the webservice lists them, with their lines, carriers and histories."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from varco.sandbox.amounts import part, rounded
from varco.sandbox.goods import GOODS, Good
from varco.sandbox.orders import Line
from varco.sandbox.prestashop.codes import CURRENCIES, DELIVERED, PAID, is_in, number_of
from varco.sandbox.prestashop.orders import PsOrder
from varco.sandbox.prestashop.resource import ZERO_DATE, Row, local, six_digits
from varco.sandbox.state import State


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


_ORDER: Final[dict[str, Callable[[State, PsOrder], Any]]] = {
    "id": lambda _, order: order.id,
    "id_address_delivery": lambda _, order: str(address_ids(order)[0]),
    "id_address_invoice": lambda _, order: str(address_ids(order)[1]),
    "id_cart": lambda _, order: str(order.id),
    "id_currency": lambda _, order: number_of(CURRENCIES, order.currency),
    "id_customer": lambda _, order: str(order.customer_id),
    "id_carrier": lambda _, order: str(order.carrier),
    "current_state": lambda _, order: order.status,
    "module": lambda _, order: order.payment_method,
    "invoice_number": lambda _, order: str(order.id) if is_in(order, PAID) else "0",
    "invoice_date": lambda state, order: local(state, order.created if is_in(order, PAID) else None),
    "delivery_number": lambda _, order: str(order.id) if is_in(order, DELIVERED) else "0",
    "delivery_date": lambda state, order: local(state, order.modified if is_in(order, DELIVERED) else None),
    "valid": lambda _, order: str(int(is_in(order, PAID))),
    "date_add": lambda state, order: local(state, order.created),
    "date_upd": lambda state, order: local(state, order.modified),
    "shipping_number": lambda _, order: shipping_number(order),
    "note": lambda _, order: order.note,
    "secure_key": lambda _, order: order.key,
    "payment": lambda _, order: order.payment_title,
    "gift": lambda _, order: str(int(order.gift)),
    "gift_message": lambda _, order: order.wants,
    "total_paid": lambda _, order: six_digits(_goods_wt(order) + _shipping_wt(order)),
    "total_paid_tax_incl": lambda _, order: six_digits(_goods_wt(order) + _shipping_wt(order)),
    "total_paid_tax_excl": lambda _, order: six_digits(_goods(order) + _shipping(order)),
    "total_products": lambda _, order: six_digits(_goods(order)),
    "total_products_wt": lambda _, order: six_digits(_goods_wt(order)),
    "total_shipping": lambda _, order: six_digits(_shipping_wt(order)),
    "total_shipping_tax_incl": lambda _, order: six_digits(_shipping_wt(order)),
    "total_shipping_tax_excl": lambda _, order: six_digits(_shipping(order)),
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
ORDER_ROW: Final = (
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
        "product_ean13": _ean(line), "product_isbn": "", "product_upc": "", "product_price": six_digits(net),
        "id_customization": "0", "unit_price_tax_incl": six_digits(net + part(net, line.tax.percent)),
        "unit_price_tax_excl": six_digits(net),
    }  # fmt: skip


def _ean(line: Line) -> str:
    good = GOODS.get(line.variation_id or line.product_id)
    return good.ean if good else ""


def order_rows(state: State, last: int) -> Iterator[Row]:
    return (OrderRow(state, order) for order in orders_after(state, last))


def detail_rows(state: State, last: int) -> Iterator[Row]:
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
        "unit_price_tax_excl": row["unit_price_tax_excl"], "total_price_tax_incl": six_digits(gross),
        "total_price_tax_excl": six_digits(line.total), "associations": {"taxes": [{"id": "1"}]},
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


def carrier_rows(state: State, last: int) -> Iterator[Row]:
    return carriers_of(state, orders_after(state, 0), last)


def carriers_of(state: State, orders: Iterable[PsOrder], last: int = 0) -> Iterator[Row]:
    pairs = [(row, order) for order in orders for row in order.carriers if row.id > last]
    return (carrier_row(state, order, row) for row, order in sorted(pairs, key=lambda pair: pair[0].id))


def carrier_row(state: State, order: PsOrder, row: Any) -> Row:
    gross = row.cost + part(row.cost, 22)
    return {
        "id": row.id, "id_order": str(order.id), "id_carrier": str(row.carrier),
        "id_order_invoice": "" if row.wiped else str(order.id) if is_in(order, PAID) else "0",
        "weight": "" if row.wiped else row.weight,
        "shipping_cost_tax_excl": "" if row.wiped else six_digits(row.cost),
        "shipping_cost_tax_incl": "" if row.wiped else six_digits(gross),
        "tracking_number": row.tracking, "date_add": local(state, row.created),
    }  # fmt: skip


def history_rows(state: State, last: int) -> Iterator[Row]:
    return histories_of(state, orders_after(state, 0), last)


def histories_of(state: State, orders: Iterable[PsOrder], last: int = 0) -> Iterator[Row]:
    pairs = [(row, order) for order in orders for row in order.histories if row.id > last]
    return (
        {"id": row.id, "id_employee": str(row.employee), "id_order_state": row.state, "id_order": str(order.id),
         "date_add": local(state, row.created)}
        for row, order in sorted(pairs, key=lambda pair: pair[0].id)
    )  # fmt: skip
