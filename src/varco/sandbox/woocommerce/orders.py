"""`/wc/v3/orders`: list, read, make, edit, trash, and many at once."""

from __future__ import annotations

from typing import Any, Final

from varco.sandbox.book import By, Question
from varco.sandbox.orders import Order
from varco.sandbox.woocommerce import changes
from varco.sandbox.woocommerce.collections import PAGING, count_headers, wanted_fields
from varco.sandbox.woocommerce.edits import create, edit
from varco.sandbox.woocommerce.params import Param, checked, moment
from varco.sandbox.woocommerce.render import View, order_json
from varco.sandbox.woocommerce.rest import Call, Reply, RestError, invalid_id
from varco.sandbox.woocommerce.state import TRASH, State

MOST_AT_ONCE: Final = 100


def list_statuses(state: State) -> list[str]:
    """What `status` may be in a list."""
    return ["any", TRASH, "auto-draft", *state.statuses()]


LIST: Final[dict[str, Param]] = {
    "context": Param(default="view", words=lambda _: ("view", "edit"),
                     note="Scope under which the request is made; determines fields present in response."),
    **PAGING,
    "search": Param(note="Limit results to those matching a string."),
    "after": Param(kind="date-time",
                   note="Limit response to resources published after a given ISO8601 compliant date."),
    "before": Param(kind="date-time",
                    note="Limit response to resources published before a given ISO8601 compliant date."),
    "modified_after": Param(kind="date-time",
                            note="Limit response to resources modified after a given ISO8601 compliant date."),
    "modified_before": Param(kind="date-time",
                             note="Limit response to resources modified before a given ISO8601 compliant date."),
    "dates_are_gmt": Param(kind="boolean", default=False, note="Whether to consider GMT post dates when limiting "
                           "response by published or modified date."),
    "exclude": Param(kind="ids", default=[], note="Ensure result set excludes specific IDs."),
    "include": Param(kind="ids", default=[], note="Limit result set to specific ids."),
    "offset": Param(kind="integer", note="Offset the result set by a specific number of items."),
    "order": Param(default="desc", words=lambda _: ("asc", "desc"),
                   note="Order sort attribute ascending or descending."),
    "orderby": Param(default="date", words=lambda _: ("date", "id", "include", "title", "slug", "modified"),
                     note="Sort collection by object attribute."),
    "parent": Param(kind="ids", default=[], note="Limit result set to those of particular parent IDs."),
    "parent_exclude": Param(kind="ids", default=[],
                            note="Limit result set to all items except those of a particular parent ID."),
    "status": Param(kind="array", default=["any"], words=list_statuses,
                    note="Limit result set to orders which have specific statuses."),
    "customer": Param(kind="integer", note="Limit result set to orders assigned a specific customer."),
    "product": Param(kind="integer", note="Limit result set to orders assigned a specific product."),
    "dp": Param(kind="integer", default=2, note="Number of decimal points to use in each resource."),
    "order_item_display_meta": Param(kind="boolean", default=False,
                                     note="Only show meta which is meant to be displayed for an order."),
    "include_meta": Param(kind="array", default=[], note="Limit meta_data to specific keys."),
    "exclude_meta": Param(kind="array", default=[], note="Ensure meta_data excludes specific keys."),
    "created_via": Param(kind="array", note="Limit result set to orders created via specific sources."),
}  # fmt: skip


def list_orders(state: State, call: Call) -> Reply:
    values = checked(state, call, LIST)
    per_page = values["per_page"]
    offset = values["offset"] if values["offset"] is not None else (values["page"] - 1) * per_page
    question = question_of(state, values)
    found, total = state.book.page(
        question, descending=values["order"] == "desc", offset=offset, limit=per_page, now=state.clock.now()
    )
    if values["orderby"] == "include":
        found.sort(key=lambda order: values["include"].index(order.id))
    total = total if found else 0  # past the last page the counts are 0 too (measured)
    fields = wanted_fields(call)
    view = View(
        state,
        values["dp"],
        tuple(values["include_meta"]),
        tuple(values["exclude_meta"]),
        values["order_item_display_meta"],
    )
    added = {"status": ["any"], "dp": "2", "context": "view"}
    return Reply(
        data=[order_json(order, view, fields) for order in found],
        headers=count_headers(state, call, total, values, added),
    )


def question_of(state: State, values: dict[str, Any]) -> Question:
    def at(name: str) -> int | None:
        text = values[name]
        return None if text is None else moment(state, text, is_gmt=bool(values["dates_are_gmt"]))

    return Question(
        statuses=frozenset() if _asks_for_children(values) else _statuses(state, values["status"]),
        created_after=at("after"),
        created_before=at("before"),
        modified_after=at("modified_after"),
        modified_before=at("modified_before"),
        include=tuple(values["include"]),
        exclude=frozenset(values["exclude"]),
        customer=values["customer"],
        product=values["product"],
        created_via=frozenset(values["created_via"] or ()),
        search=values["search"] or "",
        by=By(values["orderby"]) if values["orderby"] in set(By) else By.ID,
    )


def _asks_for_children(values: dict[str, Any]) -> bool:
    """No order of this shop has a parent."""
    return bool(values["parent"] and 0 not in values["parent"]) or 0 in values["parent_exclude"]


def get_order(state: State, call: Call) -> Reply:
    order = the_order(state, call)
    return Reply(data=order_json(order, _view(state, call), wanted_fields(call, single=True)))


def post_order(state: State, call: Call) -> Reply:
    order = create(state, call.body)
    location = ("Location", f"{state.home}/wp-json/wc/v3/orders/{order.id}")
    return Reply(
        data=order_json(order, _view(state, call), wanted_fields(call, single=True)), status=201, headers=(location,)
    )


def put_order(state: State, call: Call) -> Reply:
    """A missing order is a 400 here, not a 404 (measured)."""
    order = state.order(call.ids[0])
    if order is None:
        raise invalid_id(400)
    edit(state, order, call.body, strict=True)
    return Reply(data=order_json(order, _view(state, call), wanted_fields(call, single=True)))


def delete_order(state: State, call: Call) -> Reply:
    """The answer shows the order as it was before; trashing it twice is a 410."""
    order = the_order(state, call)
    force = str(call.param("force") or "").lower() in ("true", "1")
    if not force and order.status == TRASH:
        raise RestError("woocommerce_rest_already_trashed", "The shop_order has already been deleted.", 410)
    before = order_json(order, _view(state, call), wanted_fields(call, single=True))
    (changes.delete if force else changes.trash)(state, order)
    return Reply(data=before)


def batch(state: State, call: Call) -> Reply:
    """200 whatever becomes of the rows; each says for itself. An unknown status makes an order pending (measured)."""
    rows = {name: found for name in ("create", "update", "delete") if isinstance(found := call.body.get(name), list)}
    if sum(map(len, rows.values())) > MOST_AT_ONCE:
        raise RestError(
            "woocommerce_rest_request_entity_too_large",
            f"Unable to accept more than {MOST_AT_ONCE} items for this request.",
            413,
        )
    return Reply(data={name: [_row(state, call, name, row) for row in found] for name, found in rows.items()})


def _row(state: State, call: Call, name: str, row: Any) -> dict[str, Any]:
    fields = row if isinstance(row, dict) else {"id": row}
    order_id = int(fields.get("id") or 0)
    try:
        return _done(state, call, name, fields, order_id)
    except RestError as error:
        return {"id": order_id, "error": error.body()}


def _done(state: State, call: Call, name: str, fields: dict[str, Any], order_id: int) -> dict[str, Any]:
    view = _view(state, call)
    if name == "create":
        return order_json(create(state, fields), view)
    order = state.order(order_id)
    if order is None:
        raise invalid_id(404 if name == "delete" else 400)
    if name == "update":
        edit(state, order, fields, strict=False)
        return order_json(order, view)
    before = order_json(order, view)
    changes.delete(state, order)  # WooCommerce deletes the rows of a batch for good
    return before


def the_order(state: State, call: Call) -> Order:
    order = state.order(call.ids[0])
    if order is None:
        raise invalid_id()
    return order


def _view(state: State, call: Call) -> View:
    digits = str(call.query.get("dp", "2"))
    return View(state, int(digits) if digits.isdigit() else 2)


def _statuses(state: State, words: list[str]) -> frozenset[str]:
    """`any` holds unfinished carts and leaves the trash out (measured)."""
    return frozenset(state.statuses()) | (frozenset(words) - {"any"}) if "any" in words else frozenset(words)
