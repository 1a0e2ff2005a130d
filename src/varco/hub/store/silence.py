"""Unusually quiet: a shop whose orders stop without an error is noticed against its own weekdays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from varco.hub import runtime
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import CARE
from varco.hub.models import FindingRecord, Integration
from varco.hub.store.evidence import Owner, clear_findings, open_finding
from varco.model.finding import Confidence, Finding

CODE: Final = "unusually-quiet"
CHANNEL: Final = "quiet"
HOURS: Final = (3, 6, 12, 24)
"""Windows that end now; each is held against the same hours of the same weekday in the last four weeks."""
USUAL: Final = 5
"""Fewer orders than this in a window prove nothing: none at all comes by chance less than once in a hundred."""
_WINDOWS: Final = """
SELECT o.organisation_id, o.integration_id, w.hours,
       count(*) FILTER (WHERE o.placed_at > %(now)s - w.hours * interval '1 hour') AS now,
       count(*) FILTER (WHERE o.placed_at BETWEEN %(now)s - interval '7 days' - w.hours * interval '1 hour'
                                              AND %(now)s - interval '7 days') AS one,
       count(*) FILTER (WHERE o.placed_at BETWEEN %(now)s - interval '14 days' - w.hours * interval '1 hour'
                                              AND %(now)s - interval '14 days') AS two,
       count(*) FILTER (WHERE o.placed_at BETWEEN %(now)s - interval '21 days' - w.hours * interval '1 hour'
                                              AND %(now)s - interval '21 days') AS three,
       count(*) FILTER (WHERE o.placed_at BETWEEN %(now)s - interval '28 days' - w.hours * interval '1 hour'
                                              AND %(now)s - interval '28 days') AS four
FROM shop_order AS o
JOIN integration AS i ON i.id = o.integration_id
JOIN channel AS c ON c.integration_id = i.id AND c.kind = 'import' AND c.state = 'ok'
CROSS JOIN unnest(%(hours)s::int[]) AS w(hours)
WHERE i.paused_at IS NULL AND i.import_done_at IS NOT NULL AND o.placed_at > %(now)s - interval '30 days'
GROUP BY o.organisation_id, o.integration_id, w.hours ORDER BY o.integration_id, w.hours
"""


@dataclass(frozen=True)
class Silence:
    owner: Owner
    hours: int
    usual: int


def look() -> int:
    """Note which shops are unusually quiet and which are so no more; how many have become so."""
    found = {silence.owner.integration_id: silence for silence in reversed(_silences())}
    open_rows = FindingRecord.objects.filter(code=CODE, cleared_at=None)
    known = set(open_rows.values_list("integration_id", flat=True))
    for integration_id in known - found.keys():
        clear_findings(integration_id, channel=CHANNEL)
    for silence in found.values():
        _note(silence, is_new=silence.owner.integration_id not in known)
    return len(found.keys() - known)


def _silences() -> list[Silence]:
    """The shortest window of each shop that is empty, and never was on this weekday."""
    with connection.cursor() as cursor:
        cursor.execute(_WINDOWS, {"now": runtime.clock().now(), "hours": list(HOURS)})
        return [silence for row in cursor.fetchall() if (silence := _silence(row)) is not None]


def _silence(row: tuple[Any, ...]) -> Silence | None:
    organisation_id, integration_id, hours, now, *before = row
    usual = sum(before) / len(before)
    if now or usual < USUAL or min(before) == 0:
        return None
    return Silence(Owner(organisation_id, integration_id), hours, round(usual))


def _note(silence: Silence, *, is_new: bool) -> None:
    integration = Integration.objects.get(pk=silence.owner.integration_id)
    finding = Finding(
        code=CODE,
        params={"integration": integration.name, "hours": silence.hours, "usual": silence.usual},
        confidence=Confidence.MEDIUM,
        rests_on="the same hours of this weekday in the last four weeks",
    )
    with transaction.atomic():
        open_finding(silence.owner, finding, channel=CHANNEL)
        if is_new:
            defer("mail_quiet", CARE, integration_id=integration.pk)
