"""Writing back, each step safe to run twice: look whether it is there, write what is missing, read it back.

Retrying a part shipment makes a second one, and adding a track twice makes two (measured on 2.4.7-p3): nothing is
written before it was looked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from varco.model.errors import ShopFault
from varco.model.finding import Confidence, Finding
from varco.model.shipment import Publication, Published, PushStep, Tracking
from varco.net.answer import Answer
from varco.shops.fields import Loose
from varco.shops.magento.api import Api
from varco.shops.magento.connect import STATES, named
from varco.shops.magento.criteria import Filter

SOURCE: Final = "source_code"
"""The setting that names the stock source from which a shop ships."""
CARRIER_CODE: Final = "custom"
"""Magento's own for carriers that it does not know; for others it asks their interfaces for the parcel."""
_SHIPMENT_FIELDS: Final = "entity_id,items[order_item_id,qty],tracks[track_number]"
_STATE_FIELDS: Final = (
    "entity_id,status,state,"
    "items[item_id,parent_item_id,is_virtual,qty_ordered,qty_shipped,qty_canceled,qty_refunded,locked_do_ship]"
)
_CLOSED_STATES: Final = ("canceled", "closed")
_NO_TEXT: Final = " "
"""A change of status needs a comment; a blank one is taken (measured)."""


class Item(msgspec.Struct):
    item_id: int
    parent_item_id: int | None = None
    is_virtual: Loose = None
    qty_ordered: Loose = None
    qty_shipped: Loose = None
    qty_canceled: Loose = None
    qty_refunded: Loose = None

    @property
    def left(self) -> Decimal:
        """What can still be shipped of it: variants and parts of bundles go with the row above them."""
        if self.parent_item_id or str(self.is_virtual) == "1":
            return Decimal(0)
        gone = sum(map(_number, (self.qty_shipped, self.qty_canceled, self.qty_refunded)), Decimal(0))
        return max(_number(self.qty_ordered) - gone, Decimal(0))


class State(msgspec.Struct):
    entity_id: int
    status: str | None = None
    state: str | None = None
    items: list[Item] | None = None


class Track(msgspec.Struct):
    track_number: Loose = None


class ShippedItem(msgspec.Struct):
    order_item_id: int | None = None


class Shipment(msgspec.Struct):
    entity_id: int
    items: list[ShippedItem] | None = None
    tracks: list[Track] | None = None

    def numbers(self) -> list[str]:
        return [str(track.track_number).strip() for track in self.tracks or ()]


class Comment(msgspec.Struct):
    comment: Loose = None


class Comments(msgspec.Struct):
    items: list[Comment] | None = None


async def publish(api: Api, publication: Publication) -> Published:
    """Raises `ShopFault`; one with `ambiguous` may have been written all the same."""
    steps = {PushStep.NOTE: _note, PushStep.FULFILMENT: _shipment, PushStep.STATUS: _status}
    step = steps.get(publication.step)
    if step is None:
        return Published.NOT_WANTED
    try:
        return await step(api, publication)
    except ShopFault as fault:
        if fault.finding.code == "keys-not-accepted" and await _may_read(api, publication):
            raise ShopFault(named(fault), fault.exchange) from None
        raise


async def _may_read(api: Api, publication: Publication) -> bool:
    """Then the keys are right, and it is a resource that they lack."""
    try:
        await api.get(f"orders/{publication.order_remote_id}", {"fields": "entity_id"})
    except ShopFault:
        return False
    return True


async def _state(api: Api, publication: Publication) -> State:
    return (await api.get(f"orders/{publication.order_remote_id}", {"fields": _STATE_FIELDS})).read(State)


# The note


async def _note(api: Api, publication: Publication) -> Published:
    """For the shop's staff alone: the customer's mail goes out with the shipment, and once is enough."""
    before = await _comments(api, publication)
    if _said(before, publication):
        return Published.DOUBLED if _doubled(before, publication) else Published.ALREADY_THERE
    now = (await _state(api, publication)).status
    answer = await api.post(
        f"orders/{publication.order_remote_id}/comments", _comment(publication.note or _NO_TEXT, now)
    )
    after = await _comments(api, publication)
    if not _said(after, publication):
        raise answer.not_understood("the comment was not kept")
    return Published.DOUBLED if _doubled(after, publication) else Published.WRITTEN


def _comment(text: str, status: str | None) -> dict[str, Any]:
    """The status is always told: older versions lose an order's status where it is left out (magento2#34180)."""
    history: dict[str, Any] = {"comment": text, "is_customer_notified": 0, "is_visible_on_front": 0}
    return {"statusHistory": {**history, "status": status} if status else history}


async def _comments(api: Api, publication: Publication) -> list[str]:
    path = f"orders/{publication.order_remote_id}/comments"
    found = (await api.get(path, {"fields": "items[comment],total_count"})).read(Comments)
    return [str(one.comment or "") for one in found.items or ()]


def _said(comments: Sequence[str], publication: Publication) -> bool:
    """Whether one names every tracking number, whoever wrote it; without numbers the text itself decides."""
    numbers = [tracking.number for tracking in publication.trackings]
    if not numbers:
        return any(_letters(comment) == _letters(publication.note) for comment in comments)
    return any(all(_names(comment, number) for number in numbers) for comment in comments)


def _doubled(comments: Sequence[str], publication: Publication) -> bool:
    """Whether our own text stands there twice."""
    return sum(_letters(comment) == _letters(publication.note) for comment in comments) > 1


def _names(comment: str, number: str) -> bool:
    """Whether the number stands in it by itself: `123` does not stand in `1234`, nor in `AB-123`."""
    return re.search(rf"(?<![\w/-]){re.escape(number)}(?![\w-])", comment) is not None


def _letters(comment: str) -> str:
    """What remains when Magento turns emoji into question marks (measured)."""
    return "".join(letter for letter in comment.casefold() if letter.isalnum())


# The shipment with its tracks


async def _shipment(api: Api, publication: Publication) -> Published:
    """One for what is left of the goods; where the merchant has shipped them himself, his gets our numbers."""
    before = await _shipments(api, publication)
    missing = _missing(before, publication)
    if not missing:
        return Published.DOUBLED if _twice(before, publication) else Published.ALREADY_THERE
    state = await _state(api, publication)
    if state.state in _CLOSED_STATES:
        return Published.NOT_WANTED
    goods = _goods(state, publication)
    if goods:
        return await _ship(api, publication, missing, goods, state)
    if not before:
        return Published.NOT_WANTED
    parent = _fitting(before, publication)
    for tracking in missing[:-1]:
        await _add_track(api, publication, parent, tracking)
    return await _proven(api, publication, await _add_track(api, publication, parent, missing[-1]))


async def _add_track(api: Api, publication: Publication, parent: Shipment, tracking: Tracking) -> Answer:
    return await api.post("shipment/track", {"entity": {**_track(tracking), **_place(publication, parent)}})


async def _ship(
    api: Api,
    publication: Publication,
    trackings: Sequence[Tracking],
    goods: Mapping[int, Decimal],
    state: State,
) -> Published:
    path = f"order/{publication.order_remote_id}/ship"
    body = _ship_body(api, publication, trackings, goods, state)
    try:
        answer = await api.post(path, body)
    except ShopFault as fault:
        # an earlier call whose answer was lost may have arrived between looking and writing
        if fault.finding.code == "refused-by-shop" and not _missing(await _shipments(api, publication), publication):
            return Published.ALREADY_THERE
        raise
    return await _proven(api, publication, answer)


async def _proven(api: Api, publication: Publication, written: Answer) -> Published:
    after = await _shipments(api, publication)
    if _missing(after, publication):
        raise written.not_understood("the shipment was not kept")
    return Published.DOUBLED if _twice(after, publication) else Published.WRITTEN


def _ship_body(
    api: Api,
    publication: Publication,
    trackings: Sequence[Tracking],
    goods: Mapping[int, Decimal],
    state: State,
) -> dict[str, Any]:
    """Without `items` Magento takes all that is left: so bundles whose parts ship by themselves go too."""
    body: dict[str, Any] = {
        "notify": publication.notify_customer,
        "tracks": [_track(tracking) for tracking in trackings],
    }
    everything = {item.item_id: item.left for item in state.items or () if item.left}
    if dict(goods) != everything:
        body["items"] = [{"order_item_id": item, "qty": _plain(quantity)} for item, quantity in goods.items()]
    source = api.access.credentials.get(SOURCE)
    if source is not None and source.reveal().strip():
        body["arguments"] = {"extension_attributes": {"source_code": source.reveal().strip()}}
    return body


def _goods(state: State, publication: Publication) -> dict[int, Decimal]:
    """Of what shall be shipped, what is left to ship; too much would be cut without a word (measured)."""
    left = {item.item_id: item.left for item in state.items or () if item.left}
    lines = next((tracking.lines for tracking in publication.trackings if tracking.lines), ())
    if not lines:
        return left
    wanted = {int(line.remote_line_id): _number(line.quantity) for line in lines}
    return {item: min(quantity, left[item]) for item, quantity in wanted.items() if item in left and quantity}


def _fitting(shipments: Sequence[Shipment], publication: Publication) -> Shipment:
    """The one that holds most of our goods; the last of several."""
    lines = next((tracking.lines for tracking in publication.trackings if tracking.lines), ())
    ours = {int(line.remote_line_id) for line in lines}
    return max(
        shipments,
        key=lambda one: (len(ours & {item.order_item_id for item in one.items or ()}), one.entity_id),
    )


def _track(tracking: Tracking) -> dict[str, Any]:
    """A track has no link: it stands in the note. One without a title is refused (measured)."""
    return {"track_number": tracking.number, "title": tracking.carrier or "–", "carrier_code": CARRIER_CODE}


def _place(publication: Publication, parent: Shipment) -> dict[str, Any]:
    place: dict[str, Any] = {"order_id": int(publication.order_remote_id), "parent_id": parent.entity_id}
    return {**place, "description": "", "qty": 0, "weight": 0}


async def _shipments(api: Api, publication: Publication) -> list[Shipment]:
    listed = await api.list("shipments", _of_order(publication), _SHIPMENT_FIELDS)
    try:
        return [msgspec.json.decode(row, type=Shipment, strict=False) for row in listed.rows]
    except msgspec.DecodeError as error:
        raise listed.answer.not_understood(str(error)) from None


def _of_order(publication: Publication) -> list[Filter]:
    return [Filter("order_id", "eq", publication.order_remote_id)]


def _missing(shipments: Sequence[Shipment], publication: Publication) -> list[Tracking]:
    there = {number for shipment in shipments for number in shipment.numbers()}
    return [tracking for tracking in publication.trackings if tracking.number not in there]


def _twice(shipments: Sequence[Shipment], publication: Publication) -> bool:
    there = [number for shipment in shipments for number in shipment.numbers()]
    return any(there.count(tracking.number) > 1 for tracking in publication.trackings)


def _number(value: Loose) -> Decimal:
    try:
        return Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)


def _plain(quantity: Decimal) -> int | float:
    return int(quantity) if quantity == quantity.to_integral_value() else float(quantity)


# The status


async def _status(api: Api, publication: Publication) -> Published:
    """By saving the order's number and status alone, which moves nothing else (measured on 2.4.7-p3).

    A comment cannot: one with any other than the present status is refused there. A save takes every word, also one
    that the shop does not have (measured), so it is looked up before.
    """
    before = await _state(api, publication)
    if before.status == publication.status:
        return Published.ALREADY_THERE
    if before.status not in publication.from_statuses or before.state in _CLOSED_STATES:
        return Published.NOT_WANTED
    await _check_fits(api, publication, before)
    wanted = {"entity_id": before.entity_id, "status": publication.status}
    answer = await api.post("orders", {"entity": wanted})
    if (await _state(api, publication)).status != publication.status:
        raise answer.not_understood("the status was not kept")
    return Published.WRITTEN


async def _check_fits(api: Api, publication: Publication, before: State) -> None:
    """Raises `ShopFault` unless the shop has the status, and for orders in this one's state."""
    states = await _states_of(api, publication.status)
    if before.state in states:
        return
    params: dict[str, str | int] = {"status": publication.status}
    if states:
        params["now"] = before.status or ""
    code = "status-of-other-state" if states else "status-not-in-shop"
    raise ShopFault(
        Finding(code=code, params=params, confidence=Confidence.CERTAIN, rests_on="what the shop's orders have")
    )


async def _states_of(api: Api, status: str) -> Sequence[str]:
    """Magento's own are known; one of the owner's is seen where an order has it. There is no list to be read."""
    if status in STATES:
        return STATES[status]
    having = await api.list("orders", [Filter("status", "eq", status)], "entity_id,state", size=1)
    found = [msgspec.json.decode(row, type=State) for row in having.rows]
    return [order.state for order in found if order.state]
