"""A hub and a pretend shop in one process, on a clock that only the test moves: the worker without its loops.

Jobs are taken from the queue and done one after another, as the real worker would; the network is a function.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Min

from tests.conftest import FakeClock
from varco.hub import notify
from varco.hub.jobs import care, operations
from varco.hub.models import Channel, Integration, Operation, Order, Organisation, PushRow
from varco.hub.store import claims, deliveries, integrations
from varco.hub.store import webhooks as webhook_store
from varco.hub.store.leases import Lease
from varco.hub.store.pushes import first_rows
from varco.hub.sync import poll, push, webhooks
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Door
from varco.model.exchange import Exchange, Request
from varco.sandbox import SandboxShop, ShopSpec, send_to

STATUSES = ("processing", "on-hold", "pending", "spedito")


class SandboxSender:
    """The network between the hub and one shop."""

    def __init__(self, shop: SandboxShop, clock: FakeClock) -> None:
        self._send = send_to(shop, clock=clock)
        self.before: Callable[[Request], None] = lambda _request: None
        """Called before each request leaves: tests let things happen here."""
        self.after: Callable[[Request], None] = lambda _request: None
        """Called when the shop has answered, before anybody hears it."""

    async def send(self, request: Request, *, key: str, first: bool = False, pinned_ca: str = "") -> Exchange:
        self.before(request)
        exchange = await self._send(request)
        self.after(request)
        return exchange


class World:
    def __init__(
        self, organisation: Organisation, clock: FakeClock, spec: ShopSpec, *, poll_interval_s: int = 240
    ) -> None:
        self.organisation, self.clock = organisation, clock
        _take_jobs()  # of tests before this one: the engine's tables are not emptied between tests
        self.shop = SandboxShop(spec, clock=clock)
        self.network = SandboxSender(self.shop, clock)
        self.door = Door(self.network)
        self.integration = integrations.create(
            organisation,
            integrations.NewIntegration(
                platform=spec.platform, name=spec.name, base_url=self.shop.url, credentials=self.shop.credentials()
            ),
        )
        self.profile()
        choices = replace(integrations.choices_of(self.integration), poll_interval_s=poll_interval_s)
        integrations.start(self.integration, choices)

    def profile(self) -> None:
        operation = operations_ask("connect", self.integration)
        self.do(operation)

    def do(self, operation: Operation) -> Operation:
        """Do this one now; as it stands afterwards."""
        asyncio.run(operations.run(self.door, operation.pk))
        operation.refresh_from_db()
        self.integration.refresh_from_db()
        return operation

    def refresh(self) -> Operation:
        return self.do(integrations.refresh(self.integration, by="test"))

    def work(self) -> int:
        """Tick once and do every job that is there, until none is left; how many were done."""
        deliveries.ring()
        webhook_store.claim()
        claims.claim_polls()
        claims.claim_pushes()
        done = 0
        while jobs := _take_jobs():
            for task, arguments in jobs:
                asyncio.run(self._do_job(task, arguments))
                done += 1
        return done

    def run(self, seconds: float) -> None:
        """Let this much time pass, working whenever something is due."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while (due := self._next_due()) is not None and due <= end:
            self.clock.move(max(1.0, (due - self.clock.now()).total_seconds()))
            self.work()
        self.clock.move((end - self.clock.now()).total_seconds())

    def held(self) -> dict[str, Order]:
        """Our orders by the shop's key."""
        return {order.remote_id: order for order in Order.objects.filter(integration=self.integration)}

    def channel(self, kind: str) -> Channel:
        row: Channel = Channel.objects.get(integration=self.integration, kind=kind)
        return row

    def _next_due(self) -> datetime | None:
        rows = Integration.objects.filter(paused_at=None, connected_at__isnull=False)
        polls = rows.aggregate(at=Min("next_poll_at"))["at"]
        rows = first_rows().aggregate(at=Min("due_at"))["at"]
        looks = PushRow.objects.aggregate(at=Min("look_at"))["at"]
        pushes = min(filter(None, (rows, looks)), default=None)
        resting = Channel.objects.filter(kind=Channel.PUSH).aggregate(at=Min("next_attempt_at"))["at"]
        if pushes and resting:
            pushes = max(pushes, resting)
        return min(filter(None, (polls, pushes)), default=None)

    async def _do_job(self, task: str, arguments: Mapping[str, Any]) -> None:
        handlers: Mapping[str, Callable[..., Awaitable[None]]] = {
            "poll_batch": self._poll_batch,
            "push_drain": self._push_drain,
            "run_operation": self._operation,
            "look_after_webhooks": self._webhooks,
        }
        if task in handlers:
            await handlers[task](**arguments)
        else:
            await db(_CARE[task], **arguments)

    async def _poll_batch(self, integration_ids: Sequence[int], token: str) -> None:
        await poll.poll_batch(self.door, integration_ids, UUID(token))

    async def _push_drain(self, integration_id: int, token: str) -> None:
        await push.drain(self.door, Lease(integration_id, UUID(token)))

    async def _webhooks(self, integration_id: int) -> None:
        await webhooks.look_after(self.door, integration_id)

    async def _operation(self, operation_id: int) -> None:
        await operations.run(self.door, operation_id)


_CARE: Mapping[str, Callable[..., None]] = {
    "housekeeping": care.housekeeping,
    "mail_slowed": notify.slowed,
    "mail_back": notify.back,
    "mail_push_failing": notify.push_failing,
    "mail_quiet": notify.quiet,
    "deliver_mail": notify.deliver,
}


def operations_ask(kind: str, integration: Integration, **params: Any) -> Operation:
    from varco.hub.store import operations as store

    return store.ask(kind, integration.organisation, by="test", integration=integration, params=params)


def _take_jobs() -> list[tuple[str, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo' RETURNING id, task_name, args")
        rows = sorted(cursor.fetchall())
    return [(name.rpartition(".")[2], json.loads(args)) for _, name, args in rows]
