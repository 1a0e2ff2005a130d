"""The job engine's own tables, where it must be looked after: jobs that a dead worker left behind.

A job is only a hint to do what our own rows say is due. So a job that is lost is not made again from its row in the
queue: it is dropped, and the tick finds what is due.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection

from varco.hub import runtime

_DROP_LOST: Final = """
DELETE FROM procrastinate_jobs AS j
WHERE j.status = 'doing' AND NOT EXISTS (
    SELECT 1 FROM procrastinate_workers AS w WHERE w.id = j.worker_id AND w.last_heartbeat > %s
)
"""
_DROP_OLD: Final = "DELETE FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing')"


def drop_lost_jobs(stalled_after_s: float) -> int:
    """Jobs whose worker gives no sign of life any more."""
    with connection.cursor() as cursor:
        cursor.execute(_DROP_LOST, [runtime.clock().now() - timedelta(seconds=stalled_after_s)])
        return int(cursor.rowcount)


def drop_ended_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_DROP_OLD)
        return int(cursor.rowcount)
