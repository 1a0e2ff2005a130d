"""Writing back, each step safe to run twice: look whether it is there, write what is missing, read it back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from html import unescape
from typing import Any, Final

import msgspec

from varco.model.errors import ShopFault
from varco.model.shipment import Publication, Published, PushStep, ShippedLine, Tracking
from varco.shops.fields import Loose
from varco.shops.woocommerce.api import Api, no_such_status, unknown_status
from varco.shops.woocommerce.payload import WooLine, WooMeta

TRACKING_META: Final = "_wc_shipment_tracking_items"
"""What WooCommerce Shipment Tracking and its like (AST, ParcelPanel) read: a list, one entry per parcel (measured)."""
_BETWEEN: Final = ", "
"""Several parcels of one fulfilment."""


class WooNote(msgspec.Struct):
    id: int
    note: Loose = None


class WooState(msgspec.Struct):
    id: int
    status: str
    meta_data: list[WooMeta] | None = None


class WooLines(msgspec.Struct):
    line_items: list[WooLine] | None = None


class WooFulfilment(msgspec.Struct):
    id: int
    meta_data: list[WooMeta] | None = None
    date_deleted: Loose = None


async def publish(api: Api, publication: Publication) -> Published:
    """Raises `ShopFault`; one with `ambiguous` may have been written all the same."""
    steps = {
        PushStep.NOTE: _note,
        PushStep.META: _meta,
        PushStep.FULFILMENT: _fulfilment,
        PushStep.STATUS: _status,
    }
    return await steps[publication.step](api, publication)


async def _note(api: Api, publication: Publication) -> Published:
    path = f"orders/{publication.order_remote_id}/notes"
    before = await _notes(api, path)
    if _said(before, publication):
        return Published.DOUBLED if _doubled(before, publication) else Published.ALREADY_THERE
    answer = await api.post(path, {"note": publication.note, "customer_note": publication.notify_customer})
    after = await _notes(api, path)
    if not _said(after, publication):
        raise answer.not_understood("the note was not kept")
    return Published.DOUBLED if _doubled(after, publication) else Published.WRITTEN


async def _notes(api: Api, path: str) -> list[str]:
    return [str(found.note or "") for found in (await api.get(path, {"_fields": "id,note"})).read(list[WooNote])]


def _said(notes: Sequence[str], publication: Publication) -> bool:
    """Whether a note names every tracking number, whoever wrote it; without numbers the text itself decides."""
    numbers = [tracking.number for tracking in publication.trackings]
    if not numbers:
        return any(_letters(note) == _letters(publication.note) for note in notes)
    return any(all(names(note, number) for number in numbers) for note in notes)


def _doubled(notes: Sequence[str], publication: Publication) -> bool:
    """Whether our own text stands there twice. A plug-in's note about the same number is no double."""
    return sum(_letters(note) == _letters(publication.note) for note in notes) > 1


def names(note: str, number: str) -> bool:
    """Whether the number stands in the note by itself: `123` does not stand in `1234`, nor in `AB-123`."""
    return re.search(rf"(?<![\w/-]){re.escape(number)}(?![\w-])", unescape(note)) is not None


def _letters(note: str) -> str:
    """What remains of a text when WordPress changes quotes, line ends and signs, or makes links of addresses."""
    return "".join(letter for letter in re.sub(r"<[^>]*>", "", unescape(note)).casefold() if letter.isalnum())


async def _meta(api: Api, publication: Publication) -> Published:
    """A tracking plug-in's own list gets our entries behind its own. A form that we do not know is left alone."""
    path = f"orders/{publication.order_remote_id}"
    state = await _state(api, path)
    numbers = _numbers_in(state)
    missing = [tracking for tracking in publication.trackings if tracking.number not in numbers]
    if not missing:
        doubled = any(numbers.count(tracking.number) > 1 for tracking in publication.trackings)
        return Published.DOUBLED if doubled else Published.ALREADY_THERE
    entry = _entries(state)[0] if _entries(state) else WooMeta(value=[])
    items = _items(entry)
    if items is None:
        return Published.NOT_WANTED
    meta: dict[str, Any] = {"key": TRACKING_META, "value": items + [_item(tracking) for tracking in missing]}
    if entry.id is not None:
        meta["id"] = entry.id
    answer = await api.post(path, {"meta_data": [meta]})
    written = _numbers_in(await _state(api, path))
    if any(tracking.number not in written for tracking in missing):
        raise answer.not_understood("the tracking was not kept")
    return Published.WRITTEN


async def _state(api: Api, path: str) -> WooState:
    return (await api.get(path, {"_fields": "id,status,meta_data"})).read(WooState)


def _entries(state: WooState) -> list[WooMeta]:
    return [meta for meta in state.meta_data or () if meta.key == TRACKING_META]


def _items(entry: WooMeta) -> list[Any] | None:
    """PHP sends a list as an object once an item in its middle was deleted. None: it holds something else."""
    if not entry.value:
        return []
    if isinstance(entry.value, dict):
        return list(entry.value.values())
    return entry.value if isinstance(entry.value, list) else None


def _numbers_in(state: WooState) -> list[str]:
    items = [item for entry in _entries(state) for item in _items(entry) or ()]
    return [str(item.get("tracking_number", "")).strip() for item in items if isinstance(item, dict)]


def _item(tracking: Tracking) -> dict[str, str]:
    """In the plug-in's own form; its id is made of the number, so that the same parcel never stands twice."""
    return {
        "tracking_provider": "",
        "custom_tracking_provider": tracking.carrier,
        "custom_tracking_link": tracking.url,
        "tracking_number": tracking.number,
        "date_shipped": str(int(tracking.shipped_at.timestamp())),
        "tracking_id": blake2b(tracking.number.encode(), digest_size=16).hexdigest(),
    }


async def _fulfilment(api: Api, publication: Publication) -> Published:
    """One for the whole shipment: WooCommerce counts the goods of each, so that parcels must share one."""
    path = f"orders/{publication.order_remote_id}"
    try:
        before = await _fulfilled_numbers(api, path)
    except ShopFault as fault:
        if fault.finding.code == "shop-software-off":  # rest_no_route: this shop has the feature switched off
            return Published.NOT_WANTED
        raise
    missing = [tracking for tracking in publication.trackings if tracking.number not in before]
    if not missing:
        return _already(before, publication)
    lines = next((tracking.lines for tracking in publication.trackings if tracking.lines), ())
    items = [{"item_id": int(line.remote_line_id), "qty": _whole(line)} for line in lines] or await _all_items(
        api, path
    )
    if not items:
        return Published.NOT_WANTED
    answer = await api.post(f"{path}/fulfillments", _fulfilment_body(missing, items))
    after = await _fulfilled_numbers(api, path)
    if any(tracking.number not in after for tracking in missing):
        raise answer.not_understood("the fulfilment was not kept")
    return Published.DOUBLED if _already(after, publication) is Published.DOUBLED else Published.WRITTEN


def _already(numbers: Sequence[str], publication: Publication) -> Published:
    doubled = any(numbers.count(tracking.number) > 1 for tracking in publication.trackings)
    return Published.DOUBLED if doubled else Published.ALREADY_THERE


async def _fulfilled_numbers(api: Api, path: str) -> list[str]:
    found = (await api.get(f"{path}/fulfillments")).read(list[WooFulfilment])
    return [
        number.strip()
        for fulfilment in found
        if not fulfilment.date_deleted
        for meta in fulfilment.meta_data or ()
        if meta.key == "_tracking_number"
        for number in str(meta.value or "").split(_BETWEEN)
    ]


async def _all_items(api: Api, path: str) -> list[dict[str, Any]]:
    """The whole order."""
    order = (await api.get(path, {"_fields": "line_items"})).read(WooLines)
    return [{"item_id": line.id, "qty": line.quantity} for line in order.line_items or () if line.quantity]


def _fulfilment_body(trackings: Sequence[Tracking], items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """WooCommerce's own form: developer.woocommerce.com/docs/apis/rest-api/v3/order-fulfillments/

    Each row of meta has an id, 0 for a new one: `WC_Data::set_meta_data` passes over rows without one, and then says
    that there is no item (measured on 10.5.2).
    """
    meta = {
        "_items": items,
        "_tracking_number": _BETWEEN.join(tracking.number for tracking in trackings),
        "_shipment_provider": trackings[0].carrier,
        "_tracking_url": trackings[0].url if len(trackings) == 1 else "",
    }
    return {
        "status": "fulfilled",
        "is_fulfilled": True,
        "meta_data": [{"id": 0, "key": key, "value": value} for key, value in meta.items()],
    }


def _whole(line: ShippedLine) -> int | float:
    quantity = float(line.quantity)
    return int(quantity) if quantity.is_integer() else quantity


async def _status(api: Api, publication: Publication) -> Published:
    """Only from the statuses that the mapping names. A parallel writer's answer may be another's: it is read back."""
    path = f"orders/{publication.order_remote_id}"
    wanted = publication.status.removeprefix("wc-")  # as it stands in the shop's database, and is refused (measured)
    before = (await _state(api, path)).status
    if before == wanted:
        return Published.ALREADY_THERE
    if before not in publication.from_statuses:
        return Published.NOT_WANTED
    try:
        answer = await api.post(path, {"status": wanted})
    except ShopFault as fault:
        if unknown_status(fault, [wanted]) is not None:
            raise ShopFault(no_such_status(wanted), fault.exchange) from None
        raise
    if (await _state(api, path)).status != wanted:
        raise answer.not_understood("the status was not kept")
    return Published.WRITTEN
