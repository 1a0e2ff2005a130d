"""kill -9 of the worker at any moment loses nothing and doubles nothing; a worker that was frozen changes nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from django.db import connection

from tests.system.processes import Running, data_folder, free_port, until
from varco.hub import runtime
from varco.hub.models import Integration, Order, Organisation, PushRow
from varco.hub.store import integrations, shipping
from varco.model.secret import Secret
from varco.sandbox import Kind, ShopSpec, Wall
from varco.sandbox.process import Running as Sandbox
from varco.sandbox.process import sandbox_process

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 20
LEASE_S = 3
ORDERS = 1500
SHIPMENTS = 300


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with sandbox_process([ShopSpec(orders=ORDERS, days=25, fulfilments=True)]) as running:
        yield running


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as made:
        yield made


@pytest.fixture
def shop(organisation: Organisation, sandbox: Sandbox) -> Integration:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    made = integrations.create(
        organisation,
        integrations.NewIntegration(
            platform="woocommerce",
            name="Bottega",
            base_url=sandbox.shops[0].url,
            credentials={
                "consumer_key": Secret(sandbox.shops[0].consumer_key),
                "consumer_secret": Secret(sandbox.shops[0].consumer_secret),
            },
        ),
    )
    made.has_fulfilments = True
    integrations.start(made, integrations.choices_of(made))
    return made


class Workers:
    """Worker processes on this test's own database, with a lease that runs out quickly."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self._started: list[Running] = []
        database = connection.settings_dict
        self.settings = {
            "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
            "VARCO_SECRET_KEYS": ",".join(key.reveal() for key in runtime.current().keys),
            "VARCO_LEASE_S": str(LEASE_S),
            "VARCO_QUIET_S": "1",
            "VARCO_ALLOWED_NETWORKS": "127.0.0.0/8",
            "VARCO_EXTRA_CA": str(sandbox.ca_file),
        }

    def start(self) -> Running:
        running = Running("worker", self.folder, free_port(), self.settings)
        self._started.append(running)
        until(lambda: "Working." in running.said, "the worker begins")
        return running

    def kill_all(self) -> None:
        for running in self._started:
            kill(running)


@pytest.fixture
def workers(folder: Path, sandbox: Sandbox) -> Iterator[Workers]:
    made = Workers(folder, sandbox)
    yield made
    made.kill_all()


def kill(worker: Running) -> None:
    worker.process.send_signal(signal.SIGKILL)
    worker.process.wait()


def ship_some(organisation: Organisation, shop: Integration) -> list[str]:
    """A parcel for each of the first orders, as if 300 forms were sent; their numbers."""
    numbers = []
    for order in Order.objects.filter(integration=shop, gone_at=None).order_by("pk")[:SHIPMENTS]:
        numbers.append(f"KILL{order.pk:08}")
        shipping.ship(
            organisation,
            shipping.ShipRequest(
                orders=[order.public_id],
                lines={},
                carrier_name="Bartolini",
                parcels=[shipping.ParcelRequest(number=numbers[-1])],
                request_key=uuid4(),
                actor="rossi@shop.example",
            ),
        )
    return numbers


def nothing_open() -> bool:
    return not PushRow.objects.filter(state__in=PushRow.OPEN).exists()


def import_is_done(shop: Integration) -> bool:
    shop.refresh_from_db()
    return shop.import_done_at is not None


def times_in_shop(sandbox: Sandbox, numbers: Sequence[str]) -> set[tuple[int, int, int]]:
    """How often each stands in notes, meta data and shipments: all the different answers."""
    told = sandbox.control.shop(0).tracking(numbers)
    return {(seen.notes, seen.meta, seen.fulfilments) for seen in told.values()}


def test_twenty_kills_lose_nothing_and_double_nothing(
    organisation: Organisation, shop: Integration, sandbox: Sandbox, workers: Workers
) -> None:
    random = Random(7)
    backstage = sandbox.control.shop(0)
    backstage.set_walls([Wall(kind=Kind.SLOW, seconds=0.05)])
    kills_in_import = 0
    while not import_is_done(shop) or kills_in_import < KILLS // 4:
        worker = workers.start()
        time.sleep(random.uniform(0.1, LEASE_S + 2))
        kill(worker)
        kills_in_import += 1
        assert kills_in_import < 3 * KILLS, "the import does not get on"
    shop.refresh_from_db()
    wanted = {
        str(brief.id)
        for brief in backstage.orders()
        if brief.status in shop.import_statuses and shop.import_since and brief.created_at >= shop.import_since
    }
    held = list(Order.objects.filter(integration=shop).values_list("remote_id", flat=True))
    assert wanted == set(held)
    assert len(held) == len(set(held))

    numbers = ship_some(organisation, shop)
    for _ in range(max(KILLS - kills_in_import, KILLS // 2)):
        worker = workers.start()
        time.sleep(random.uniform(0.1, LEASE_S + 2))
        kill(worker)
    backstage.set_walls([])
    last = workers.start()
    until(nothing_open, "everything was told to the shop", 120)
    last.end()
    assert times_in_shop(sandbox, numbers) == {(1, 1, 1)}


def test_a_frozen_worker_that_wakes_changes_nothing(
    organisation: Organisation, shop: Integration, sandbox: Sandbox, workers: Workers
) -> None:
    frozen = workers.start()
    until(lambda: import_is_done(shop), "the import")
    backstage = sandbox.control.shop(0)
    backstage.set_walls([Wall(kind=Kind.SLOW, seconds=0.05)])
    numbers = ship_some(organisation, shop)
    until(lambda: PushRow.objects.filter(state=PushRow.DONE).count() > 10, "the first ones were told")
    os.kill(frozen.process.pid, signal.SIGSTOP)
    backstage.set_walls([])
    other = workers.start()
    until(nothing_open, "the other worker told the rest", 120)
    other.end()
    rows = list(PushRow.objects.order_by("pk").values("pk", "state", "done_at", "attempts"))

    os.kill(frozen.process.pid, signal.SIGCONT)
    time.sleep(LEASE_S)
    frozen.end()

    assert list(PushRow.objects.order_by("pk").values("pk", "state", "done_at", "attempts")) == rows
    assert times_in_shop(sandbox, numbers) == {(1, 1, 1)}
