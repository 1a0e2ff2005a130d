"""The examination of a connected shop, by the hub as itself and from its own addresses: careful, or a light look."""

from __future__ import annotations

from typing import Any

import msgspec

from varco.app.check import target_of
from varco.doctor.runner import examine
from varco.doctor.scan import CAREFUL, LIGHT
from varco.hub import runtime
from varco.hub.models import Integration
from varco.hub.store import cases, weekly
from varco.hub.store import plans as plan_store
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Door
from varco.model.exchange import Exchange, Request
from varco.model.identity import varco_identity


async def check(door: Door, integration: Integration, *, light: bool = False) -> dict[str, Any]:
    """A `doctor.report.Report` as JSON has it. Changes nothing in the shop, and never raises for what the shop does."""
    plan = await db(plan_store.plan, integration)
    identity = varco_identity(runtime.current().config.operator_url)
    target = target_of(
        plan.base_url, identity, platform=plan.platform, credentials=plan.credentials, options=plan.options
    )

    async def send(request: Request) -> Exchange:
        return await door.client.send(request, key=str(plan.integration_id), first=True, pinned_ca=plan.pinned_ca)

    reached = await door.reach(plan.base_url, plan.pinned_ca) if door.reach else None
    report = await examine(target, send, limits=LIGHT if light else CAREFUL, reach=reached, sleep=door.rest)
    await db(weekly.keep, integration, report, light=light)
    found: dict[str, Any] = msgspec.to_builtins(report)
    closing = None if light else await db(cases.after, integration, report)
    return found | ({cases.CLOSED_BY: str(closing.public_id)} if closing else {})
