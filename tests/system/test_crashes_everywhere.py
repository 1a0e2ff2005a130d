"""Real workers, killed in the middle of telling a shop and frozen while another one goes on, on every platform."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.system.processes import Running, until
from tests.system.test_crashes import LEASE_S, Workers, folder, import_is_done, kill, nothing_open, ship_some
from varco.hub.models import Integration, Organisation, PushRow
from varco.hub.store import integrations
from varco.model.secret import Secret
from varco.sandbox import Kind, ShopSpec, Wall
from varco.sandbox.process import Running as Sandbox
from varco.sandbox.process import sandbox_process
from varco.shops.registry import connectors

__all__ = ["folder"]
pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 3
OTHERS = sorted(connectors().keys() - {"woocommerce"})
"""WooCommerce has its own, longer ones."""


@pytest.fixture(params=OTHERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with sandbox_process([ShopSpec(platform=request.param)]) as running:
        status = connectors()[request.param].default_statuses[0]
        running.control.shop(0).add_orders(40, days=2, status=status, oddities=[])
        yield running


@pytest.fixture
def shop(request: pytest.FixtureRequest, organisation: Organisation, sandbox: Sandbox) -> Integration:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    platform = request.node.callspec.params["sandbox"]
    there = sandbox.shops[0]
    made = integrations.create(
        organisation,
        integrations.NewIntegration(
            platform=platform,
            name="Bottega",
            base_url=there.url,
            credentials={name: Secret(text) for name, text in there.credentials.items()},
        ),
    )
    made.has_fulfilments, made.time_zone = True, "Europe/Rome"
    integrations.start(made, integrations.choices_of(made))
    return made


@pytest.fixture
def workers(folder: Path, sandbox: Sandbox) -> Iterator[Workers]:
    made = Workers(folder, sandbox)
    yield made
    made.kill_all()


def go_on(workers: Workers) -> Running:
    """A worker that has told the shop something more."""
    so_far = told()
    worker = workers.start()
    until(lambda: told() > so_far, "it goes on", 60)
    return worker


def told() -> int:
    return int(PushRow.objects.filter(state=PushRow.DONE).count())


def test_killed_and_frozen_workers_tell_the_shop_everything_once(
    organisation: Organisation, shop: Integration, sandbox: Sandbox, workers: Workers
) -> None:
    first = workers.start()
    until(lambda: import_is_done(shop), "the import")
    kill(first)
    backstage = sandbox.control.shop(0)
    backstage.set_walls([Wall(kind=Kind.SLOW, seconds=0.1)])
    numbers = ship_some(organisation, shop)
    for _ in range(KILLS):
        kill(go_on(workers))
    frozen = go_on(workers)
    os.kill(frozen.process.pid, signal.SIGSTOP)
    backstage.set_walls([])
    other = workers.start()
    until(nothing_open, "the other worker told the rest", 120)
    other.end()
    os.kill(frozen.process.pid, signal.SIGCONT)
    time.sleep(LEASE_S)
    frozen.end()

    outcomes = dict(PushRow.objects.filter(step__in=("meta", "fulfilment")).values_list("order_id", "outcome"))
    assert outcomes
    assert set(outcomes.values()) <= {"written", "already-there", "not-wanted"}
    wanted = {number for number in numbers if outcomes[int(number.removeprefix("KILL"))] != "not-wanted"}
    times = {number: seen.meta + seen.fulfilments for number, seen in backstage.tracking(sorted(wanted)).items()}
    twice = [number for number, count in times.items() if count > 1]
    assert min(times.values()) == 1
    assert len(twice) <= 1, "only the frozen one can have written beside another"
    for number in twice:
        assert PushRow.objects.filter(order_id=int(number.removeprefix("KILL")), look_at__isnull=False).exists()
