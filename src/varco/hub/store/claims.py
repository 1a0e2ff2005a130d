"""The tick's side of the schedule: what is due is taken under a lease and put on a queue, in one transaction.

`integration.next_poll_at` is the schedule. Any worker may run the tick; rows that another one is just taking are
passed over (`SKIP LOCKED`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import connection, transaction

from varco.hub import runtime
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import POLL, PUSH
from varco.hub.store.leases import STILL_HELD, Lease, lease_end

BATCH: Final = 50
"""Integrations per job: an empty poll then costs a fiftieth of a job."""
AT_ONCE: Final = 500
"""What one tick claims at most."""
BACKLOG: Final = 40
"""No more is claimed while so many batches wait: a claim that waits longer than its lease was for nothing."""

_CLAIM: Final = """
WITH due AS (
    SELECT id FROM integration
    WHERE next_poll_at <= %(now)s AND paused_at IS NULL AND connected_at IS NOT NULL
      AND (lease_until IS NULL OR lease_until < %(now)s)
    ORDER BY next_poll_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE integration AS i SET lease_token = %(token)s, lease_until = %(until)s, lease_kind = 'poll'
FROM due WHERE i.id = due.id RETURNING i.id
"""
_CLAIM_PUSH: Final = """
WITH due AS (
    SELECT c.id FROM channel AS c JOIN integration AS i ON i.id = c.integration_id
    WHERE c.kind = 'push' AND i.paused_at IS NULL AND i.connected_at IS NOT NULL
      AND (c.lease_until IS NULL OR c.lease_until < %(now)s)
      AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= %(now)s)
      AND (EXISTS (SELECT 1 FROM push_row AS p WHERE p.integration_id = i.id
                   AND p.state IN ('due', 'quiet', 'failed') AND p.due_at <= %(now)s
                   AND NOT EXISTS (SELECT 1 FROM push_row AS e WHERE e.order_id = p.order_id
                                   AND e.state IN ('due', 'quiet', 'failed') AND e.id < p.id))
           OR i.id IN (SELECT integration_id FROM push_row WHERE look_at <= %(now)s))
    LIMIT %(limit)s FOR UPDATE OF c SKIP LOCKED
)
UPDATE channel AS c SET lease_token = %(token)s, lease_until = %(until)s
FROM due WHERE c.id = due.id RETURNING c.integration_id
"""


def claim_polls() -> int:
    """Take what is due and put it on the queue in batches; how many were taken."""
    with transaction.atomic():
        if _waiting(POLL) >= BACKLOG:
            return 0
        token = uuid4()
        ids = _claim(_CLAIM, token, AT_ONCE)
        for start in range(0, len(ids), BATCH):
            defer("poll_batch", POLL, integration_ids=ids[start : start + BATCH], token=str(token))
    return len(ids)


def claim_pushes() -> int:
    """Take the shops that have something due to be told, one job each."""
    with transaction.atomic():
        token = uuid4()
        ids = _claim(_CLAIM_PUSH, token, AT_ONCE)
        for integration_id in ids:
            defer("push_drain", PUSH, integration_id=integration_id, token=str(token))
    return len(ids)


def take_over(integration_id: int, kind: str) -> Lease:
    """Take a shop whoever holds it: what the holder has in hand is not stored any more, and it stops.

    For what a person waits for. The holder's cursor stands where its last page was stored, so nothing is lost.
    """
    token = uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integration SET lease_token = %s, lease_until = %s, lease_kind = %s WHERE id = %s",
            [token, lease_end(runtime.clock().now()), kind, integration_id],
        )
    return Lease(integration_id, token)


def release(lease: Lease, next_poll_at: datetime) -> bool:
    """Give it back, due again at that time; False if somebody took it over."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integration SET lease_token = NULL, lease_until = NULL, lease_kind = '', next_poll_at = %s "
            "WHERE id = %s AND lease_token = %s",
            [next_poll_at, lease.integration_id, lease.token],
        )
        return bool(cursor.rowcount)


def give_back(held: Sequence[Lease]) -> None:
    """What a worker that stops still holds: due again at once, for another one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH ours AS ({STILL_HELD}) "
            "UPDATE integration AS i SET lease_token = NULL, lease_until = NULL, lease_kind = '' "
            "FROM ours WHERE i.id = ours.id",
            {"ids": [lease.integration_id for lease in held], "tokens": [lease.token for lease in held]},
        )


def release_push(lease: Lease) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channel SET lease_token = NULL, lease_until = NULL "
            "WHERE integration_id = %s AND kind = 'push' AND lease_token = %s",
            [lease.integration_id, lease.token],
        )


def _claim(statement: str, token: UUID, limit: int) -> list[int]:
    now = runtime.clock().now()
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "until": lease_end(now), "token": token, "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def _waiting(queue: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM "
            "(SELECT 1 FROM procrastinate_jobs WHERE queue_name = %s AND status = 'todo' LIMIT %s) AS w",
            [queue, BACKLOG],
        )
        return int(cursor.fetchone()[0])
