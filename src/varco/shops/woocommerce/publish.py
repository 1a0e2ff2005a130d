"""Writing back, each step safe to run twice: look whether it is there, write what is missing, read it back."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Final

import msgspec

from varco.model.errors import ShopFault
from varco.model.finding import Confidence, Finding
from varco.model.shipment import Publication, Published, PushStep, ShippedLine, Tracking
from varco.shops.woocommerce.api import Api
from varco.shops.woocommerce.payload import Loose, WooMeta

TRACKING_META: Final = "_wc_shipment_tracking_items"
"""What WooCommerce Shipment Tracking and its like (AST, ParcelPanel) read: a list, one entry per parcel (measured)."""


class WooNote(msgspec.Struct):
    id: int
    note: str = ""


class WooState(msgspec.Struct):
    id: int
    status: str
    meta_data: list[WooMeta] = []


class WooFulfilment(msgspec.Struct):
    id: int
    meta_data: list[WooMeta] = []
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
    found = await _notes_like(api, path, publication)
    if found:
        return Published.DOUBLED if found > 1 else Published.ALREADY_THERE
    await api.post(path, {"note": publication.note, "customer_note": publication.notify_customer})
    return Published.DOUBLED if await _notes_like(api, path, publication) > 1 else Published.WRITTEN


async def _notes_like(api: Api, path: str, publication: Publication) -> int:
    """How many notes are this one. WordPress may change quotes and line ends, so the tracking numbers decide."""
    notes = (await api.get(path, {"_fields": "id,note"})).read(list[WooNote])
    numbers = [tracking.number for tracking in publication.trackings]
    return sum(all(number in note.note for number in numbers) for note in notes) if numbers else 0


async def _meta(api: Api, publication: Publication) -> Published:
    path = f"orders/{publication.order_remote_id}"
    entry, items = _items(await _state(api, path))
    numbers = [str(item.get("tracking_number", "")) for item in items]
    missing = [tracking for tracking in publication.trackings if tracking.number not in numbers]
    if not missing:
        doubled = any(numbers.count(tracking.number) > 1 for tracking in publication.trackings)
        return Published.DOUBLED if doubled else Published.ALREADY_THERE
    meta: dict[str, Any] = {"key": TRACKING_META, "value": items + [_item(tracking) for tracking in missing]}
    if entry is not None and entry.id is not None:
        meta["id"] = entry.id
    answer = await api.post(path, {"meta_data": [meta]})
    written = {str(item.get("tracking_number")) for item in _items(await _state(api, path))[1]}
    if not all(tracking.number in written for tracking in missing):
        raise answer.not_understood("the tracking was not kept")
    return Published.WRITTEN


async def _state(api: Api, path: str) -> WooState:
    return (await api.get(path, {"_fields": "id,status,meta_data"})).read(WooState)


def _items(state: WooState) -> tuple[WooMeta | None, list[dict[str, Any]]]:
    entries = [meta for meta in state.meta_data if meta.key == TRACKING_META and isinstance(meta.value, list)]
    items = [item for entry in entries for item in entry.value if isinstance(item, dict)]
    return (entries[0] if entries else None), items


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
    path = f"orders/{publication.order_remote_id}/fulfillments"
    try:
        numbers = await _fulfilled_numbers(api, path)
    except ShopFault as fault:
        if fault.finding.code == "shop-software-off":  # rest_no_route: this shop has the feature switched off
            return Published.NOT_WANTED
        raise
    missing = [tracking for tracking in publication.trackings if tracking.number not in numbers]
    for tracking in missing:
        await api.post(path, _fulfilment_body(tracking))
    now = await _fulfilled_numbers(api, path) if missing else numbers
    if any(now.count(tracking.number) > 1 for tracking in publication.trackings):
        return Published.DOUBLED
    return Published.WRITTEN if missing else Published.ALREADY_THERE


async def _fulfilled_numbers(api: Api, path: str) -> list[str]:
    found = (await api.get(path)).read(list[WooFulfilment])
    return [
        str(meta.value)
        for fulfilment in found
        if not fulfilment.date_deleted
        for meta in fulfilment.meta_data
        if meta.key == "_tracking_number"
    ]


def _fulfilment_body(tracking: Tracking) -> dict[str, Any]:
    """WooCommerce's own form: developer.woocommerce.com/docs/apis/rest-api/v3/order-fulfillments/"""
    meta = {
        "_items": [{"item_id": int(line.remote_line_id), "qty": _whole(line)} for line in tracking.lines],
        "_tracking_number": tracking.number,
        "_shipment_provider": tracking.carrier,
        "_tracking_url": tracking.url,
    }
    return {
        "status": "fulfilled",
        "is_fulfilled": True,
        "meta_data": [{"key": key, "value": value} for key, value in meta.items()],
    }


def _whole(line: ShippedLine) -> int | float:
    quantity = float(line.quantity)
    return int(quantity) if quantity.is_integer() else quantity


async def _status(api: Api, publication: Publication) -> Published:
    """Only from the statuses that the mapping names; a parallel writer's answer may be another's, so it is read back."""
    path = f"orders/{publication.order_remote_id}"
    before = (await _state(api, path)).status
    if before == publication.status:
        return Published.ALREADY_THERE
    if before not in publication.from_statuses:
        return Published.NOT_WANTED
    try:
        answer = await api.post(path, {"status": publication.status})
    except ShopFault as fault:
        if fault.finding.params.get("reason") == "rest_invalid_param":
            raise ShopFault(_no_such_status(publication.status), fault.exchange) from None
        raise
    if (await _state(api, path)).status != publication.status:
        raise answer.not_understood("the status was not kept")
    return Published.WRITTEN


def _no_such_status(status: str) -> Finding:
    return Finding(
        code="status-not-in-shop",
        params={"status": status},
        confidence=Confidence.CERTAIN,
        rests_on="the shop's own code rest_invalid_param",
    )
