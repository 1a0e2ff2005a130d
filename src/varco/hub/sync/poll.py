"""Polling: what changed in each shop since the last time, in turns, under a lease.

1. A batch of due integrations comes with a lease token; each is polled on its own, all at once.
2. What finds nothing new is collected, and recorded for many shops in one statement.
3. What finds something stores it page by page, each page one transaction with its cursor.
4. After 30 s or 100 pages the turn ends, and the shop is due again at once: nothing waits behind a big import.
5. What dates do not tell is looked at now and then: open orders are read again, counts are compared.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from varco.hub import runtime
from varco.hub.store import claims, polls, products, rota
from varco.hub.store import plans as plan_store
from varco.hub.store.leases import LeaseLost
from varco.hub.store.plans import Plan
from varco.hub.store.polls import Quiet
from varco.hub.store.repairs import Repair
from varco.hub.sync import goods, profile, reread
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Conversation, Door
from varco.hub.sync.held import held
from varco.hub.sync.importing import read_import
from varco.hub.sync.turn import Turn
from varco.model.errors import ShopFault
from varco.model.finding import Confidence, Finding
from varco.shops.base import Page

log = logging.getLogger(__name__)


async def poll_batch(door: Door, integration_ids: Sequence[int], token: UUID) -> None:
    """Poll all that this token still holds. One shop's trouble does not touch the others."""
    quiet: list[Quiet] = []
    due = await db(plan_store.plans, integration_ids, token)
    held_leases = [plan.lease for plan in due]
    with held(held_leases):
        recorder = asyncio.create_task(_record_quiet(quiet))
        try:
            await asyncio.gather(*(_poll(door, plan, quiet) for plan in due))
            await _flush(quiet)
        except asyncio.CancelledError:
            await asyncio.shield(db(claims.give_back, held_leases))
            raise
        finally:
            recorder.cancel()


async def _record_quiet(quiet: list[Quiet]) -> None:
    """A slow shop does not keep the quick ones of its batch from being given back."""
    while True:
        await asyncio.sleep(1)
        await _flush(quiet)


async def _flush(quiet: list[Quiet]) -> None:
    if quiet:
        taken, quiet[:] = list(quiet), []
        await asyncio.shield(db(polls.nothing_new, taken))


async def _poll(door: Door, plan: Plan, quiet: list[Quiet]) -> None:
    conversation = door.converse(plan, "poll")
    turn = Turn.now()
    try:
        await read_turn(conversation, plan, turn)
        if turn.wants_recording(plan):
            await db(polls.turn_done, plan, turn.saved, more=turn.more)
        else:
            quiet.append(Quiet(plan.lease, tuple(turn.cursors.items())))
    except LeaseLost:
        log.info("integration %s was taken over", plan.integration_id)
    except ShopFault as fault:
        await failed(plan, conversation, fault)
    except Exception:
        log.exception("poll of integration %s", plan.integration_id)
        await failed(plan, conversation, ShopFault(our_fault()))


async def failed(plan: Plan, conversation: Conversation, fault: ShopFault) -> None:
    """Note it, and give the shop back until the next attempt."""
    try:
        await db(
            polls.poll_failed,
            plan,
            fault.finding,
            retry_after_s=fault.retry_after_s,
            said=conversation.take_said(),
        )
    except LeaseLost:
        log.info("integration %s was taken over", plan.integration_id)


def our_fault() -> Finding:
    """Our own code broke: the log says where, and the shop is tried again."""
    return Finding(code="internal-error", confidence=Confidence.CERTAIN, rests_on="an exception in the hub")


async def read_turn(conversation: Conversation, plan: Plan, turn: Turn) -> None:
    """Changes first, since they are what people wait for; then as much of the first import as fits.

    A new integration begins with the import's first page, whose date is where its changes begin.
    """
    if plan.cursors:
        await read_changes(conversation, plan, turn)
    if plan.importing and not turn.full():
        await read_import(conversation, plan, turn)
    elif not turn.more:
        await reread.read_open_orders(conversation, plan, turn.saved)
        await _look_after_products(conversation, plan)
        if await profile.look(conversation, plan):
            turn.cursors.clear()
        if plan.repair is not None:
            await _repair(conversation, plan, plan.repair, turn)
        elif await reread.counts_differ(conversation, plan):
            await read_changes(conversation, plan, turn, every_stream=True)
            turn.more = await reread.compare(conversation, plan) or turn.more
    await read_products(conversation, plan, turn)


async def _look_after_products(conversation: Conversation, plan: Plan) -> None:
    await goods.tell(conversation, plan)
    if reread.is_due(plan.rota_at, rota.ROTA_EVERY):
        await goods.read(conversation, plan, await db(products.stale, plan.integration_id))


async def _repair(conversation: Conversation, plan: Plan, repair: Repair, turn: Turn) -> None:
    """The window has been read again by now. What is left is asked for, and then the counts are compared once more."""
    if not repair.asked and not await reread.ask_too_many(conversation, plan, repair, turn.full, turn.saved):
        turn.more = True
        return
    await read_changes(conversation, plan, turn, every_stream=True)
    await reread.compare(conversation, plan, again=True)


async def read_changes(conversation: Conversation, plan: Plan, turn: Turn, *, every_stream: bool = False) -> None:
    """All streams that are due in this poll, or all there are."""
    overlap_s = runtime.current().config.overlap_s
    for stream in conversation.shop.streams:
        cursor = plan.cursors.get(stream.name)
        if cursor is None or (plan.poll_count % stream.every and not every_stream):
            continue
        more = True
        while more and not turn.full():
            began = runtime.clock().now()
            turn.pages_left -= 1
            page = await conversation.shop.changes_page(stream.name, cursor, overlap_s)
            await _store(conversation, plan, stream.name, page, began, turn)
            cursor, more = page.cursor, page.more
        turn.more = turn.more or more


async def _store(conversation: Conversation, plan: Plan, stream: str, page: Page, began: datetime, turn: Turn) -> None:
    if page.unchanged or not (page.orders or page.unread or page.warnings):
        turn.cursors[stream] = page.cursor
        return
    turn.keep(
        await db(
            polls.store_page,
            plan,
            conversation.shop.mapper_version,
            stream,
            page,
            read_started_at=began,
            said=conversation.take_said(),
        )
    )


async def read_products(conversation: Conversation, plan: Plan, turn: Turn) -> None:
    """Weights and customs data of what the new orders name."""
    if turn.saved.product_ids:
        missing = await db(products.missing, plan.integration_id, turn.saved.product_ids)
        await goods.read(conversation, plan, missing)
