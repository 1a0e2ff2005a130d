"""The fields that a caller sends of an order, and what they change."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from varco.sandbox.amounts import micro
from varco.sandbox.goods import GOODS
from varco.sandbox.orders import Billing, Charge, Line, Meta, Order, Shipping
from varco.sandbox.woocommerce import changes
from varco.sandbox.woocommerce.hooks import told
from varco.sandbox.woocommerce.making import TAXES, line_of
from varco.sandbox.woocommerce.params import Fault, not_one_of, wrong_kind
from varco.sandbox.woocommerce.rest import RestError, invalid_params
from varco.sandbox.woocommerce.state import TRASH, State

_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TEXTS: Final = {
    "currency": "currency",
    "customer_note": "customer_note",
    "payment_method": "payment_method",
    "payment_method_title": "payment_title",
    "transaction_id": "transaction_id",
}
_ADDRESSES: Final[dict[str, type[Billing] | type[Shipping]]] = {"billing": Billing, "shipping": Shipping}


def create(state: State, fields: Mapping[str, Any]) -> Order:
    _check(state, fields)
    now = state.clock.now()
    key = f"wc_order_{state.random.getrandbits(64):013x}"[:22]
    order = Order(
        id=next(state.post_ids), status="pending", created=now, modified=now, key=key, currency=state.spec.currency,
        created_via="rest-api", customer_id=int(fields.get("customer_id") or 0), tax_line_id=next(state.line_ids),
    )  # fmt: skip
    state.book.add([order])
    told(state, "order.created", order)
    _fill(state, order, fields)
    status = "processing" if fields.get("set_paid") else str(fields.get("status") or "pending")
    changes.set_status(state, order, status)
    return order


def edit(state: State, order: Order, fields: Mapping[str, Any], *, strict: bool) -> None:
    """`strict` as for a single order; the rows of a batch are not looked at, and an unknown status means pending."""
    if strict:
        _check(state, fields)
    was_trashed = order.status == TRASH
    _fill(state, order, fields)
    status = _status(state, order, fields)
    if was_trashed and status not in (None, TRASH):
        changes.restore(state, order)
    if status is not None:
        changes.set_status(state, order, status)
    else:
        changes.saved(state, order)


def _status(state: State, order: Order, fields: Mapping[str, Any]) -> str | None:
    if fields.get("set_paid") and order.paid is None:
        return "processing"
    if "status" not in fields:
        return None
    status = str(fields["status"]).removeprefix("wc-")
    return status if status in (*state.statuses(), TRASH, "auto-draft") else "pending"


def _check(state: State, fields: Mapping[str, Any]) -> None:
    faults: dict[str, Fault] = {}
    words = ["auto-draft", *state.statuses()]
    if "status" in fields and fields["status"] not in words:
        faults["status"] = not_one_of("status", words)
    for name in ("meta_data", "line_items", "shipping_lines", "fee_lines"):
        if name in fields and not isinstance(fields[name], list):
            faults[name] = wrong_kind(name, "array")
    for name in _ADDRESSES:
        address = fields.get(name, {})
        if not isinstance(address, dict):
            faults[name] = wrong_kind(name, "object")
        elif address.get("email") and not _MAIL.fullmatch(str(address["email"])):
            faults[name] = ("rest_invalid_email", "Invalid email address.")
    if faults:
        raise invalid_params(faults)


def _fill(state: State, order: Order, fields: Mapping[str, Any]) -> None:
    for name, own_name in _TEXTS.items():
        if name in fields:
            setattr(order, own_name, str(fields[name] or ""))
    for name, kind in _ADDRESSES.items():
        if isinstance(fields.get(name), dict):
            setattr(order, name, _address(getattr(order, name), kind, fields[name]))
    for name, put in _LISTS.items():
        for row in fields.get(name) or ():
            if isinstance(row, dict):
                put(state, order, row)


def _address(old: Any, kind: type[Billing] | type[Shipping], fields: Mapping[str, Any]) -> Any:
    known = {name: str(value or "") for name, value in fields.items() if name in kind.__struct_fields__}
    return msgspec.structs.replace(old, **known)


def _put_meta(state: State, order: Order, row: Mapping[str, Any]) -> None:
    """By id the entry of that id; by key alone the first one, else a new one. A null value takes it away."""
    found = _meta_of(order, row)
    if "value" in row and row["value"] is None:
        order.meta = [meta for meta in order.meta if meta is not found]
    elif found is None:
        order.meta.append(state.meta(str(row.get("key", "")), row.get("value", "")))
    else:
        found.key, found.value = str(row.get("key", found.key)), row.get("value", found.value)


def _meta_of(order: Order, row: Mapping[str, Any]) -> Meta | None:
    if row.get("id"):
        return next((meta for meta in order.meta if meta.id == int(row["id"])), None)
    return next((meta for meta in order.meta if meta.key == row.get("key")), None)


def _put_line(state: State, order: Order, row: Mapping[str, Any]) -> None:
    """With `id` a line that is there (quantity 0 takes it away), without it a new one."""
    if row.get("id"):
        line = next((line for line in order.lines if line.id == int(row["id"])), None)
        if line is None:
            message = "Order item ID provided is not associated with order."
            raise RestError("woocommerce_rest_invalid_item_id", message, 400)
        _change_quantity(order, line, int(row.get("quantity", line.quantity)))
        return
    good = GOODS.get(int(row.get("variation_id") or 0) or int(row.get("product_id") or 0))
    if good is None:
        raise RestError("woocommerce_rest_required_product_reference", "Product ID or SKU is required.", 400)
    order.lines.append(line_of(state, good, int(row.get("quantity") or 1), order.billing.country or "IT"))


def _change_quantity(order: Order, line: Line, quantity: int) -> None:
    if quantity == 0:
        order.lines.remove(line)
        return
    line.subtotal, line.total = (amount // line.quantity * quantity for amount in (line.subtotal, line.total))
    line.quantity = quantity


def _put_shipping(state: State, order: Order, row: Mapping[str, Any]) -> None:
    order.shipping_lines.append(
        Charge(
            next(state.line_ids),
            str(row.get("method_title") or ""),
            micro(row.get("total") or 0),
            TAXES.get(order.billing.country),
            method_id=str(row.get("method_id") or ""),
        )
    )


def _put_fee(state: State, order: Order, row: Mapping[str, Any]) -> None:
    amount = micro(row.get("total") or 0)
    order.fees.append(
        Charge(next(state.line_ids), str(row.get("name") or ""), amount, None, amount=str(row.get("total") or ""))
    )


_LISTS: Final[dict[str, Callable[[State, Order, Mapping[str, Any]], None]]] = {
    "meta_data": _put_meta,
    "line_items": _put_line,
    "shipping_lines": _put_shipping,
    "fee_lines": _put_fee,
}
