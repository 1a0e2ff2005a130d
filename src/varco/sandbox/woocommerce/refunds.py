"""`/wc/v3/orders/<id>/refunds`. Business errors are a 500 with a bare number (measured): trying again is no use."""

from __future__ import annotations

from decimal import InvalidOperation
from typing import Any

from varco.sandbox.amounts import micro
from varco.sandbox.orders import Order, refunded, total
from varco.sandbox.woocommerce import changes
from varco.sandbox.woocommerce.collections import PAGING, count_headers
from varco.sandbox.woocommerce.params import checked
from varco.sandbox.woocommerce.render import View, refund_json
from varco.sandbox.woocommerce.rest import BusinessError, Call, Reply, RestError, invalid_id
from varco.sandbox.woocommerce.state import State

_CODE = "woocommerce_rest_cannot_create_order_refund"


def list_refunds(state: State, call: Call) -> Reply:
    """Of a missing order: 200 and an empty list (measured)."""
    values = checked(state, call, PAGING)
    order = state.order(call.ids[0])
    rows = [] if order is None else [refund_json(refund, order, View(state)) for refund in reversed(order.refunds)]
    return Reply(data=rows, headers=count_headers(state, call, len(rows), values))


def post_refund(state: State, call: Call) -> Reply:
    order = _the_order(state, call)
    amount = _amount(call.body.get("amount"))
    if amount <= 0 or amount > total(order) - refunded(order):
        raise BusinessError(_CODE, "Invalid refund amount.", 500)
    if call.body.get("api_refund", True):
        message = "The payment gateway for this order does not support automatic refunds."
        raise BusinessError(_CODE, message, 500)
    made = changes.refund(state, order, amount, str(call.body.get("reason") or ""))
    location = f"{state.home}/wp-json/wc/v3/orders/(?P<order_id>[\\d]+)/refunds/{made.id}"  # as it is really sent
    return Reply(data=refund_json(made, order, View(state)), status=201, headers=(("Location", location),))


def delete_refund(state: State, call: Call) -> Reply:
    """Does not move the order's date (measured)."""
    order = _the_order(state, call)
    found = next((refund for refund in order.refunds if refund.id == call.ids[1]), None)
    if found is None:
        raise RestError("woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", 404)
    order.refunds.remove(found)
    return Reply(data=refund_json(found, order, View(state)))


def _the_order(state: State, call: Call) -> Order:
    order = state.order(call.ids[0])
    if order is None:
        raise invalid_id()
    return order


def _amount(text: Any) -> int:
    try:
        return micro(text or 0)
    except InvalidOperation:
        return 0
