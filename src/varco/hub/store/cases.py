"""A case: a shop that an examination found shut. It is looked at again by itself until it is open.

Then the gap is read at once and what waited is told, so that nobody has to press anything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from varco.app.check import could_not_tell, is_blocked
from varco.doctor.report import Report
from varco.hub import runtime
from varco.hub.models import Integration, Operation
from varco.hub.store import examinations, integrations

EVERY: Final = timedelta(hours=1)
"""A careful examination of a shut shop is a handful of questions."""
CLOSED_BY: Final = "closed_by"
"""In the result of an examination: the operation that reads the gap, where it found a shut shop open again."""


def newest(integration: Integration) -> Report | None:
    """The last whole examination: the weekly look asks too little to open or close a case."""
    rows = examinations.latest(integration).filter(state=Operation.DONE)
    operation = rows.filter(**{f"params__{examinations.LIGHT}__isnull": True}).first()
    return examinations.report_of(operation) if operation else None


def is_open(integration: Integration) -> bool:
    report = newest(integration)
    return report is not None and is_blocked(report)


def closing(operation: Operation) -> Operation | None:
    """What read the gap after an examination that closed a case."""
    named = operation.result.get(CLOSED_BY)
    found: Operation | None = (
        Operation.objects.of(operation.organisation_id).filter(public_id=named).first() if named else None
    )
    return found


def after(integration: Integration, report: Report) -> Operation | None:
    """An examination has ended: if it closes a case, the gap is read by the operation that comes back."""
    if is_blocked(report) or could_not_tell(report) or not is_open(integration):
        return None
    fresh = Integration.objects.select_related("organisation").get(pk=integration.pk)
    if fresh.paused_at is not None or fresh.connected_at is None or fresh.removed_at is not None:
        return None
    return integrations.refresh(fresh, by="varco")


def look_again() -> int:
    """Ask for an examination of every shop that was found shut; how many there were."""
    before = runtime.clock().now() - EVERY
    rows = Integration.objects.filter(connected_at__isnull=False, paused_at=None, removed_at=None)
    examined = Operation.objects.filter(kind=examinations.KIND, state=Operation.DONE).values("integration")
    count = 0
    for integration in rows.filter(pk__in=examined).select_related("organisation"):
        recent = examinations.latest(integration).filter(asked_at__gt=before).exists()
        if not recent and is_open(integration):
            examinations.ask(integration, by="varco")
            count += 1
    return count
