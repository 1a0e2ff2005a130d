"""“Find out what blocks us”: the examination of a connection, followed while it runs, and those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from varco.app.check import is_blocked
from varco.app.telling import Telling, telling
from varco.doctor.report import Report
from varco.hub.models import Operation
from varco.hub.store import cases, examinations, gaps
from varco.hub.web.access import HubRequest, member
from varco.hub.web.connections import live, page_of
from varco.hub.web.following import latest
from varco.hub.web.stories import story_of


@dataclass(frozen=True)
class Examination:
    """One that has ended, in the reader's words."""

    operation: Operation
    report: Report
    told: Telling
    closing: Operation | None = None
    """What reads the gap, where this examination found a shut shop open again."""


@member
@require_GET
def examination(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = live(request, public_id)
    follow = latest(request, examinations.KIND, integration)
    rows = examinations.latest(integration).filter(state=Operation.DONE)[: examinations.KEPT]
    done = [one for one in map(_examination, rows) if one is not None]
    shown: dict[str, Any] = {
        **page_of(integration, "examination"),
        "follow": follow,
        "newest": done[0] if done else None,
        "story": story_of(integration),
        "is_case": bool(done) and is_blocked(done[0].report),
        "gap": gaps.of(integration),
        "earlier": done[1:],
    }
    return render(request, f"connections/examination{'_part' if request.htmx else ''}.html", shown)


@member
@require_POST
def examine(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = live(request, public_id)
    if integration.connected_at is not None:
        examinations.ask(integration, by=request.user.email)
    return redirect("integration-examination", public_id)


def _examination(operation: Operation) -> Examination | None:
    """None for a report of another version."""
    report = examinations.report_of(operation)
    if report is None:
        return None
    return Examination(operation, report, telling(report, gettext), cases.closing(operation))
