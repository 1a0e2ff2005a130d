"""Write-back: telling each shop what was shipped, once.

A drain holds the shop's push lease and takes the due rows, the first open one of each order. Per row:

1. Look whether it is there already, check the lease, write what is missing, read it back (`Shop.publish`; the lease
   is checked again right before each write).
2. Mark the row, note it in the order's history.
3. After an unclear answer wait a quiet time, then look again before anything is written. So does whoever comes after
   a worker that died in the middle of it.
4. Such a write may still land after the next one was made: once it must have, the shop is looked at once more.

What is about one order blocks that order alone; anything else stops the drain, and the channel says when to go on.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from varco.hub import runtime
from varco.hub.store import claims, pushes
from varco.hub.store.leases import Lease, LeaseLost
from varco.hub.store.pushes import Due
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Conversation, Door
from varco.hub.sync.poll import our_fault
from varco.model.errors import ShopFault
from varco.model.finding import Finding, Retry
from varco.model.shipment import Published
from varco.net.diagnose import KINDS

SLICE_S: Final = 30

log = logging.getLogger(__name__)


async def drain(door: Door, lease: Lease) -> None:
    """Tell the shop what is due, until nothing is left, the slice ends, or the shop is in trouble."""
    try:
        await _drain(door, lease)
    except LeaseLost:
        log.info("the push of integration %s was taken over", lease.integration_id)
    finally:
        await asyncio.shield(db(claims.release_push, lease))


@dataclass
class Turn:
    """A drain under way."""

    lease: Lease
    row: Due | None = None
    """The row in hand; None while the shop is only looked at."""

    async def before_write(self) -> None:
        if self.row is None:
            raise _WouldWrite
        await db(pushes.begin_write, self.lease, self.row)


class _WouldWrite(Exception):
    """What is looked for is not there."""


async def _drain(door: Door, lease: Lease) -> None:
    plan = await db(pushes.push_plan, lease.integration_id)
    turn = Turn(lease)
    conversation = door.converse(plan, "push", before_write=turn.before_write)
    ends_at = runtime.clock().now().timestamp() + SLICE_S
    while due := await db(pushes.due_rows, lease):
        for row in due:
            turn.row = row
            if not await _publish(conversation, lease, row) or runtime.clock().now().timestamp() >= ends_at:
                return
    turn.row = None
    for row in await db(pushes.rows_to_look_at, lease):
        await _look_again(conversation, lease, row)


async def _publish(conversation: Conversation, lease: Lease, due: Due) -> bool:
    """Whether to go on with the next row."""
    try:
        return await _attempt(conversation, lease, due)
    except LeaseLost:
        await db(pushes.suspect, due)
        raise


async def _attempt(conversation: Conversation, lease: Lease, due: Due) -> bool:
    try:
        published = await conversation.shop.publish(due.publication)
    except ShopFault as fault:
        return await _note_failure(conversation, lease, due, fault)
    except LeaseLost:
        raise
    except Exception:
        log.exception("push of order %s", due.order_id)
        return await _note_failure(conversation, lease, due, ShopFault(our_fault()), about_order=True)
    await db(pushes.done, lease, due, published, conversation.take_said())
    return True


async def _look_again(conversation: Conversation, lease: Lease, due: Due) -> None:
    """A write whose answer was lost may have landed since: it stands there twice then, or wiped what came after it."""
    try:
        published: Published | None = await conversation.shop.publish(due.publication)
    except _WouldWrite:
        published = None
    except ShopFault as fault:
        if not is_about_order(fault.finding):
            await db(pushes.look_later, lease, due, conversation.take_said())
            return
        published = Published.NOT_WANTED
    except Exception:
        log.exception("look at order %s", due.order_id)
        await db(pushes.look_later, lease, due, conversation.take_said())
        return
    await db(pushes.looked, lease, due, published, conversation.take_said())


async def _note_failure(
    conversation: Conversation, lease: Lease, due: Due, fault: ShopFault, *, about_order: bool = False
) -> bool:
    alone = about_order or is_about_order(fault.finding)
    await db(
        pushes.failed,
        lease,
        due,
        fault.finding,
        ambiguous=fault.ambiguous,
        about_order=alone,
        retry_after_s=fault.retry_after_s,
        said=conversation.take_said(),
    )
    return alone


def is_about_order(finding: Finding) -> bool:
    """A refusal that will always be the same is about what was asked, not about the shop."""
    kind = KINDS.get(finding.code)
    return kind is not None and kind.retry is Retry.NEVER
