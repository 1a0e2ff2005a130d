"""The health of an integration, per channel: failing, slowed, and back by itself.

One failure: try again soon, then wait twice as long. After five in a row the channel is *slowed*: at most one cheap
call per interval, growing to an hour; it is never switched off. The first success of the kind that failed makes it
well again, and the gap is read, because the cursor did not move meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from varco.hub import runtime
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import CARE
from varco.hub.models import Channel, Integration
from varco.hub.store import examinations
from varco.hub.store.evidence import Owner, SaidExchange, clear_findings, open_finding
from varco.model.finding import Finding

SLOWED_AFTER: Final = 5
FIRST_RETRY_S: Final = 30
LONGEST_S: Final = 3600


@dataclass(frozen=True)
class Schedule:
    """When to try again, and how the channel is called meanwhile."""

    state: str
    delay_s: int


def schedule(failures: int, interval_s: int, retry_after_s: int | None = None) -> Schedule:
    """After the n-th failure in a row. A shop's own Retry-After is honoured, up to an hour."""
    asked = min(retry_after_s or 0, LONGEST_S)
    if failures < SLOWED_AFTER:
        delay = min(FIRST_RETRY_S * 2 ** (failures - 1), interval_s)
        return Schedule(Channel.FAILING, max(delay, asked))
    delay = min(interval_s * 2 ** min(failures - SLOWED_AFTER, 12), LONGEST_S)
    return Schedule(Channel.SLOWED, max(delay, asked))


def record_failure(
    owner: Owner,
    kind: str,
    finding: Finding,
    *,
    retry_after_s: int | None = None,
    exchange: SaidExchange | None = None,
) -> datetime:
    """Note the failure in the caller's transaction; when to try next.

    When it becomes slowed, mail goes out and the shop is examined.
    """
    now = runtime.clock().now()
    channel = _channel(owner, kind)
    was_slowed = channel.state == Channel.SLOWED
    interval_s = Integration.objects.values_list("poll_interval_s", flat=True).get(pk=owner.integration_id)
    channel.failures += 1
    plan = schedule(channel.failures, interval_s, retry_after_s)
    channel.state = plan.state
    channel.since = channel.since or now
    channel.finding_code, channel.finding_params = finding.code, finding.params
    channel.next_attempt_at = now + timedelta(seconds=plan.delay_s)
    channel.save()
    clear_findings(owner.integration_id, channel=kind, keep=[finding.code])
    open_finding(owner, finding, channel=kind, exchange=exchange)
    if plan.state == Channel.SLOWED and not was_slowed:
        defer("mail_slowed", CARE, integration_id=owner.integration_id, channel=kind)
        examinations.ask_by_itself(owner.integration_id)
    return channel.next_attempt_at


@dataclass(frozen=True)
class CameBack:
    """A channel that works again."""

    gap_from: datetime | None
    """When it worked last before."""
    was_slowed: bool
    """Then whoever was told so wants to be told this too."""


def record_success(owner: Owner, kind: str) -> CameBack | None:
    """Note in the caller's transaction that it works; None if it did before."""
    now = runtime.clock().now()
    channel = _channel(owner, kind)
    came_back = None
    if channel.state != Channel.OK:
        clear_findings(owner.integration_id, channel=kind)
        channel.gap_from = channel.last_success_at or channel.since
        came_back = CameBack(channel.gap_from, channel.state == Channel.SLOWED)
    channel.state, channel.failures, channel.since = Channel.OK, 0, None
    channel.finding_code, channel.finding_params = "", {}
    channel.next_attempt_at = None
    channel.last_success_at = now
    channel.save()
    return came_back


def touch(kind: str, integration_ids: list[int]) -> None:
    """Many successes in one statement, for shops that were well before."""
    Channel.objects.filter(integration__in=integration_ids, kind=kind).update(last_success_at=runtime.clock().now())


def _channel(owner: Owner, kind: str) -> Channel:
    """The row, locked until the caller's transaction ends, so that two writers do not undo each other."""
    with transaction.atomic():
        Channel.objects.get_or_create(
            organisation_id=owner.organisation_id, integration_id=owner.integration_id, kind=kind
        )
        row: Channel = Channel.objects.select_for_update().get(integration_id=owner.integration_id, kind=kind)
    return row
