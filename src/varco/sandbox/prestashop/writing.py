"""PATCH, PUT, POST and DELETE. The id in the body wins over the one in the address (measured on 8.2.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs
from xml.parsers import expat

import msgspec

from varco.sandbox.prestashop.faults import Crash, Gone, WsError
from varco.sandbox.prestashop.order_rows import OrderRow, carrier_row
from varco.sandbox.prestashop.orders import CarrierRow, PsOrder, add_state, saved
from varco.sandbox.prestashop.resource import Resource, Row, local
from varco.sandbox.prestashop.tables import RESOURCES
from varco.sandbox.state import State

_TRACKING: Final = re.compile(r"[~:#,%&_=()\[\].? +\-@/a-zA-Z0-9]*")
_EAN: Final = re.compile(r"[0-9]{0,13}")
_COLUMN: Final = 64
_ADDRESS_FIELDS: Final = {
    "firstname": "first_name", "lastname": "last_name", "company": "company", "address1": "address_1",
    "address2": "address_2", "postcode": "postcode", "city": "city", "phone": "phone", "phone_mobile": "phone",
}  # fmt: skip
_NOT_SAVED: Final = (46, "Unable to save resource")

Given = Mapping[str, str]


def given_in(body: bytes, *, form: bool) -> Given:
    """The fields of the one thing in a body. Raises `WsError` for what is no XML, as for JSON."""
    text = body.decode("utf-8", "replace")
    if form and text.startswith("xml="):
        text = parse_qs(text).get("xml", [text])[0] if "%" in text else text.removeprefix("xml=")
    try:
        return _parsed(text)
    except expat.ExpatError:
        words = f"XML error : String could not be parsed as XML\nXML length : {len(body)}\nOriginal XML : {text}"
        raise WsError(500, (127, words)) from None


def _parsed(text: str) -> Given:
    found: dict[str, str] = {}
    path: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        path.append(name)
        if len(path) == 3:
            found[name] = ""

    def words(data: str) -> None:
        if len(path) == 3:
            found[path[-1]] += data

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: path.pop()
    parser.CharacterDataHandler = words
    parser.Parse(text.encode(), True)
    return found


def changed(state: State, resource: Resource, given: Given, *, whole: bool, mail: bool) -> Row:
    """PATCH, or PUT with `whole`. The row as it is answered."""
    if "id" not in given:
        raise WsError(400, (90, "id is required when modifying a resource"))
    number = int(given["id"]) if given["id"].isdigit() else 0
    if resource.name == "order_carriers":
        return _carrier(state, number, given, whole=whole, mail=mail)
    if resource.name not in _CHANGES:
        raise WsError(404, (92, "Invalid ID"))
    return _CHANGES[resource.name](state, number, given)


def carrier_of(state: State, number: int) -> tuple[PsOrder, CarrierRow] | None:
    for order in state.book:
        if isinstance(order, PsOrder):
            for row in order.carriers:
                if row.id == number:
                    return order, row
    return None


def _carrier(state: State, number: int, given: Given, *, whole: bool, mail: bool) -> Row:
    found = carrier_of(state, number)
    if found is None:
        raise WsError(404, (92, "Invalid ID"))
    order, row = found
    if whole:
        _put_carrier(state, row, given)
    tracking = given.get("tracking_number", row.tracking)
    if not _TRACKING.fullmatch(tracking):
        raise WsError(400, (85, 'Validation error: "Property OrderCarrier-&gt;tracking_number is not valid"'))
    row.tracking = tracking[:_COLUMN]
    if mail and tracking:
        _send(state, order, f"in_transit {tracking}")
    return {**carrier_row(state, order, row), "tracking_number": tracking}


def _put_carrier(state: State, row: CarrierRow, given: Given) -> None:
    """What is left out is wiped, and the date begins anew (measured)."""
    for name in ("id_order", "id_carrier"):
        if not given.get(name):
            raise WsError(400, (41, f'parameter "{name}" required'))
    row.carrier = int(given["id_carrier"])
    row.wiped = "weight" not in given
    row.tracking = given.get("tracking_number", "")
    row.created = row.created if given.get("date_add") else state.clock.now()


def _order(state: State, number: int, given: Given) -> Row:
    order = state.order(number)
    if not isinstance(order, PsOrder):
        raise WsError(404, (92, "Invalid ID"))
    order.note = given.get("note", order.note)
    order.wants = given.get("gift_message", order.wants)
    order.shipping_number = given.get("shipping_number", order.shipping_number)
    if given.get("current_state", order.status) != order.status:
        add_state(state, order, given["current_state"])
    saved(state, order)
    return OrderRow(state, order)


def _address(state: State, number: int, given: Given) -> Row:
    """The order's own date does not move."""
    order = state.order(number // 2)
    if not isinstance(order, PsOrder):
        raise WsError(404, (92, "Invalid ID"))
    places = {_ADDRESS_FIELDS[name]: value for name, value in given.items() if name in _ADDRESS_FIELDS}
    if number % 2 == 0:
        order.shipping = msgspec.structs.replace(order.shipping, **places)
    else:
        order.billing = msgspec.structs.replace(order.billing, **places)
    state.book.changed(order)

    return next(row for row in RESOURCES["addresses"].found["id"](state, [number]) if row["id"] == number)


def _stock(state: State, number: int, given: Given) -> Row:
    """Nobody buys by it here: answered, and forgotten."""

    row = next((row for row in RESOURCES["stock_availables"].rows(state, 0) if row["id"] == number), None)
    if row is None:
        raise WsError(404, (92, "Invalid ID"))
    return {**row, "quantity": given.get("quantity", row["quantity"])}


def _good(state: State, number: int, given: Given, name: str) -> Row:
    """By PATCH alone: what else a PUT would wipe of a product nobody measured."""
    resource = RESOURCES[name]
    if not any(row["id"] == number for row in resource.rows(state, number - 1)):
        raise WsError(404, (92, "Invalid ID"))
    if not _EAN.fullmatch(given.get("ean13", "")):
        raise WsError(400, (85, f'Validation error: "Property {resource.one.capitalize()}-&gt;ean13 is not valid"'))
    if "weight" in given:
        state.weights[number] = f"{float(given['weight']):.6f}"
    if "ean13" in given:
        state.eans[number] = given["ean13"]
    return row_of(state, resource, number)


_CHANGES: Final[dict[str, Callable[[State, int, Given], Row]]] = {
    "orders": _order,
    "addresses": _address,
    "stock_availables": _stock,
    "products": lambda state, number, given: _good(state, number, given, "products"),
    "combinations": lambda state, number, given: _good(state, number, given, "combinations"),
}


def added(state: State, resource: Resource, given: Given, *, mail: bool) -> Row:
    """POST. The pretend shop takes new states alone."""
    if "id" in given:
        raise WsError(400, (91, "id is forbidden when adding a new resource"))
    for name in resource.required:
        if not given.get(name):
            raise WsError(400, (41, f'parameter "{name}" required'))
    if resource.name != "order_histories":
        raise WsError(400, (41, 'parameter "id_customer" required'))
    order = state.order(int(given["id_order"])) if given["id_order"].isdigit() else None
    status = given["id_order_state"]
    if not isinstance(order, PsOrder) or status not in state.statuses():
        raise Crash("Invalid new order status")
    row = add_state(state, order, status)
    if mail:
        _send(state, order, f"state {status}")
    # what was not given is empty in the answer, though it is kept as 0
    return {"id": row.id, "id_employee": "", "id_order_state": status, "id_order": str(order.id),
            "date_add": _now(state)}  # fmt: skip


def _now(state: State) -> str:

    return local(state, state.clock.now())


def _send(state: State, order: PsOrder, mail: str) -> None:
    """With a mail server that refuses, all is saved by now, and the answer is a 500 (measured)."""
    if not state.spec.mail_works:
        raise WsError(500, _NOT_SAVED)
    order.mails.append(mail)


def removed(state: State, resource: Resource, ids: list[str]) -> None:
    missing = [number for number in ids if not _exists(state, resource, number)]
    if missing:
        raise WsError(404, (87, f"Id(s) not exists: {', '.join(missing)}"))
    for number in ids:
        order = state.order(int(number))
        if order is not None:
            state.book.remove(order)


def _exists(state: State, resource: Resource, number: str) -> bool:
    return resource.name == "orders" and number.isdigit() and state.order(int(number)) is not None


def row_of(state: State, resource: Resource, number: int) -> Row:
    """Raises `Gone`."""
    quick = resource.found.get("id")
    rows = quick(state, [number]) if quick else resource.rows(state, number - 1)
    for row in rows:
        if row["id"] == number:
            return row
    raise Gone
