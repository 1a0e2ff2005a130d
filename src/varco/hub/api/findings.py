"""Problems that are open now."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from varco.hub.api import shapes
from varco.hub.api.access import ApiRequest
from varco.hub.api.replies import reply
from varco.hub.api.schemas import ERRORS, FindingList
from varco.hub.models import FindingRecord

router = Router(tags=["Problems"])
MOST = 500


@router.get("", response={200: FindingList, **ERRORS}, summary="Open problems, newest first")
def list_findings(request: ApiRequest, integration: UUID | None = None) -> HttpResponse:
    """At most 500."""
    rows = FindingRecord.objects.of(request.organisation).filter(cleared_at=None, integration__removed_at=None)
    if integration is not None:
        rows = rows.filter(integration__public_id=integration)
    found = rows.select_related("integration", "order").order_by("-last_seen_at", "-pk")[:MOST]
    return reply({"findings": [shapes.finding(row) for row in found]})
