"""The jobs. Each finds out by itself what is due: a job that comes twice, late or not at all does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from procrastinate.contrib.django import app

from varco.hub import notify
from varco.hub.jobs import care, operations
from varco.hub.jobs.context import door
from varco.hub.jobs.queues import CARE, NOW, POLL, PUSH
from varco.hub.store.leases import Lease
from varco.hub.sync import poll, push
from varco.hub.sync.bridge import db


@app.task(queue=POLL)
async def poll_batch(integration_ids: Sequence[int], token: str) -> None:
    await poll.poll_batch(door(), integration_ids, UUID(token))


@app.task(queue=PUSH)
async def push_drain(integration_id: int, token: str) -> None:
    await push.drain(door(), Lease(integration_id, UUID(token)))


@app.task(queue=NOW)
async def run_operation(operation_id: int) -> None:
    await operations.run(door(), operation_id)


@app.task(queue=CARE)
async def housekeeping() -> None:
    await db(care.housekeeping)


@app.task(queue=CARE)
async def rota(integration_id: int) -> None:
    await care.rota(door(), integration_id)


@app.task(queue=CARE)
async def mail_slowed(integration_id: int, channel: str) -> None:
    await db(notify.slowed, integration_id, channel)


@app.task(queue=CARE)
async def mail_back(integration_id: int, channel: str) -> None:
    await db(notify.back, integration_id, channel)


@app.task(queue=CARE)
async def mail_push_failing(push_row_id: int) -> None:
    await db(notify.push_failing, push_row_id)


@app.task(queue=CARE)
async def mail_quiet(integration_id: int) -> None:
    await db(notify.quiet, integration_id)
