"""Reading orders by their ids: open ones in turn, and the comparing of counts. See `store.rota` for why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from varco.hub import runtime
from varco.hub.store import polls, repairs, rota
from varco.hub.store.pages import Saved
from varco.hub.store.plans import Plan
from varco.hub.store.polls import Reading, owner_of
from varco.hub.store.repairs import Repair
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Conversation
from varco.model.errors import ShopFault

MOST_SINGLE: Final = 20
"""Orders that a list left out and that are asked for one by one, per turn."""
_NOT_TOLD: Final = ("order-unreadable", "order-out-of-sight")
"""An order of which the shop says neither what it is nor that it is gone."""


async def read_by_id(conversation: Conversation, ids: Sequence[str], most_single: int = MOST_SINGLE) -> Reading:
    """These orders as they are now. What a list leaves out may be trashed or gone: it is asked for by itself."""
    began = runtime.clock().now()
    shop = conversation.shop
    found = list(await shop.orders(ids)) if len(ids) > 1 else []
    known = {order.remote_id for order in found}
    gone: list[str] = []
    for remote_id in [one for one in ids if one not in known][:most_single]:
        try:
            order = await shop.order(remote_id)
        except ShopFault as fault:
            if fault.finding.code in _NOT_TOLD:
                continue
            raise
        if order is None:
            gone.append(remote_id)
        else:
            found.append(order)
    return Reading(began=began, orders=found, gone=gone, said=conversation.take_said())


async def read_open_orders(conversation: Conversation, plan: Plan, saved: Saved) -> None:
    """Up to a hundred open orders that were not looked at for hours, now and then."""
    if not is_due(plan.rota_at, rota.ROTA_EVERY):
        return
    ids = await db(rota.due_for_reading, plan.integration_id, conversation.shop.mapper_version)
    if ids:
        reading = await read_by_id(conversation, ids)
        saved.add(await db(polls.store_read, plan, conversation.shop.mapper_version, reading))
    if len(ids) < rota.AT_ONCE:
        await db(rota.rota_done, plan.integration_id)


async def counts_differ(conversation: Conversation, plan: Plan) -> bool:
    """Whether the daily comparing is due and finds a difference; what agrees is kept as proof at once."""
    if not is_due(plan.compared_at, rota.COMPARE_EVERY):
        return False
    wanted = await db(rota.comparable, plan.integration_id, plan.wanted)
    theirs = await conversation.shop.count(wanted)
    ours = await db(rota.our_counts, plan.integration_id, wanted)
    if rota.differences(theirs, ours, await db(rota.explained, plan.integration_id)):
        return True
    await db(rota.compared, owner_of(plan), theirs, ours)
    return False


async def ask_too_many(
    conversation: Conversation, plan: Plan, repair: Repair, full: Callable[[], bool], saved: Saved
) -> bool:
    """Ask for every order of which we hold more than the shop counts; False if it did not get to the end."""
    shop, after = conversation.shop, repair.after
    while asked := await db(repairs.to_ask, plan.integration_id, repair, after):
        reading = await read_by_id(conversation, [one.remote_id for one in asked], most_single=len(asked))
        saved.add(await db(polls.store_repaired, plan, shop.mapper_version, reading, asked))
        after = asked[-1].key
        if full():
            return False
    await db(polls.asked_all, plan)
    return True


async def compare(conversation: Conversation, plan: Plan, *, again: bool = False) -> bool:
    """Once more, after what had just changed was read: a difference that stays is a finding, and repaired.

    `again`: that was done just now. Whether they differ.
    """
    wanted = await db(rota.comparable, plan.integration_id, plan.wanted)
    theirs = await conversation.shop.count(wanted)
    ours = await db(rota.our_counts, plan.integration_id, wanted)
    return bool(await db(rota.compared, owner_of(plan), theirs, ours, again=again))


def is_due(last: datetime | None, every: timedelta) -> bool:
    return last is None or runtime.clock().now() - last >= every
