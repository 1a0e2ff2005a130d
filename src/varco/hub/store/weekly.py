"""Once a week every healthy shop is looked at with few mild questions, so that what gets worse is seen in time.

The looks are spread by the tick: at each turn the few whose last one is longest ago. A shop that fails, is slowed or
paused is left alone: it has other examinations, or wants none.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import F, Max, Q, QuerySet

from varco.doctor.report import Report
from varco.hub import runtime
from varco.hub.models import Channel, Integration
from varco.hub.store import examinations
from varco.hub.store.evidence import Owner, clear_findings, open_finding
from varco.model.finding import Severity

EVERY: Final = timedelta(days=7)
TURN: Final = timedelta(minutes=10)
"""Between two turns of the tick."""
YOUNG: Final = timedelta(days=1)
"""A connection was examined when it was made."""
CHANNEL: Final = "check"
"""Of what a look found, among the findings of a connection."""


def look() -> int:
    """Ask for the looks that are due in this turn; how many."""
    if not runtime.current().config.weekly_check:
        return 0
    healthy = _healthy()
    portion = -(-healthy.count() * TURN // EVERY)
    due = _due(healthy)[:portion]
    for integration in due:
        examinations.ask(integration, by="varco", light=True)
    return len(due)


def _healthy() -> QuerySet[Integration]:
    now = runtime.clock().now()
    rows: QuerySet[Integration] = Integration.objects.filter(
        removed_at=None, paused_at=None, connected_at__lt=now - YOUNG, import_done_at__isnull=False
    )
    return rows.exclude(channels__state__in=(Channel.FAILING, Channel.SLOWED))


def _due(healthy: QuerySet[Integration]) -> list[Integration]:
    last = Max("operations__asked_at", filter=Q(operations__kind=examinations.KIND))
    rows = healthy.select_related("organisation").annotate(looked_at=last)
    overdue = rows.filter(Q(looked_at=None) | Q(looked_at__lt=runtime.clock().now() - EVERY))
    return list(overdue.order_by(F("looked_at").asc(nulls_first=True), "pk"))


def keep(integration: Integration, report: Report, *, light: bool) -> None:
    """What a look found stands among the connection's problems until an examination finds it gone."""
    owner = Owner(integration.organisation_id, integration.pk)
    found = [told.finding for told in report.findings if told.severity is not Severity.GREY]
    clear_findings(integration.pk, channel=CHANNEL, keep=[finding.code for finding in found])
    if light:
        for finding in found:
            open_finding(owner, finding, channel=CHANNEL)
