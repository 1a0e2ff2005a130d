"""The tick: every second, what is due is claimed and put on the queues. Every worker runs it; rows decide who wins."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import aiohttp

from varco.hub import runtime
from varco.hub.jobs import care
from varco.hub.store import claims, deliveries
from varco.hub.sync.bridge import db

PAUSE_S: Final = 1.0
CARE_EVERY: Final = 60
"""Ticks between two looks at housekeeping."""

log = logging.getLogger(__name__)


async def tick_forever() -> None:
    count = 0
    while True:
        await db(deliveries.ring)
        await db(claims.claim_polls)
        await db(claims.claim_pushes)
        if count % CARE_EVERY == 0:
            await db(care.plan_care)
            await _ping(runtime.current().config.ping_url)
        count += 1
        await asyncio.sleep(PAUSE_S)


async def _ping(url: str) -> None:
    """Tell a watcher outside that the hub lives; a hub that is silent is noticed there."""
    if not url:
        return
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
            session.get(url) as answer,
        ):
            if answer.status >= 400:
                log.warning("VARCO_PING_URL answered %s", answer.status)
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("VARCO_PING_URL cannot be reached: %s", error)
