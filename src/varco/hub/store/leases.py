"""Who works on a shop now. Each write checks its lease, so a stalled worker that wakes up changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from varco.hub import runtime
from varco.hub.store.bulk import binary_cursor


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
    """Keep what this worker still works on, in one statement; lost ones stay lost."""
    if not leases:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE integration AS i SET lease_until = %s
            FROM unnest(%s::bigint[], %s::uuid[]) AS held(id, token)
            WHERE i.id = held.id AND i.lease_token = held.token
            """,
            [
                lease_end(runtime.clock().now()),
                [lease.integration_id for lease in leases],
                [lease.token for lease in leases],
            ],
        )
