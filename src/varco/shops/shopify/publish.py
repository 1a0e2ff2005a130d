"""Telling Shopify what was shipped, safe to run twice: look, write what is missing, read it back.

A part shipment told twice is shipped twice on paper, and no key prevents it (recorded: fulfillment_partial_twice). So
what stands under our numbers is counted line by line, and only what is missing there is told. One call takes goods of
one location alone: an order that is split over several gets a fulfilment for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from varco.model.errors import ShopFault
from varco.model.shipment import Publication, Published, PushStep, Tracking
from varco.net.answer import Answer
from varco.net.redirect import is_usable
from varco.shops.fields import text_of
from varco.shops.shopify.api import Api, gid_of, odd
from varco.shops.shopify.carriers import company
from varco.shops.shopify.payload import LOCAL, YES
from varco.shops.shopify.queries import FULFIL, STATE, TRACKING
from varco.shops.shopify.reading import assert_in_sight
from varco.shops.shopify.shipped import Fulfilment, Goods, Parcel, Shipped, State, Taken, shares


async def publish(api: Api, publication: Publication) -> Published:
    """Raises `ShopFault`; one with `ambiguous` may have been written all the same."""
    if publication.step is not PushStep.FULFILMENT or not publication.trackings:
        return Published.NOT_WANTED
    before = await _look(api, publication)
    if before is None or (before.cancelled and not before.is_done()):
        return Published.NOT_WANTED
    if before.is_done():
        return Published.DOUBLED if before.is_doubled() else Published.ALREADY_THERE
    try:
        written, told = await _tell(api, publication, before)
    except ShopFault as fault:
        if fault.finding.code == "refused-by-shop" and await _came_meanwhile(api, publication):
            return Published.ALREADY_THERE
        raise
    after = await _look(api, publication) if written is not None else before
    if after is None:
        return Published.NOT_WANTED
    if written is not None and not _is_kept(after, before, told):
        raise odd(written, "the fulfilment was not kept", FULFIL)
    held = after.why_not()
    if held is not None:
        raise ShopFault(held)
    if written is None:
        return Published.NOT_WANTED
    return Published.DOUBLED if after.is_doubled() else Published.WRITTEN


async def _look(api: Api, publication: Publication) -> Shipped | None:
    """None for an order that is gone."""
    number = publication.order_remote_id
    found = await api.find(STATE, {"id": gid_of("Order", number)}, State)
    if found is None:
        await assert_in_sight(api, number)
        return None
    return Shipped(found, publication, local=api.access.options.get(LOCAL) == YES)


async def _came_meanwhile(api: Api, publication: Publication) -> bool:
    """An earlier call whose answer was lost may have arrived between looking and writing."""
    now = await _look(api, publication)
    return now is not None and now.is_done()


async def _tell(api: Api, publication: Publication, before: Shipped) -> tuple[Answer | None, Goods]:
    """Write what is missing: the last answer, None where nothing could be written, and what was told.

    The customer is mailed once: the first mail names all the parcels.
    """
    written: Answer | None = None
    told: Goods = {}
    notify = publication.notify_customer and not before.ours
    for taken in before.to_tell():
        written = await _fulfil(api, publication.trackings, taken, notify=notify)
        notify = False
        for one in taken:
            told[one.line] = told.get(one.line, 0) + one.quantity
    for fulfilment in before.without_numbers() if written is None else ():
        written = await _add_numbers(api, publication.trackings, fulfilment, notify=notify)
        notify = False
    return written, told


def _is_kept(after: Shipped, before: Shipped, told: Goods) -> bool:
    there, was = after.told, before.told
    return after.has_all_numbers and all(there.get(line, 0) >= was.get(line, 0) + count for line, count in told.items())


async def _fulfil(api: Api, trackings: Sequence[Tracking], taken: Sequence[Taken], *, notify: bool) -> Answer:
    fulfilment = {
        "lineItemsByFulfillmentOrder": shares(taken),
        "trackingInfo": tracking_info(api, trackings),
        "notifyCustomer": notify,
    }
    return await api.write(FULFIL, {"fulfillment": fulfilment})


async def _add_numbers(api: Api, trackings: Sequence[Tracking], there: Fulfilment, *, notify: bool) -> Answer:
    """What stands there already is sent again: an update takes the place of everything."""
    tracking = tracking_info(api, trackings, there.tracking_info)
    return await api.write(TRACKING, {"id": there.id, "tracking": tracking, "notify": notify})


def tracking_info(api: Api, trackings: Sequence[Tracking], there: Sequence[Parcel] = ()) -> dict[str, Any]:
    """Numbers and links in one order, one company for all. Links are left out unless every number has one."""
    pairs = {text_of(parcel.number): text_of(parcel.url) for parcel in there if parcel.number}
    pairs |= {tracking.number: tracking.url for tracking in trackings}
    told: dict[str, Any] = {"numbers": list(pairs)}
    carrier = company(trackings[0].carrier, api.access.time_zone)
    if carrier:
        told["company"] = carrier
    if all(url and is_usable(url, url) for url in pairs.values()):
        told["urls"] = list(pairs.values())
    return told
