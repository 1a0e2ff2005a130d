"""`/wc/v3/orders/<id>/notes`: the newest first, and never a change of the order's date."""

from __future__ import annotations

from typing import Any, Final

from varco.sandbox.orders import Note, Order
from varco.sandbox.woocommerce import changes
from varco.sandbox.woocommerce.collections import shown
from varco.sandbox.woocommerce.orders import the_order
from varco.sandbox.woocommerce.params import Param, checked, missing
from varco.sandbox.woocommerce.render import View, links, local, utc
from varco.sandbox.woocommerce.rest import Call, Reply, RestError
from varco.sandbox.woocommerce.state import State

_LIST: Final = {"type": Param(default="any", words=lambda _: ("any", "customer", "internal"))}


def list_notes(state: State, call: Call) -> Reply:
    kind = checked(state, call, _LIST)["type"]
    order = the_order(state, call)
    notes = [note for note in order.notes if kind in ("any", "customer" if note.to_customer else "internal")]
    notes.sort(key=lambda note: note.created, reverse=True)
    return Reply(data=[shown(note_json(state, order, note), call) for note in notes])


def post_note(state: State, call: Call) -> Reply:
    """An order's number that is missing is a 404; a note without a text a 400."""
    if not call.body.get("note"):
        raise missing("note")
    order = the_order(state, call)
    note = changes.add_note(state, order, str(call.body["note"]), to_customer=bool(call.body.get("customer_note")))
    path = f"orders/{order.id}/notes/{note.id}"
    location = ("Location", f"{state.home}/wp-json/wc/v3/{path}")
    return Reply(data=note_json(state, order, note), status=201, headers=(location,))


def get_note(state: State, call: Call) -> Reply:
    order = the_order(state, call)
    return Reply(data=note_json(state, order, _the_note(order, call.ids[1])))


def delete_note(state: State, call: Call) -> Reply:
    order = the_order(state, call)
    note = _the_note(order, call.ids[1])
    if str(call.param("force") or "").lower() not in ("true", "1"):
        raise RestError("woocommerce_rest_trash_not_supported", "Order notes do not support trashing.", 501)
    order.notes.remove(note)
    return Reply(data=note_json(state, order, note))


def note_json(state: State, order: Order, note: Note) -> dict[str, Any]:
    path = f"orders/{order.id}"
    view = View(state)
    return {
        "id": note.id,
        "author": note.author,
        "date_created": local(state, note.created),
        "date_created_gmt": utc(note.created),
        "note": note.text,
        "customer_note": note.to_customer,
        "_links": {
            **links(view, f"{path}/notes/{note.id}", f"{path}/notes", ("GET", "DELETE")),
            "up": [{"href": view.link(path)}],
        },
    }


def _the_note(order: Order, note_id: int) -> Note:
    note = next((note for note in order.notes if note.id == note_id), None)
    if note is None:
        raise RestError("woocommerce_rest_invalid_id", "Invalid resource ID.", 404)
    return note
