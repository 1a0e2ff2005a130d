"""The examinations of a connection: asked for on a button, by the hub when a shop becomes slowed, and once a week.

Each is kept, so that a bad one can be compared with the last good one: that is when something changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db.models import QuerySet

from varco.doctor.history import Change, changes, is_good
from varco.doctor.report import Report
from varco.hub import runtime
from varco.hub.models import Channel, Integration, Operation
from varco.hub.store import operations

KIND: Final = "check"
REST: Final = timedelta(minutes=10)
"""By itself the hub examines a shop no more often than this: its questions must not become a burden."""
KEPT: Final = 10
LIGHT: Final = "light"
"""Of the parameters: the weekly look, which asks only what a visitor might."""


@dataclass(frozen=True)
class Story:
    """Since when a shop shuts us out, and what changed at its server around then."""

    since: datetime
    good_at: datetime
    """When it was examined last and all was well."""
    changes: tuple[Change, ...]


def ask(integration: Integration, *, by: str, light: bool = False) -> Operation:
    """Asked twice it is one."""
    running = latest(integration).filter(state__in=(Operation.ASKED, Operation.RUNNING)).first()
    params = {LIGHT: True} if light else {}
    return running or operations.ask(KIND, integration.organisation, by=by, integration=integration, params=params)


def ask_by_itself(integration_id: int) -> None:
    integration = Integration.objects.select_related("organisation").get(pk=integration_id)
    if not latest(integration).filter(asked_at__gt=runtime.clock().now() - REST).exists():
        ask(integration, by="varco")


def latest(integration: Integration) -> QuerySet[Operation]:
    """The newest first."""
    rows: QuerySet[Operation] = Operation.objects.filter(kind=KIND, integration=integration)
    return rows.order_by("-asked_at", "-pk")


def report_of(operation: Operation) -> Report | None:
    return kept_report(operation.result)


def kept_report(data: object) -> Report | None:
    """None for a report of another version."""
    try:
        return msgspec.convert(data, Report)
    except msgspec.ValidationError:
        return None


def story(integration: Integration) -> Story | None:
    """None where the newest examination found nothing that stops, or no earlier one was good."""
    reports = _reports(integration)
    newest = next(reports, None)
    if newest is None or is_good(newest):
        return None
    first_bad = newest
    for report in reports:
        if is_good(report):
            since = min(filter(None, (_failing_since(integration), first_bad.started_at)))
            return Story(since=since, good_at=report.started_at, changes=changes(report, newest))
        first_bad = report
    return None


def _failing_since(integration: Integration) -> datetime | None:
    rows = Channel.objects.filter(integration=integration).exclude(since=None)
    found: datetime | None = rows.order_by("since").values_list("since", flat=True).first()
    return found


def _reports(integration: Integration) -> Iterator[Report]:
    for operation in latest(integration).filter(state=Operation.DONE)[: 2 * KEPT]:
        report = report_of(operation)
        if report is not None:
            yield report
