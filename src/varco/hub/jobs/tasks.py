"""The jobs. Each finds out by itself what is due: a job that comes twice, late or not at all does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from varco.hub import notify
from varco.hub.jobs import care, operations
from varco.hub.jobs.context import door
from varco.hub.jobs.queues import CARE, NOW, POLL, PUSH
from varco.hub.store.leases import Lease
from varco.hub.sync import lists, poll, public, push, webhooks
from varco.hub.sync.bridge import db

MAIL_RETRY: Final = RetryStrategy(max_attempts=8, exponential_wait=6)
"""A mail server may be away for hours. Only jobs without a lock may wait like this (docs/decisions/0002-jobs.md)."""


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
async def run_public_check(check_id: int) -> None:
    await public.run(check_id)


@app.task(queue=CARE)
async def housekeeping() -> None:
    await db(care.housekeeping)


@app.task(queue=CARE)
async def look_after_webhooks(integration_id: int) -> None:
    await webhooks.look_after(door(), integration_id)


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


@app.task(queue=CARE)
async def mail_stale_lines(kept_lines_id: int) -> None:
    await db(notify.stale_lines, kept_lines_id)


@app.task(queue=CARE)
async def read_address_list(source: str) -> None:
    await lists.read_again(door(), source)


@app.task(queue=CARE, retry=MAIL_RETRY)
async def deliver_mail(to: str, subject: str, body: str) -> None:
    await db(notify.deliver, to, subject, body)
