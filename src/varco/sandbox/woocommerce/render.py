"""An order in WooCommerce's own form, key by key in its order. Only the fields that were asked for are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from varco.sandbox.amounts import rounded, trimmed, written
from varco.sandbox.orders import (
    Charge,
    Coupon,
    Line,
    Meta,
    Order,
    Refund,
    Tax,
    cart_tax,
    discount,
    discount_tax,
    shipping_tax,
    tax_of,
    total,
)
from varco.sandbox.woocommerce.collections import Fields
from varco.sandbox.woocommerce.state import DRAFT, VERSION, State

_SYMBOLS: Final = {"EUR": "€", "USD": "$", "PLN": "zł", "GBP": "£", "CHF": "CHF"}
_EDITABLE: Final = ("pending", "on-hold", "auto-draft")
_UNPAID: Final = ("pending", "failed", DRAFT)


class View(msgspec.Struct, frozen=True):
    """How it shall look: the shop that shows it, and what was asked for."""

    state: State
    digits: int = 2
    """Of amounts (`dp`)."""
    include_meta: tuple[str, ...] = ()
    exclude_meta: tuple[str, ...] = ()
    display_meta: bool = False
    """Of lines only what a customer may see."""

    def money(self, amount: int) -> str:
        return written(amount, self.digits)

    def tax(self, amount: int) -> str:
        """Taxes are rounded to the cent before they are shown (measured with dp=6)."""
        return written(rounded(amount), self.digits)

    def link(self, path: str) -> str:
        return f"{self.state.home}/wp-json/wc/v3/{path}"


def order_json(order: Order, view: View, fields: Fields | None = None) -> dict[str, Any]:
    """Only the fields that were asked for are made at all."""
    if fields is None:
        return {name: make(order, view) for name, make in FIELDS.items()}
    return fields.of({name: make(order, view) for name, make in FIELDS.items() if name in fields.first})


def local(state: State, moment: int | None) -> str | None:
    """The shop's own time, without a zone."""
    return None if moment is None else datetime.fromtimestamp(moment, state.zone).strftime("%Y-%m-%dT%H:%M:%S")


def utc(moment: int | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def line_json(line: Line, view: View) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.name,
        "product_id": line.product_id,
        "variation_id": line.variation_id,
        "quantity": line.quantity,
        "tax_class": line.tax_class,
        "subtotal": view.money(line.subtotal),
        "subtotal_tax": view.tax(tax_of(line.subtotal, line.tax)),
        "total": view.money(line.total),
        "total_tax": view.tax(tax_of(line.total, line.tax)),
        "taxes": _line_taxes(line),
        "meta_data": [_line_meta(meta) for meta in line.meta if not (view.display_meta and meta.key.startswith("_"))],
        "sku": line.sku,
        "price": _price(line),
        "image": {"id": 0 if line.variation_id or not line.product_id else "", "src": ""},
        "parent_name": line.parent_name,
    }


def meta_json(metas: Iterable[Meta]) -> list[dict[str, Any]]:
    return [{"id": meta.id, "key": meta.key, "value": meta.value} for meta in metas]


def refund_json(refund: Refund, order: Order, view: View) -> dict[str, Any]:
    path = f"orders/{order.id}"
    return {
        "id": refund.id,
        "date_created": local(view.state, refund.created),
        "date_created_gmt": utc(refund.created),
        "amount": view.money(refund.amount),
        "reason": refund.reason,
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": [],
        "line_items": [line_json(line, view) for line in refund.lines],
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
        "_links": {
            **links(view, f"{path}/refunds/{refund.id}", f"{path}/refunds", ("GET", "DELETE")),
            "up": [{"href": view.link(path)}],
        },
    }


def links(view: View, path: str, collection: str, allow: tuple[str, ...]) -> dict[str, Any]:
    return {
        "self": [{"href": view.link(path), "targetHints": {"allow": list(allow)}}],
        "collection": [{"href": view.link(collection)}],
    }


def _line_taxes(line: Line) -> list[dict[str, Any]]:
    if not line.tax.percent:
        return []
    taxes = tax_of(line.total, line.tax), tax_of(line.subtotal, line.tax)
    return [{"id": line.tax.id, "total": trimmed(taxes[0]), "subtotal": trimmed(taxes[1])}]


def _wanted_meta(order: Order, view: View) -> list[Meta]:
    return [
        meta
        for meta in order.meta
        if meta.key not in view.exclude_meta and (not view.include_meta or meta.key in view.include_meta)
    ]


def _price(line: Line) -> float | int:
    """Of one piece, as PHP's float: `16.311475333333334`, and a bare 0."""
    price = line.total / 1_000_000 / line.quantity if line.quantity else 0
    return price or 0


def _line_meta(meta: Meta) -> dict[str, Any]:
    shown = meta.key.capitalize() if not meta.key.startswith("_") and meta.key.isalpha() else meta.key
    return {"id": meta.id, "key": meta.key, "value": meta.value, "display_key": shown, "display_value": meta.value}


def _shipping_line(charge: Charge, view: View) -> dict[str, Any]:
    tax = tax_of(charge.total, charge.tax)
    return {
        "id": charge.id,
        "method_title": charge.title,
        "method_id": charge.method_id,
        "instance_id": charge.instance_id,
        "total": view.money(charge.total),
        "total_tax": view.tax(tax),
        "taxes": _charge_taxes(charge, tax),
        "tax_status": "taxable",
        "meta_data": [],
    }


def _fee_line(charge: Charge, view: View) -> dict[str, Any]:
    tax = tax_of(charge.total, charge.tax)
    return {
        "id": charge.id,
        "name": charge.title,
        "tax_class": "",
        "tax_status": "taxable",
        "amount": charge.amount,
        "total": view.money(charge.total),
        "total_tax": view.tax(tax),
        "taxes": _charge_taxes(charge, tax),
        "meta_data": [],
    }


def _charge_taxes(charge: Charge, tax: int) -> list[dict[str, Any]]:
    return [] if charge.tax is None else [{"id": charge.tax.id, "total": trimmed(tax), "subtotal": ""}]


def _coupon_line(coupon: Coupon, _view: View) -> dict[str, Any]:
    kind = '"percent"' if coupon.kind == "percent" else "null"
    info = f'[{coupon.number},"{coupon.code}",{kind},{coupon.amount}]'
    meta = {"id": coupon.meta_id, "key": "coupon_info", "value": info}
    return {
        "id": coupon.id,
        "code": coupon.code,
        "discount": trimmed(rounded(coupon.discount)),
        "discount_tax": trimmed(rounded(coupon.discount_tax)),
        "meta_data": [{**meta, "display_key": "coupon_info", "display_value": info}],
        "discount_type": coupon.kind,
        "nominal_amount": coupon.amount,
        "free_shipping": False,
    }


def _tax_lines(order: Order, view: View) -> list[dict[str, Any]]:
    """One for each rate."""
    sums: dict[Tax, list[int]] = {}
    for line in order.lines:
        sums.setdefault(line.tax, [0, 0])[0] += tax_of(line.total, line.tax)
    for place, charges in ((0, order.fees), (1, order.shipping_lines)):
        for charge in charges:
            if charge.tax is not None:
                sums.setdefault(charge.tax, [0, 0])[place] += tax_of(charge.total, charge.tax)
    return [
        {
            "id": order.tax_line_id + place,
            "rate_code": tax.code,
            "rate_id": tax.id,
            "label": tax.label,
            "compound": False,
            "tax_total": view.tax(goods),
            "shipping_tax_total": view.tax(shipping),
            "rate_percent": tax.percent,
            "meta_data": [],
        }
        for place, (tax, (goods, shipping)) in enumerate(sums.items())
    ]


def _needs_processing(order: Order) -> bool:
    """Virtual goods need it too; only what is virtual and downloadable does not (measured)."""
    return bool(order.lines)


def _pay_url(order: Order, view: View) -> str:
    return f"{view.state.home}/checkout/order-pay/{order.id}/?pay_for_order=true&key={order.key}"


def _order_links(order: Order, view: View) -> dict[str, Any]:
    allow = ("GET", "POST", "PUT", "PATCH", "DELETE")
    found = links(view, f"orders/{order.id}", "orders", allow)
    mails = view.link(f"orders/{order.id}/actions/email_templates")
    found["email_templates"] = [{"embeddable": True, "href": mails}]
    if order.customer_id:
        found["customer"] = [{"href": view.link(f"customers/{order.customer_id}")}]
    return found


FIELDS: Final[dict[str, Callable[[Order, View], Any]]] = {
    "id": lambda order, _: order.id,
    "parent_id": lambda _order, _view: 0,
    "status": lambda order, _: order.status,
    "currency": lambda order, _: order.currency,
    "version": lambda _, view: view.state.spec.version or VERSION,
    "prices_include_tax": lambda order, _: order.prices_include_tax,
    "date_created": lambda order, view: local(view.state, order.created),
    "date_modified": lambda order, view: local(view.state, order.modified),
    "discount_total": lambda order, view: view.money(rounded(discount(order))),
    "discount_tax": lambda order, view: view.tax(discount_tax(order)),
    "shipping_total": lambda order, view: view.tax(sum(charge.total for charge in order.shipping_lines)),
    "shipping_tax": lambda order, view: view.tax(shipping_tax(order)),
    "cart_tax": lambda order, view: view.tax(cart_tax(order)),
    "total": lambda order, view: view.tax(total(order)),
    "total_tax": lambda order, view: view.tax(cart_tax(order) + shipping_tax(order)),
    "customer_id": lambda order, _: order.customer_id,
    "order_key": lambda order, _: order.key,
    "billing": lambda order, _: order.billing,
    "shipping": lambda order, _: order.shipping,
    "payment_method": lambda order, _: order.payment_method,
    "payment_method_title": lambda order, _: order.payment_title,
    "transaction_id": lambda order, _: order.transaction_id,
    "customer_ip_address": lambda order, _: order.ip,
    "customer_user_agent": lambda order, _: order.user_agent,
    "created_via": lambda order, _: order.created_via,
    "customer_note": lambda order, _: order.customer_note,
    "date_completed": lambda order, view: local(view.state, order.completed),
    "date_paid": lambda order, view: local(view.state, order.paid),
    "cart_hash": lambda _order, _view: "",
    "number": lambda order, _: str(order.id),
    "meta_data": lambda order, view: meta_json(_wanted_meta(order, view)),
    "line_items": lambda order, view: [line_json(line, view) for line in order.lines],
    "tax_lines": _tax_lines,
    "shipping_lines": lambda order, view: [_shipping_line(charge, view) for charge in order.shipping_lines],
    "fee_lines": lambda order, view: [_fee_line(fee, view) for fee in order.fees],
    "coupon_lines": lambda order, view: [_coupon_line(coupon, view) for coupon in order.coupons],
    "refunds": lambda order, view: [
        {"id": refund.id, "reason": refund.reason, "total": view.money(-refund.amount)} for refund in order.refunds
    ],
    "payment_url": _pay_url,
    "is_editable": lambda order, _: order.status in _EDITABLE,
    "needs_payment": lambda order, _: order.status in _UNPAID and rounded(total(order)) > 0,
    "needs_processing": lambda order, _: _needs_processing(order),
    "date_created_gmt": lambda order, _: utc(order.created),
    "date_modified_gmt": lambda order, _: utc(order.modified),
    "date_completed_gmt": lambda order, _: utc(order.completed),
    "date_paid_gmt": lambda order, _: utc(order.paid),
    "currency_symbol": lambda order, _: _SYMBOLS.get(order.currency, order.currency),
    "_links": _order_links,
}
