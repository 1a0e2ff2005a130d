"""What a caller may change: comments, shipments, tracks, and what an office does through the interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from varco.sandbox.magento import changes
from varco.sandbox.magento.orders import MagentoOrder, Shipment
from varco.sandbox.magento.reads import get_product, of, the_order
from varco.sandbox.magento.render import address_json, order_json, track_json
from varco.sandbox.magento.rest import Call, Reply, RestError
from varco.sandbox.magento.wares import BY_SKU
from varco.sandbox.state import State

_HISTORY: Final = ("comment", "created_at", "entity_id", "entity_name", "is_customer_notified", "is_visible_on_front",
                   "parent_id", "status", "extension_attributes")  # fmt: skip
_VAGUE: Final = "Could not save a shipment, see error log for details"
_DOCUMENT: Final = "Shipment Document Validation Error(s):\n"
_EMPTY: Final = "You can't create a shipment without products."


def post_comment(state: State, call: Call) -> Reply:
    sent = call.sent("statusHistory")
    _check_comment(sent)
    order = the_order(state, call)
    status = str(sent.get("status") or "")
    if status and status != order.status:
        message = 'Unable to add comment: The status "%1" is not part of the order\n                 status history.'
        raise RestError(message, parameters=[status], session=True)
    visible = int(sent.get("is_visible_on_front") or 0)
    changes.add_comment(
        state, order, str(sent.get("comment") or ""), notified=sent.get("is_customer_notified"), visible=visible
    )
    return Reply(data=True, session=True)


def _check_comment(sent: Any) -> None:
    if not isinstance(sent, dict):
        return
    for name, value in sent.items():
        if name not in _HISTORY:
            word = "".join(part.capitalize() for part in name.split("_"))
            message = '"%fieldName" is not supported. Correct the field name and try again.'
            raise RestError(message, parameters={"fieldName": word})
        if name == "comment" and isinstance(value, list):
            raise RestError(
                'Error occurred during "comment" processing. The "array" value\'s type is invalid. The "string" type '
                "was expected. Verify and try again."
            )


def ship(state: State, call: Call) -> Reply:
    order = the_order(state, call)
    sent = call.body if isinstance(call.body, dict) else {}
    wanted = {int(row["order_item_id"]): int(row["qty"]) for row in sent.get("items") or ()}
    _check_shipment(order, wanted)
    tracks = sent.get("tracks") or []
    source = str(((sent.get("arguments") or {}).get("extension_attributes") or {}).get("source_code") or "default")
    if source not in state.spec.sources or not all(_is_whole(track) for track in tracks):
        raise RestError(_VAGUE, session=True)
    shipment = changes.ship(state, order, wanted, tracks, source)
    comment = sent.get("comment") if sent.get("appendComment") else None
    if comment:
        visible = int(comment.get("is_visible_on_front") or 0)
        changes.add_comment(
            state, order, str(comment["comment"]), notified=int(bool(sent.get("notify"))), visible=visible
        )
    return Reply(data=str(shipment.id), session=True)


def _check_shipment(order: MagentoOrder, wanted: Mapping[int, int]) -> None:
    items = [order.item(number) for number in wanted]
    whole = any(item.left for item in order.items) and not wanted
    goods = whole or any(item is not None and item.left for item in items)
    reasons = []
    if order.state in ("canceled", "holded", "payment_review") or order.is_virtual:
        reasons.append(f"A shipment cannot be created when an order has a status of {order.status}")
        goods = False
    elif not changes.can_ship(order):
        reasons.append("The order does not allow a shipment to be created.")
        goods = False
    if not goods:
        reasons.append(_EMPTY)
        raise RestError(_DOCUMENT + "\n".join(reasons), session=True)


def _is_whole(track: Any) -> bool:
    return isinstance(track, dict) and all(track.get(name) for name in ("track_number", "title", "carrier_code"))


def post_track(state: State, call: Call) -> Reply:
    """Nobody looks whether it is there already, has a title, or holds HTML (measured)."""
    sent = call.sent("entity")
    found = _shipment(state, int(sent.get("parent_id") or 0))
    if found is None or not sent.get("track_number") or found[0].id != int(sent.get("order_id") or 0):
        raise RestError("Could not save the shipment tracking.")
    order, shipment = found
    return Reply(data=track_json(order, shipment, changes.add_track(state, order, shipment, sent)))


def delete_track(state: State, call: Call) -> Reply:
    wanted = call.number()
    for order in map(of, state.book):
        for shipment in order.shipments:
            shipment.tracks = [track for track in shipment.tracks if track.id != wanted]
    return Reply(data=True)


def _shipment(state: State, number: int) -> tuple[MagentoOrder, Shipment] | None:
    pairs = ((order, shipment) for order in map(of, state.book) for shipment in order.shipments)
    return next((pair for pair in pairs if pair[1].id == number), None)


def cancel(state: State, call: Call) -> Reply:
    """`false` with a good status where it cannot be (measured)."""
    return Reply(data=changes.cancel(state, the_order(state, call)), session=True)


def hold(state: State, call: Call) -> Reply:
    if not changes.hold(state, the_order(state, call)):
        raise RestError("A hold action is not available.", session=True)
    return Reply(data=True, session=True)


def unhold(state: State, call: Call) -> Reply:
    if not changes.unhold(state, the_order(state, call)):
        raise RestError("You cannot remove the hold.", session=True)
    return Reply(data=True, session=True)


def invoice(state: State, call: Call) -> Reply:
    sent = call.body if isinstance(call.body, dict) else {}
    wanted = {int(row["order_item_id"]): int(row["qty"]) for row in sent.get("items") or ()}
    changes.invoice(state, the_order(state, call), wanted)
    return Reply(data=str(next(state.webhook_ids)), session=True)


def refund(state: State, call: Call) -> Reply:
    changes.refund(state, the_order(state, call))
    return Reply(data=str(next(state.webhook_ids)), session=True)


def put_address(state: State, call: Call) -> Reply:
    """A corrected address does not move the order's date (measured)."""
    order, sent = the_order(state, call), call.sent("entity")
    kind = "billing" if sent.get("address_type") == "billing" else "shipping"
    street = [*sent.get("street", []), ""]
    fields = {
        "first_name": sent.get("firstname"), "last_name": sent.get("lastname"), "address_1": street[0],
        "address_2": ", ".join(filter(None, street[1:])), "city": sent.get("city"), "postcode": sent.get("postcode"),
        "country": sent.get("country_id"), "phone": sent.get("telephone"),
    }  # fmt: skip
    changes.edit(state, order, {kind: {name: str(value) for name, value in fields.items() if value is not None}})
    return Reply(data=address_json(order, getattr(order, kind), kind))


def save_order(state: State, call: Call) -> Reply:
    """Part of an order saved: any status is taken, and the answer has holes where nothing was sent (measured)."""
    sent = call.sent("entity")
    order = state.order(int(sent.get("entity_id") or 0))
    if order is None:
        raise RestError("Please provide payment for the order.", session=True)
    changes.save_status(state, of(order), str(sent.get("status") or order.status))
    return Reply(data=_with_holes(of(order)), session=True)


def _with_holes(order: MagentoOrder) -> dict[str, Any]:
    whole = order_json(order)
    told = ("billing_address_id", "created_at", "entity_id", "status", "updated_at", "items", "billing_address",
            "payment", "status_histories")  # fmt: skip
    holes: dict[str, Any] = {"base_grand_total": None, "grand_total": None, "customer_email": None}
    rows = [{name: value for name, value in row.items() if name != "extension_attributes"} for row in whole["items"]]
    return {**holes, "base_total_due": 0, "total_due": 0, **{name: whole[name] for name in told}, "items": rows}


def put_product(state: State, call: Call) -> Reply:
    """What is left out stays. An attribute that the product's set does not have is passed over without a word."""
    found = get_product(state, call).data
    sent = call.sent("product")
    ware = BY_SKU[call.parts[0].casefold()]
    changed = dict(state.wares.get(ware.id, {}))
    if "weight" in sent:
        changed["weight"] = float(sent["weight"])
    known = {"country_of_manufacture": "origin", "hs_code": "hs_code"} if state.spec.customs_data else {}
    has = {one["attribute_code"] for one in found["custom_attributes"]} | {"country_of_manufacture"}
    for one in sent.get("custom_attributes", ()):
        if one["attribute_code"] in known and one["attribute_code"] in has:
            changed[known[one["attribute_code"]]] = str(one["value"])
    state.wares[ware.id] = changed
    return get_product(state, call)


def admin_token(_state: State, call: Call) -> Reply:
    """This shop has no people with passwords: Varco never asks for one."""
    for name in ("username", "password"):
        call.sent(name)
    message = (
        "The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later."
    )
    raise RestError(message, 401, session=True)
