"""Refresh: sync now, whatever state the connection is in, and tell what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from varco.hub import runtime
from varco.hub.models import Integration, PushRow
from varco.hub.store import claims, polls, pushes
from varco.hub.store import plans as plan_store
from varco.hub.store.plans import Plan
from varco.hub.sync import poll
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Conversation, Door
from varco.hub.sync.held import held
from varco.hub.sync.turn import Turn
from varco.model.errors import ShopFault

LONGEST: Final = timedelta(minutes=5)
MOST_PAGES: Final = 200
SHOWN_NUMBERS: Final = 200


async def refresh(door: Door, integration_id: int) -> dict[str, Any]:
    """Take the shop over from whoever polls it, read all that changed, and let what must be told go out.

    Raises `ShopFault`, noted already.
    """
    plan = await db(_take, integration_id)
    conversation = door.converse(plan, "refresh", first=True)
    with held([plan.lease]):
        try:
            return await _read(conversation, plan)
        except ShopFault as fault:
            await poll.failed(plan, conversation, fault)
            raise
        except Exception:
            await poll.failed(plan, conversation, ShopFault(poll.our_fault()))
            raise


def _take(integration_id: int) -> Plan:
    lease = claims.take_over(integration_id, "refresh")
    pushes.try_now(PushRow.objects.filter(integration=integration_id))
    return plan_store.plan(Integration.objects.get(pk=integration_id), lease.token)


async def _read(conversation: Conversation, plan: Plan) -> dict[str, Any]:
    turn = Turn(ends_at=runtime.clock().now() + LONGEST, pages_left=MOST_PAGES)
    if plan.cursors:
        await poll.read_changes(conversation, plan, turn, every_stream=True)
        await poll.read_products(conversation, plan, turn)
    else:
        turn = Turn.now()
        await poll.read_turn(conversation, plan, turn)
    gap_from = await db(polls.turn_done, plan, turn.saved, more=turn.more or plan.importing)
    return {
        **polls.result_of(turn.saved),
        "numbers": turn.saved.new_numbers[:SHOWN_NUMBERS],
        "gap_from": gap_from.isoformat() if gap_from else None,
    }
