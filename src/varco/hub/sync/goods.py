"""Products: read again where an open order holds them, and told what was corrected here."""

from __future__ import annotations

from varco.hub.store import corrections, products
from varco.hub.store.plans import Plan
from varco.hub.store.polls import owner_of
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Conversation
from varco.model.errors import ShopFault
from varco.shops.base import ProductWriter


async def read(conversation: Conversation, plan: Plan, remote_ids: list[str]) -> None:
    """Without weights orders are still there to ship: a shop that does not tell them stops nothing."""
    for start in range(0, len(remote_ids), products.AT_ONCE):
        asked = remote_ids[start : start + products.AT_ONCE]
        try:
            found = await conversation.shop.products(asked)
        except ShopFault as fault:
            await db(products.unreadable, plan, fault.finding, conversation.take_said())
            return
        await db(products.save, plan, asked, found)


async def tell(conversation: Conversation, plan: Plan) -> None:
    """One product that the shop refuses does not stop the others, nor the poll."""
    shop = conversation.shop
    if not (plan.push_products and isinstance(shop, ProductWriter)):
        return
    for product in await db(corrections.due, plan.integration_id):
        try:
            fields = await shop.write_product(product)
        except ShopFault as fault:
            await db(corrections.not_told, owner_of(plan), product, fault.finding, conversation.take_said())
        else:
            await db(corrections.told, owner_of(plan), product, fields, conversation.take_said())
