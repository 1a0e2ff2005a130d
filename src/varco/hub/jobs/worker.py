"""A worker: takes jobs, runs the tick, and gives signs of life; started again when it ends unasked.

Two job loops share one connection pool. The first keeps its slots for what a person waits for, so a Refresh starts at
once even if every other slot is held by a slow shop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Final
from uuid import UUID, uuid4

from procrastinate import PsycopgConnector
from procrastinate.app import App
from procrastinate.contrib.django import app, connector_params

from varco.hub import runtime
from varco.hub.jobs import queues
from varco.hub.jobs.context import open_door
from varco.hub.jobs.tick import tick_forever
from varco.hub.store import leases, workers
from varco.hub.sync.bridge import db
from varco.hub.sync.held import all_held

SLOTS_NOW: Final = 16
SLOTS: Final = 48
GRACE_S: Final = 3
HEARTBEAT_S: Final = 5.0
LONGEST_PAUSE_S: Final = 30

log = logging.getLogger(__name__)


async def supervised() -> None:
    """Run a worker until cancelled. Any end that nobody asked for (a database restart ends it) is a restart."""
    pause_s = 1
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await run()
            log.warning("the worker ended unasked: starting it again")
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("the worker broke: starting it again")
        lived_s = asyncio.get_running_loop().time() - started
        pause_s = 1 if lived_s > 60 else min(pause_s * 2, LONGEST_PAUSE_S)
        await asyncio.sleep(pause_s)


async def run() -> None:
    """One life of a worker: ends when one of its parts ends, or when cancelled."""
    token = uuid4()
    connector = PsycopgConnector(kwargs=connector_params(), min_size=2, max_size=4)
    worker_app = app.with_connector(connector)
    async with open_door(), worker_app.open_async():
        await db(workers.sign_in, token)
        try:
            await _first_end(
                _work(worker_app, [queues.NOW], SLOTS_NOW),
                _work(worker_app, [queues.POLL, queues.IMPORT, queues.PUSH, queues.CARE], SLOTS),
                tick_forever(),
                _signs_of_life(token),
            )
        finally:
            await asyncio.shield(db(workers.sign_out, token))


async def _work(worker_app: App, names: list[str], slots: int) -> None:
    await worker_app.run_worker_async(
        queues=names,
        concurrency=slots,
        install_signal_handlers=False,
        shutdown_graceful_timeout=GRACE_S,
        update_heartbeat_interval=HEARTBEAT_S,
        delete_jobs="always",
    )


async def _signs_of_life(token: UUID) -> None:
    """Say that we live, and keep the leases that we work under."""
    pause_s = min(HEARTBEAT_S, runtime.current().config.lease_s / 3)
    while True:
        await db(workers.seen, token)
        await db(leases.extend, all_held())
        await asyncio.sleep(pause_s)


async def _first_end(*parts: Coroutine[object, object, None]) -> None:
    """Run all; when one ends, cancel the others, wait for them, and pass its error on."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
