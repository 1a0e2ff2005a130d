"""What a shop says of itself may change: its zone, currency, version, statuses, address. It is asked again once a day.

What is another than before is kept in `Integration.news`, the newest first. Another address is only said: keys are sent
to none that the owner has not seen.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from varco.hub import runtime
from varco.hub.models import Integration
from varco.hub.store.evidence import SaidExchange, clear_findings, keep_exchanges, open_finding
from varco.hub.store.integrations import keep_profile
from varco.hub.store.leases import hold
from varco.hub.store.plans import Plan
from varco.hub.store.polls import owner_of, save_cursor
from varco.model.finding import Confidence, Finding
from varco.shops.base import ShopProfile

EVERY: Final = timedelta(days=1)
CHANNEL: Final = "profile"
MOST: Final = 20
_KEPT: Final = ("time_zone", "currency", "version", "weight_unit")
_ADDRESS: Final = "redirected"

log = logging.getLogger(__name__)


def note(plan: Plan, profile: ShopProfile, cursors: Mapping[str, str], said: Sequence[SaidExchange]) -> bool:
    """Keep what the shop says now. In another zone its dates mean something else: changes are read from `cursors` on.

    Whether that is so. Raises `LeaseLost`.
    """
    now = runtime.clock().now()
    with transaction.atomic():
        hold(plan.lease)
        keep_exchanges(owner_of(plan), said)
        row = Integration.objects.get(pk=plan.integration_id)
        found = list(_news(row, profile, now))
        moved = profile.final_url.rstrip("/") != row.base_url
        before, another_zone = row.base_url, bool(profile.time_zone != row.time_zone)
        keep_profile(row, profile)
        row.base_url, row.profiled_at, row.news = before, now, [*found, *row.news][:MOST]
        row.save(update_fields=["base_url", "profiled_at", "news"])
        if moved:
            open_finding(owner_of(plan), _elsewhere(before, profile.final_url), channel=CHANNEL)
        else:
            clear_findings(plan.integration_id, channel=CHANNEL)
        if another_zone:
            for stream, cursor in cursors.items():
                save_cursor(plan, stream, cursor)
    for one in found:
        log.info("integration %s: %s was %r, is %r", plan.integration_id, one["what"], one["before"], one["after"])
    return another_zone


def could_not_ask(plan: Plan, finding: Finding | None, said: Sequence[SaidExchange]) -> None:
    """Orders come all the same, so only another address is worth a word. Asked again in a day."""
    with transaction.atomic():
        hold(plan.lease)
        keep_exchanges(owner_of(plan), said)
        Integration.objects.filter(pk=plan.integration_id).update(profiled_at=runtime.clock().now())
        if finding is not None and finding.code == _ADDRESS:
            open_finding(owner_of(plan), finding, channel=CHANNEL, exchange=said[-1] if said else None)


def _news(row: Integration, profile: ShopProfile, now: datetime) -> Iterator[dict[str, Any]]:
    """What was not known before is no news."""
    for what in _KEPT:
        before, after = getattr(row, what), getattr(profile, what)
        if before and after and before != after:
            yield {"at": now.isoformat(), "what": what, "before": before, "after": after}
    known = {one["slug"]: one["name"] for one in row.shop_statuses}
    told = {status.slug: status.name for status in profile.statuses}
    gone = [name for slug, name in known.items() if told.get(slug) != name]
    new = [name for slug, name in told.items() if known.get(slug) != name]
    if known and told and (gone or new):
        yield {"at": now.isoformat(), "what": "statuses", "before": ", ".join(gone), "after": ", ".join(new)}


def _elsewhere(base_url: str, final_url: str) -> Finding:
    host = base_url.partition("://")[2].partition("/")[0]
    return Finding(
        code=_ADDRESS,
        params={"host": host, "location": final_url},
        confidence=Confidence.CERTAIN,
        rests_on="what the shop says of itself",
    )
