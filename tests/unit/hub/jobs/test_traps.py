"""The ways in which a job engine freezes a shop or loses work silently, each kept out (docs/decisions/0002-jobs.md)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app, connector_params

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.jobs import care, queues, tasks
from varco.hub.jobs.defer import defer
from varco.hub.models import Integration, Operation, Organisation
from varco.hub.store import claims, operations, plans
from varco.hub.sync import poll
from varco.hub.sync.door import Door
from varco.model.exchange import Exchange, Request
from varco.sandbox import ShopSpec

TASKS = {name: task for name, task in app.tasks.items() if name.startswith(tasks.__name__)}


def jobs() -> list[tuple[str, datetime | None]]:
    """Name and due time of each."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, scheduled_at FROM procrastinate_jobs ORDER BY id")
        return [(name.rpartition(".")[2], due_at) for name, due_at in cursor.fetchall()]


@pytest.fixture(autouse=True)
def empty_queue(db: None) -> None:
    """The engine's tables are not emptied between tests."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.mark.parametrize("name", sorted(TASKS))
def test_no_job_holds_a_lock_that_a_dead_or_waiting_one_would_keep(name: str) -> None:
    task = TASKS[name]
    assert task.lock is None
    assert task.queueing_lock is None


def test_only_mail_waits_in_the_queue_to_be_tried_again() -> None:
    assert [name for name, task in TASKS.items() if task.retry_strategy] == ["varco.hub.jobs.tasks.deliver_mail"]


def test_work_that_is_put_on_the_queue_is_due_now(integration: Integration) -> None:
    claims.claim_polls()
    operations.ask("refresh", integration.organisation, by="test", integration=integration)
    assert jobs() == [("poll_batch", None), ("run_operation", None)]


@pytest.mark.django_db(transaction=True)
def test_a_job_comes_to_be_with_its_transaction_or_not_at_all(integration: Integration) -> None:
    with transaction.atomic():
        defer("housekeeping", queues.CARE)
        transaction.set_rollback(True)
    assert jobs() == []


def test_a_job_of_an_older_claim_touches_nothing(organisation: Organisation, clock: FakeClock) -> None:
    integration = Integration.objects.create(organisation=organisation, platform="woocommerce", name="a", base_url="x")
    claims.take_over(integration.pk, "poll")
    assert plans.plans([integration.pk], uuid4()) == []


@pytest.mark.django_db(transaction=True)
def test_two_jobs_for_one_operation_do_it_once(organisation: Organisation, clock: FakeClock) -> None:
    world = World(organisation, clock, ShopSpec(orders=5))
    world.work()
    operation = world.refresh()
    asked = world.shop.backstage.request_count()
    world.do(operation)
    assert world.shop.backstage.request_count() == asked


@pytest.mark.django_db(transaction=True)
def test_an_operation_whose_job_was_lost_is_done_all_the_same(organisation: Organisation, clock: FakeClock) -> None:
    world = World(organisation, clock, ShopSpec(orders=5))
    world.work()
    operation = operations.ask("refresh", organisation, by="test", integration=world.integration)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    Operation.objects.filter(pk=operation.pk).update(state=Operation.RUNNING)
    clock.move(60)
    care.plan_care()
    world.work()
    operation.refresh_from_db()
    assert operation.state == Operation.DONE


def test_an_operation_whose_job_waits_is_not_asked_again(integration: Integration, clock: FakeClock) -> None:
    operations.ask("refresh", integration.organisation, by="test", integration=integration)
    clock.move(3600)
    assert operations.revive() == 0
    assert len(jobs()) == 1


def test_jobs_of_a_dead_worker_are_dropped_and_the_claim_runs_out(integration: Integration, clock: FakeClock) -> None:
    claims.claim_polls()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
        )
        (worker,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])
    clock.move(60)
    care.plan_care()
    assert "poll_batch" not in [name for name, _ in jobs()]
    assert claims.claim_polls() == 0
    clock.move(200)
    assert claims.claim_polls() == 1


def test_a_claim_that_nobody_works_off_does_not_pile_up(organisation: Organisation, clock: FakeClock) -> None:
    rows = [
        Integration(
            organisation=organisation, platform="woocommerce", name=str(n), base_url="x", connected_at=clock.now()
        )
        for n in range(claims.BATCH * 3)
    ]
    Integration.objects.bulk_create(rows)
    assert claims.claim_polls() == len(rows)
    assert claims.claim_polls() == 0
    assert len(jobs()) == 3


@pytest.mark.django_db(transaction=True)
def test_the_real_worker_leaves_no_job_behind(organisation: Organisation, clock: FakeClock) -> None:
    defer("housekeeping", queues.CARE)
    asyncio.run(work_until_empty(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2)))
    assert jobs() == []


async def work_until_empty(connector: PsycopgConnector) -> None:
    async with app.with_connector(connector).open_async() as engine:
        await engine.run_worker_async(wait=False, listen_notify=False, delete_jobs="always")


class Hanging:
    """A shop that takes the call and never answers."""

    async def send(self, request: Request, *, key: str, first: bool = False, pinned_ca: str = "") -> Exchange:
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes it")


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_stop_gives_its_shops_back_at_once(organisation: Organisation, clock: FakeClock) -> None:
    world = World(organisation, clock, ShopSpec(orders=5))
    lease = claims.take_over(world.integration.pk, "poll")

    async def cancelled() -> None:
        work = asyncio.create_task(poll.poll_batch(Door(Hanging()), [world.integration.pk], lease.token))
        await asyncio.sleep(0.3)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(cancelled())
    world.integration.refresh_from_db()
    assert world.integration.lease_token is None
    assert world.integration.next_poll_at <= clock.now() + timedelta(seconds=1)
