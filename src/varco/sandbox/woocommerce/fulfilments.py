"""`/wc/v3/orders/<id>/fulfillments`: WooCommerce's own shipments, where the shop has them switched on.

Like the recorded ones of 10.5.2, which takes more goods than were ordered. Its checks are those of
https://github.com/woocommerce/woocommerce/blob/07fcf9f5e47d433049c2653d6371c6e00c2b2d39/plugins/woocommerce/src/Internal/DataStores/Fulfillments/FulfillmentsDataStore.php
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from varco.sandbox.orders import Fulfilment, Order
from varco.sandbox.woocommerce.render import local, meta_json
from varco.sandbox.woocommerce.rest import Call, Reply, RestError
from varco.sandbox.woocommerce.state import State

_STATUSES: Final = ("fulfilled", "unfulfilled")


class Refused(RestError):
    """Its `code` is a bare number, that of PHP's exception: 0 unless somebody gave it one."""

    def __init__(self, message: str, number: int = 0) -> None:
        super().__init__(str(number), message, 400)
        self._number = number

    def body(self) -> dict[str, Any]:
        return {"code": self._number, "message": self.message, "data": {"status": 400}}


def list_fulfilments(state: State, call: Call) -> Reply:
    order = _the_order(state, call)
    return Reply(data=[_json(state, order, found) for found in order.fulfilments if found.deleted is None])


def post_fulfilment(state: State, call: Call) -> Reply:
    """At least one item, each with a number and a quantity above 0."""
    order = _the_order(state, call)
    made = Fulfilment(0, "unfulfilled", False, state.clock.now(), [])
    _set(state, made, call.body)
    made.id = next(state.fulfilment_ids)
    order.fulfilments.append(made)
    return Reply(data=_json(state, order, made), status=201)


def get_fulfilment(state: State, call: Call) -> Reply:
    order = _the_order(state, call)
    return Reply(data=_json(state, order, _the_fulfilment(order, call)))


def put_fulfilment(state: State, call: Call) -> Reply:
    """Meta data that is sent takes the place of what was there."""
    order = _the_order(state, call)
    found = _the_fulfilment(order, call)
    _set(state, found, {"meta_data": meta_json(found.meta), **call.body})
    found.updated = state.clock.now()
    return Reply(data=_json(state, order, found))


def delete_fulfilment(state: State, call: Call) -> Reply:
    """It is marked as deleted and no longer listed."""
    found = _the_fulfilment(_the_order(state, call), call)
    found.deleted = state.clock.now()
    return Reply(data={"message": "Fulfillment deleted successfully."})


def _set(state: State, fulfilment: Fulfilment, fields: Mapping[str, Any]) -> None:
    status = fields.get("status", fulfilment.status)
    if status not in _STATUSES:
        raise Refused("Invalid fulfillment status.")
    rows = [row for row in fields.get("meta_data") or () if isinstance(row, dict) and _is_kept(row)]
    _check_items(next((row.get("value") for row in rows if row["key"] == "_items"), None))
    is_fulfilled = bool(fields.get("is_fulfilled", fulfilment.is_fulfilled))
    fulfilment.status, fulfilment.is_fulfilled = status, is_fulfilled
    fulfilment.meta = [state.meta(str(row["key"]), row.get("value")) for row in rows]
    if is_fulfilled and not any(meta.key == "_date_fulfilled" for meta in fulfilment.meta):
        fulfilment.meta.append(state.meta("_date_fulfilled", _mysql(state, state.clock.now())))


def _is_kept(row: Mapping[str, Any]) -> bool:
    """PHP's `isset` of all three; without an id, 0 for a new row, it is passed over in silence."""
    return all(row.get(name) is not None for name in ("id", "key", "value"))


def _check_items(items: Any) -> None:
    if not items:
        raise Refused("The fulfillment should contain at least one item.")
    if not isinstance(items, list):
        raise Refused("The fulfillment items should be an array.")
    for item in items:
        if not isinstance(item, dict) or not (_counts(item.get("item_id"), int) and _counts(item.get("qty"), float)):
            raise Refused("Invalid item.")


def _counts(value: Any, kind: type[int] | type[float]) -> bool:
    return isinstance(value, int | kind) and not isinstance(value, bool) and value > 0


def _json(state: State, order: Order, fulfilment: Fulfilment) -> dict[str, Any]:
    return {
        "id": fulfilment.id,
        "entity_type": "WC_Order",
        "entity_id": str(order.id),
        "status": fulfilment.status,
        "is_fulfilled": fulfilment.is_fulfilled,
        "date_updated": _mysql(state, fulfilment.updated),
        "meta_data": meta_json(fulfilment.meta),
    }


def _mysql(state: State, moment: int) -> str:
    return (local(state, moment) or "").replace("T", " ")


def _the_order(state: State, call: Call) -> Order:
    order = state.order(call.ids[0])
    if order is None:
        raise RestError("woocommerce_rest_order_invalid_id", "Invalid order ID.", 404)
    return order


def _the_fulfilment(order: Order, call: Call) -> Fulfilment:
    found = next((found for found in order.fulfilments if found.id == call.ids[1] and found.deleted is None), None)
    if found is None:
        raise Refused("Fulfillment not found.", 404)
    return found
