"""Housekeeping: what the tick starts now and then, so that nothing grows for ever and nothing is forgotten."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import CARE
from varco.hub.store import (
    cases,
    chores,
    deliveries,
    evidence,
    kept_lines,
    operations,
    public_checks,
    queue,
    silence,
    webhooks,
    weekly,
    workers,
)

STALLED_AFTER_S: Final = 30.0
"""Six missed heartbeats: the worker is dead, and its jobs are made anew from our own rows."""
QUEUE_EVERY: Final = timedelta(seconds=55)
HOUSEKEEPING_EVERY: Final = timedelta(hours=1)

log = logging.getLogger(__name__)


def plan_care() -> None:
    """Look after the queue, and put housekeeping on it when it is due."""
    if chores.take("queue", QUEUE_EVERY):
        queue.drop_lost_jobs(STALLED_AFTER_S)
        operations.revive()
    if chores.take("lists", kept_lines.EVERY):
        kept_lines.look()
    if chores.take("weekly", weekly.TURN):
        weekly.look()
    webhooks.claim()
    if chores.take("housekeeping", HOUSEKEEPING_EVERY):
        defer("housekeeping", CARE)


def housekeeping() -> None:
    """Prune, apply retention, and look for shops that are too quiet. One step that breaks does not stop the others."""
    steps = (
        evidence.prune_exchanges,
        deliveries.forget_old,
        chores.drop_raw,
        chores.drop_cleared_findings,
        chores.drop_expired_sessions,
        chores.apply_retention,
        operations.forget_old,
        public_checks.forget_old,
        workers.forget_dead,
        queue.drop_ended_jobs,
        silence.look,
        cases.look_again,
    )
    for step in steps:
        try:
            step()
        except Exception:
            log.exception("housekeeping: %s", step.__name__)
