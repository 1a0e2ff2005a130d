"""What the mutation root offers: each takes its arguments apart, refuses in Shopify's words (recorded), or does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from graphql import GraphQLError

from varco.sandbox.goods import GOODS
from varco.sandbox.shopify import bulk, changes, hooks
from varco.sandbox.shopify.fields_goods import item_fields
from varco.sandbox.shopify.fields_shipping import (
    event_fields,
    fulfilment_fields,
    fulfilment_order_fields,
    hold_fields,
)
from varco.sandbox.shopify.fields_shop import FIRST_LOCATION, location_rows
from varco.sandbox.shopify.orders import Event, Fulfilment, FulfilmentOrder, Hold, Parcel, ShopifyOrder
from varco.sandbox.shopify.paging import Fields
from varco.sandbox.shopify.states import OVER
from varco.sandbox.shopify.view import Info, View, error, gid, number_in

Arguments = dict[str, Any]
_SHIPS: Final = ("OPEN", "IN_PROGRESS")
_MOST_LINES: Final = 512


class InternalError(Exception):
    """Something inside Shopify breaks."""


class _Refused(Exception):
    def __init__(self, field: list[str] | None, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.error = error(field, message, code)


def _refusing(work: Callable[[View, Arguments], Fields], *empty: str) -> Callable[[Info, Arguments], Any]:
    """A business refusal is part of a good answer; the fields of the payload are empty then."""

    def answer(info: Info, arguments: Arguments) -> Fields:
        try:
            return work(info.context, arguments) | {"userErrors": []}
        except _Refused as refused:
            return dict.fromkeys(empty) | {"userErrors": [refused.error]}

    return answer


# Fulfilments


def _fulfillment_create(view: View, arguments: Arguments) -> Fields:
    wanted = arguments["fulfillment"]
    pairs, chosen = _chosen(view, wanted["lineItemsByFulfillmentOrder"])
    order = pairs[0][0]
    _check_together(pairs)
    for _, found in pairs:
        if found.status not in _SHIPS:
            words = f"Fulfillment order {found.id} has an unfulfillable status= {found.status.lower()}."
            raise _Refused(["fulfillment"], words)
    _check_quantities(pairs, chosen)
    parcels = _parcels(wanted.get("trackingInfo") or {}, ["fulfillment"])
    notify = bool(wanted.get("notifyCustomer"))
    made = changes.fulfil(view.state, order, chosen, parcels, notify=notify)
    changes.saved(view.state, order)
    hooks.told(view.app, "ORDERS_UPDATED", order)
    return {"fulfillment": fulfilment_fields(view, order, made)}


def _chosen(
    view: View, groups: list[Arguments]
) -> tuple[list[tuple[ShopifyOrder, FulfilmentOrder]], dict[int, dict[int, int]]]:
    pairs, chosen = [], {}
    for place, group in enumerate(groups):
        pair = _fulfilment_order(view, group["fulfillmentOrderId"])
        if pair is None:
            raise _Refused(["fulfillment"], "Fulfillment order does not exist.")
        lines = group.get("fulfillmentOrderLineItems") or []
        for at_line, line in enumerate(lines):
            if line["quantity"] <= 0:
                path = ["fulfillment", "lineItemsByFulfillmentOrder", str(place), "fulfillmentOrderLineItems",
                        str(at_line), "quantity"]  # fmt: skip
                raise _Refused(path, "Quantity must be greater than 0")
        pairs.append(pair)
        chosen[pair[1].id] = _quantities(lines)
    if not pairs or sum(map(len, chosen.values())) > _MOST_LINES:
        raise _Refused(["fulfillment"], "Invalid fulfillment order line item quantity requested.")
    return pairs, chosen


def _check_together(pairs: list[tuple[ShopifyOrder, FulfilmentOrder]]) -> None:
    orders = list(dict.fromkeys(order.id for order, _ in pairs))
    if len(orders) > 1:
        words = f"All fulfillment orders must belong to the same order. Multiple orders with ids {orders} were found."
        raise _Refused(["fulfillment"], words)
    places = list(dict.fromkeys(found.location + FIRST_LOCATION for _, found in pairs))
    if len(places) > 1:
        words = (
            "All fulfillment orders must be assigned to a single location. "
            f"Multiple locations with ids {places} were found."
        )
        raise _Refused(["fulfillment"], words)


def _check_quantities(
    pairs: list[tuple[ShopifyOrder, FulfilmentOrder]], chosen: Mapping[int, Mapping[int, int]]
) -> None:
    for _, found in pairs:
        left = {line.id: line.remaining for line in found.lines}
        for number, count in chosen[found.id].items():
            if number not in left:
                raise _Refused(["fulfillment"], "Fulfillment order line item does not exist.")
            if count > left[number]:
                raise _Refused(["fulfillment"], "Invalid fulfillment order line item quantity requested.")


def _parcels(tracking: Mapping[str, Any], path: list[str]) -> list[Parcel]:
    """One number with its link, or several: the two forms are not mixed."""
    several = "numbers" in tracking or "urls" in tracking
    if several and ("number" in tracking or "url" in tracking):
        raise _Refused([*path, "trackingInfo"], "Cannot specify both singular and plural tracking fields.")
    numbers = list(tracking.get("numbers") or []) if several else [tracking.get("number")]
    urls = list(tracking.get("urls") or []) if several else [tracking.get("url")]
    count = max(len(numbers), len(urls))
    pairs = zip(numbers + [None] * (count - len(numbers)), urls + [None] * (count - len(urls)), strict=True)
    company = tracking.get("company")
    return [Parcel(number, url, company) for number, url in pairs if number or url or company]


def _tracking_update(view: View, arguments: Arguments) -> Fields:
    order, found = _fulfilment(view, arguments["fulfillmentId"], ["fulfillmentId"])
    found.parcels = _parcels(arguments["trackingInfoInput"], [])
    if arguments.get("notifyCustomer") is not None:
        found.notifies = bool(arguments["notifyCustomer"])
    found.updated = view.now
    changes.mail(order, found, "shipping update")
    changes.saved(view.state, order)
    hooks.told(view.app, "ORDERS_UPDATED", order)
    return {"fulfillment": fulfilment_fields(view, order, found)}


def _fulfillment_cancel(view: View, arguments: Arguments) -> Fields:
    order, found = _fulfilment(view, arguments["id"], ["id"])
    if found.status == "CANCELLED":
        raise _Refused(["id"], "Fulfillment is already cancelled.")
    changes.cancel_fulfilment(view.state, order, found)
    changes.saved(view.state, order)
    hooks.told(view.app, "ORDERS_UPDATED", order)
    return {"fulfillment": fulfilment_fields(view, order, found)}


def _event_create(view: View, arguments: Arguments) -> Fields:
    """Taken for a cancelled fulfilment too (recorded)."""
    sent = arguments["fulfillmentEvent"]
    order, found = _fulfilment(view, sent["fulfillmentId"], ["fulfillmentEvent", "fulfillmentId"])
    happened = sent.get("happenedAt")
    event = Event(
        id=next(view.state.note_ids),
        status=sent["status"],
        created=view.now,
        happened=int(datetime.fromisoformat(happened).timestamp()) if happened else view.now,
        estimated=sent.get("estimatedDeliveryAt"),
        **{
            name: sent.get(name)
            for name in ("message", "city", "province", "country", "zip", "address1", "latitude", "longitude")
        },
    )
    found.events.append(event)
    found.updated = view.now
    changes.kept(view.state, order)
    return {"fulfillmentEvent": event_fields(event)}


# Fulfilment orders


def _hold(view: View, arguments: Arguments) -> Fields:
    order, found = _named(view, arguments["id"])
    sent = arguments["fulfillmentHold"]
    if found.status in OVER:
        raise _Refused(["id"], "Fulfillment order is not in a holdable state.", "FULFILLMENT_ORDER_NOT_FOUND")
    held = Hold(
        id=next(view.state.note_ids),
        reason=sent["reason"],
        notes=sent.get("reasonNotes") or "",
        handle=sent.get("handle") or "",
        external_id=sent.get("externalId"),
        by_us=True,
    )
    rest = changes.hold(view.state, order, found, _quantities(sent.get("fulfillmentOrderLineItems") or []), held)
    changes.kept(view.state, order)
    hooks.told(view.app, "FULFILLMENT_ORDERS_PLACED_ON_HOLD", order, found)
    return {
        "fulfillmentHold": hold_fields(held),
        "fulfillmentOrder": fulfilment_order_fields(view, order, found),
        "remainingFulfillmentOrder": rest and fulfilment_order_fields(view, order, rest),
    }


def _release(view: View, arguments: Arguments) -> Fields:
    order, found = _named(view, arguments["id"])
    wanted = [number_in(text, "FulfillmentHold") for text in arguments.get("holdIds") or ()]
    changes.release(view.state, order, found, [number for number in wanted if number is not None])
    changes.kept(view.state, order)
    hooks.told(view.app, "FULFILLMENT_ORDERS_HOLD_RELEASED", order, found)
    return {"fulfillmentOrder": fulfilment_order_fields(view, order, found)}


def _move(view: View, arguments: Arguments) -> Fields:
    order, found = _named(view, arguments["id"])
    place = number_in(arguments["newLocationId"], "Location") or 0
    _check_movable(view, found, place)
    quantities = _quantities(arguments.get("fulfillmentOrderLineItems") or [])
    moved = changes.move(view.state, order, found, place - FIRST_LOCATION, quantities)
    changes.kept(view.state, order)
    hooks.told(view.app, "FULFILLMENT_ORDERS_MOVED", order, moved)
    rest = None if moved is found else fulfilment_order_fields(view, order, found)
    return {
        "movedFulfillmentOrder": fulfilment_order_fields(view, order, moved),
        "originalFulfillmentOrder": fulfilment_order_fields(view, order, found),
        "remainingFulfillmentOrder": rest,
    }


def _check_movable(view: View, found: FulfilmentOrder, place: int) -> None:
    if found.status in OVER:
        raise _Refused(None, "Cannot change location.")
    if found.reported:
        words = (
            "Cannot move a fulfillment order that has had progress reported. To move a fulfillment order that has had "
            "progress reported, the fulfillment order must first be marked as open resolving the ongoing progress "
            "state."
        )
        raise _Refused(["id"], words, "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS")
    if found.request_status == "SUBMITTED":
        raise _Refused(None, "Cannot move submitted fulfillment order that is at a 3PL fulfillment service.")
    if (place, place) not in location_rows(view):
        raise _Refused(["id"], "Location not found.")


def _reroute(_info: Info, _arguments: Arguments) -> Fields:
    """So it was recorded, with nothing wrong in what was asked."""
    raise InternalError


# Orders, goods


def _order_cancel(info: Info, arguments: Arguments) -> Fields:
    view: View = info.context
    number = number_in(arguments["orderId"], "Order")
    order = view.order(number) if number is not None else None
    if order is None:
        wrong = [error(["orderId"], "Order does not exist", "NOT_FOUND")]
        return {"job": None, "orderCancelUserErrors": wrong, "userErrors": wrong}
    changes.cancel(view.state, order, arguments["reason"])
    changes.saved(view.state, order)
    hooks.told(view.app, "ORDERS_CANCELLED", order)
    job = {"id": gid("Job", view.app.secret_of("job", order.id)), "done": False}
    return {"job": job, "orderCancelUserErrors": [], "userErrors": []}


def _item_update(view: View, arguments: Arguments) -> Fields:
    number = number_in(arguments["id"], "InventoryItem")
    good = GOODS.get(number) if number is not None else None
    if good is None:
        raise _Refused(["id"], "Inventory item does not exist.")
    sent = arguments["input"]
    old = view.app.customs.get(good.id, (good.hs_code, good.origin))
    hs_code, origin = sent.get("harmonizedSystemCode", old[0]), sent.get("countryCodeOfOrigin", old[1])
    view.app.customs[good.id] = (hs_code or "", origin or "")
    weight = (sent.get("measurement") or {}).get("weight")
    if weight:
        view.state.weights[good.id] = str(weight["value"])
    return {"inventoryItem": item_fields(view, good)}


# What is named


def _fulfilment_order(view: View, text: str) -> tuple[ShopifyOrder, FulfilmentOrder] | None:
    number = number_in(text, "FulfillmentOrder")
    return view.fulfilment_order(number) if number is not None else None


def _named(view: View, text: str) -> tuple[ShopifyOrder, FulfilmentOrder]:
    """These mutations know no userError for an unknown number (recorded)."""
    pair = _fulfilment_order(view, text)
    if pair is None:
        raise GraphQLError(f"Invalid id: {text}", extensions={"code": "RESOURCE_NOT_FOUND"})
    return pair


def _fulfilment(view: View, text: str, path: list[str]) -> tuple[ShopifyOrder, Fulfilment]:
    number = number_in(text, "Fulfillment")
    order = view.fulfilment_of(number) if number is not None else None
    found = order.fulfilment(number) if order is not None and number is not None else None
    if order is None or found is None:
        raise _Refused(path, "Fulfillment does not exist.")
    return order, found


def _quantities(lines: list[Arguments]) -> dict[int, int]:
    """By number; one that is no number of such a line is kept as one that does not exist."""
    found: dict[int, int] = {}
    for line in lines:
        number = number_in(line["id"], "FulfillmentOrderLineItem") or 0
        found[number] = found.get(number, 0) + int(line["quantity"])
    return found


ROOT: Final[dict[str, Callable[[Info, Arguments], Any]]] = {
    "fulfillmentCreate": _refusing(_fulfillment_create, "fulfillment"),
    "fulfillmentTrackingInfoUpdate": _refusing(_tracking_update, "fulfillment"),
    "fulfillmentCancel": _refusing(_fulfillment_cancel, "fulfillment"),
    "fulfillmentEventCreate": _refusing(_event_create, "fulfillmentEvent"),
    "fulfillmentOrderHold": _refusing(_hold, "fulfillmentHold", "fulfillmentOrder", "remainingFulfillmentOrder"),
    "fulfillmentOrderReleaseHold": _refusing(_release, "fulfillmentOrder"),
    "fulfillmentOrderMove": _refusing(
        _move, "movedFulfillmentOrder", "originalFulfillmentOrder", "remainingFulfillmentOrder"
    ),
    "fulfillmentOrdersReroute": _reroute,
    "orderCancel": _order_cancel,
    "inventoryItemUpdate": _refusing(_item_update, "inventoryItem"),
    "bulkOperationRunQuery": bulk.run,
    "webhookSubscriptionCreate": hooks.create,
    "webhookSubscriptionUpdate": hooks.update,
    "webhookSubscriptionDelete": hooks.delete,
}
