"""Getting to know a shop, for the wizard and the command line. Nothing here changes anything in the shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from varco.hub import runtime
from varco.hub.models import Integration
from varco.hub.store import evidence, integrations
from varco.hub.store import plans as plan_store
from varco.hub.store.evidence import SaidExchange
from varco.hub.store.plans import Plan
from varco.hub.store.polls import owner_of
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Door
from varco.model.exchange import Exchange, Request
from varco.model.finding import Finding
from varco.model.identity import varco_identity
from varco.shops.base import OrderFilter, ShopProfile
from varco.shops.registry import recognise as recognise_platform


async def recognise(door: Door, url: str, pinned_ca: str = "") -> dict[str, Any]:
    """Which platform answers there, and where the shop really lives. Raises `ShopFault`."""

    async def send(request: Request) -> Exchange:
        return await door.client.send(request, key=f"recognise {url}", first=True, pinned_ca=pinned_ca)

    identity = varco_identity(runtime.current().config.operator_url)
    found = await recognise_platform(url, identity.user_agents[-1], send)
    return {"platform": found.platform, "version": found.version, "final_url": found.final_url}


async def connect(door: Door, integration: Integration) -> dict[str, Any]:
    """Try the keys: what the shop is, and what they may do. What it is is kept. Raises `ShopFault`."""
    plan = await db(plan_store.plan, integration)
    conversation = door.converse(plan, "connect", first=True)
    try:
        profile = await conversation.shop.profile()
        allowed = await conversation.shop.permissions()
    finally:
        await db(_keep_said, plan, conversation.take_said())
    await db(_keep_profile, integration, profile)
    return {
        "final_url": profile.final_url,
        "version": profile.version,
        "currency": profile.currency,
        "time_zone": profile.time_zone,
        "weight_unit": profile.weight_unit,
        "read_orders": allowed.read_orders,
        "write_orders": allowed.write_orders,
        "read_products": allowed.read_products,
        "problems": [_as_data(finding) for finding in allowed.problems],
        "warnings": [_as_data(finding) for finding in profile.warnings],
    }


async def preview(door: Door, integration: Integration, statuses: Sequence[str], since: str | None) -> dict[str, Any]:
    """How many orders an import would bring, and from when. Raises `ShopFault`."""
    plan = await db(plan_store.plan, integration)
    wanted = OrderFilter(
        statuses=tuple(statuses),
        placed_after=datetime.fromisoformat(since).replace(microsecond=0) if since else None,
    )
    conversation = door.converse(plan, "preview", first=True)
    try:
        found = await conversation.shop.preview(wanted)
    finally:
        await db(_keep_said, plan, conversation.take_said())
    oldest = found.oldest_placed_at
    return {"count": found.count, "oldest_placed_at": oldest.isoformat() if oldest else None}


def _keep_profile(integration: Integration, profile: ShopProfile) -> None:
    integrations.keep_profile(integration, profile)
    Integration.objects.filter(pk=integration.pk).update(profiled_at=runtime.clock().now())


def _keep_said(plan: Plan, said: Sequence[SaidExchange]) -> None:
    evidence.keep_exchanges(owner_of(plan), said)


def _as_data(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "params": finding.params}
