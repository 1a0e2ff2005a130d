"""Leases of many shops in one statement, while others write to the same rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from tests.conftest import FakeClock
from tests.unit.hub.rows import make_integration
from varco.hub import runtime
from varco.hub.models import Integration, Organisation
from varco.hub.store import claims, leases, polls
from varco.hub.store.leases import Lease
from varco.hub.store.polls import Quiet

pytestmark = pytest.mark.django_db(transaction=True)
LEASE = timedelta(seconds=180)
LOCK = "SELECT 1 FROM integration WHERE id = %s FOR UPDATE NOWAIT"


@pytest.fixture
def two(organisation: Organisation, clock: FakeClock) -> list[Lease]:
    """Two shops that we hold, in the order of their keys."""
    made = [make_integration(organisation, name) for name in ("first", "second")]
    return [claims.take_over(integration.pk, "poll") for integration in made]


@contextmanager
def somebody_else() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Another process with a transaction of its own."""
    database = make_conninfo(runtime.current().database, dbname=connection.settings_dict["NAME"])
    with psycopg.connect(database) as other:
        yield other


def waits_for_a_lock(other: psycopg.Connection[tuple[object, ...]]) -> bool:
    row = other.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    ).fetchone()
    return bool(row and row[0])


def test_keeping_leases_passes_over_a_shop_that_is_being_written(two: list[Lease], clock: FakeClock) -> None:
    before = Integration.objects.get(pk=two[0].integration_id).lease_until
    clock.move(60)
    with somebody_else() as other:
        other.execute(LOCK, [two[0].integration_id])
        leases.extend(two)
    written, kept = (Integration.objects.get(pk=lease.integration_id).lease_until for lease in two)
    assert before is not None
    assert kept is not None
    assert (written, kept) == (before, before + timedelta(seconds=60))


def test_many_shops_are_given_back_in_one_order_so_that_two_workers_never_block_each_other(two: list[Lease]) -> None:
    low, high = two

    def give_back() -> None:
        try:
            polls.nothing_new([Quiet(high, ()), Quiet(low, ())])
        finally:
            connections.close_all()

    giving = threading.Thread(target=give_back)
    with somebody_else() as writer, somebody_else() as looker:
        writer.execute(LOCK, [low.integration_id])
        giving.start()
        while not waits_for_a_lock(looker):
            looker.rollback()
        looker.execute(LOCK, [high.integration_id])  # free: whoever waits for the first row holds no later one
        looker.rollback()
        writer.rollback()
        giving.join(10)
    assert not Integration.objects.exclude(lease_token=None).exists()


def test_a_lease_that_was_lost_is_neither_kept_nor_given_back(two: list[Lease], clock: FakeClock) -> None:
    taken = claims.take_over(two[0].integration_id, "refresh")
    clock.move(60)
    leases.extend(two)
    claims.give_back(two)
    assert polls.nothing_new([Quiet(lease, ()) for lease in two]) == 0
    row = Integration.objects.get(pk=taken.integration_id)
    assert (row.lease_token, row.lease_until) == (taken.token, clock.now() - timedelta(seconds=60) + LEASE)
