"""Once a day a shop is asked what it is: a few small questions, and only of a shop that is well."""

from __future__ import annotations

from varco.hub import runtime
from varco.hub.store import profiles
from varco.hub.store.plans import Plan
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Conversation
from varco.hub.sync.reread import is_due
from varco.model.errors import BadInput, ShopFault


async def look(conversation: Conversation, plan: Plan) -> bool:
    """Whether changes are to be read again from before. A shop that does not tell stops nothing."""
    if plan.failing or plan.profiled_at is None or not is_due(plan.profiled_at, profiles.EVERY):
        return False
    shop = conversation.shop
    try:
        profile = await shop.profile()
    except ShopFault as fault:
        await db(profiles.could_not_ask, plan, fault.finding, conversation.take_said())
        return False
    except BadInput:  # a time zone that is unknown here
        await db(profiles.could_not_ask, plan, None, conversation.take_said())
        return False
    since, overlap_s = plan.profiled_at - profiles.EVERY, runtime.current().config.overlap_s
    cursors = {stream.name: shop.start_cursor(stream.name, since, overlap_s) for stream in shop.streams}
    return await db(profiles.note, plan, profile, cursors, conversation.take_said())
