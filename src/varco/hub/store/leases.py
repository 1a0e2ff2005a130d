"""Who works on a shop now. Each write checks its lease, so a stalled worker that wakes up changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from varco.hub import runtime
from varco.hub.store.bulk import binary_cursor

STILL_HELD: Final = """
SELECT i.id FROM integration AS i JOIN unnest(%(ids)s::bigint[], %(tokens)s::uuid[]) AS held(id, token)
ON i.id = held.id AND i.lease_token = held.token ORDER BY i.id FOR UPDATE OF i
"""
"""Rows of several leases, locked in one order: two such statements never wait for each other in a circle."""


class LeaseLost(Exception):
    """Somebody else works on this shop now: stop, and write nothing."""


@dataclass(frozen=True)
class Lease:
    integration_id: int
    token: UUID


def lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=runtime.current().config.lease_s)


def hold(lease: Lease) -> None:
    """Check and extend, inside the caller's transaction: the row stays locked until it ends."""
    with binary_cursor() as cursor:
        cursor.execute(
            "UPDATE integration SET lease_until = %s WHERE id = %s AND lease_token = %s",
            [lease_end(runtime.clock().now()), lease.integration_id, lease.token],
        )
        if cursor.rowcount != 1:
            raise LeaseLost


def hold_push(lease: Lease) -> None:
    """The same for the drain that writes to a shop."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channel SET lease_until = %s WHERE integration_id = %s AND kind = 'push' AND lease_token = %s",
            [lease_end(runtime.clock().now()), lease.integration_id, lease.token],
        )
        if cursor.rowcount != 1:
            raise LeaseLost


def extend(leases: Sequence[Lease]) -> None:
    """Keep what this worker still works on, in one statement; lost ones stay lost.

    A row that is just being written is passed over: whoever writes it keeps it or gives it back, and waiting for
    several such rows could end in a deadlock.
    """
    if not leases:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH ours AS (
                SELECT i.id FROM integration AS i JOIN unnest(%s::bigint[], %s::uuid[]) AS held(id, token)
                ON i.id = held.id AND i.lease_token = held.token FOR UPDATE OF i SKIP LOCKED
            )
            UPDATE integration AS i SET lease_until = %s FROM ours WHERE i.id = ours.id
            """,
            [
                [lease.integration_id for lease in leases],
                [lease.token for lease in leases],
                lease_end(runtime.clock().now()),
            ],
        )
