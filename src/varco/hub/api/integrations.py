"""Shop connections: how they stand, refresh, pause, the log of requests."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from ninja import Query, Router

from varco.hub.api import shapes
from varco.hub.api.access import ApiRequest
from varco.hub.api.replies import reply
from varco.hub.api.schemas import ERRORS, ExchangeList, IntegrationList, IntegrationOut, OperationOut
from varco.hub.models import ExchangeRecord, Integration, Membership
from varco.hub.store import integrations
from varco.model.errors import BadInput

router = Router(tags=["Connections"])


@router.get("", response={200: IntegrationList, **ERRORS}, summary="All connections")
def list_integrations(request: ApiRequest) -> HttpResponse:
    rows = integrations.summaries(request.organisation)
    return reply({"integrations": [shapes.integration(row) for row in rows]})


@router.get("/{integration_id}", response={200: IntegrationOut, **ERRORS}, summary="One connection, with its state")
def get_integration(request: ApiRequest, integration_id: UUID) -> HttpResponse:
    return reply(shapes.integration(integrations.summary(_found(request, integration_id))))


@router.post("/{integration_id}/refresh", response={202: OperationOut, **ERRORS}, summary="Fetch changes now")
def refresh(request: ApiRequest, integration_id: UUID) -> HttpResponse:
    """Works in any state. The answer is the operation: ask for it again until it is `done` or `failed`."""
    return reply(shapes.operation(integrations.refresh(_found(request, integration_id), by=request.user.email)), 202)


@router.post("/{integration_id}/pause", response={200: IntegrationOut, **ERRORS}, summary="Stop asking the shop")
def pause(request: ApiRequest, integration_id: UUID) -> HttpResponse:
    row = _owned(request, integration_id)
    integrations.pause(row)
    return reply(shapes.integration(integrations.summary(row)))


@router.post("/{integration_id}/resume", response={200: IntegrationOut, **ERRORS}, summary="Go on asking the shop")
def resume(request: ApiRequest, integration_id: UUID) -> HttpResponse:
    row = _owned(request, integration_id)
    integrations.resume(row)
    return reply(shapes.integration(integrations.summary(row)))


@router.get(
    "/{integration_id}/log", response={200: ExchangeList, **ERRORS}, summary="Requests to the shop, newest first"
)
def log(
    request: ApiRequest,
    integration_id: UUID,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """Without secrets and people's data. `before` is the `next` of the page before."""
    rows = ExchangeRecord.objects.of(request.organisation).filter(integration=_found(request, integration_id))
    if before is not None:
        last = rows.filter(public_id=before).first()
        if last is None:
            raise BadInput("The list cannot go on from there. Begin with its first page.")
        rows = rows.filter(at__lte=last.at, pk__lt=last.pk)
    found = list(rows.order_by("-at", "-pk")[: limit + 1])
    shown = found[:limit]
    return reply(
        {
            "exchanges": [shapes.exchange(row) for row in shown],
            "next": shown[-1].public_id if len(found) > limit else None,
        }
    )


def _found(request: ApiRequest, integration_id: UUID) -> Integration:
    rows = Integration.objects.of(request.organisation).select_related("organisation").filter(removed_at=None)
    row: Integration | None = rows.filter(public_id=integration_id).first()
    if row is None:
        raise Http404
    return row


def _owned(request: ApiRequest, integration_id: UUID) -> Integration:
    row = _found(request, integration_id)
    if request.membership.role != Membership.OWNER:
        raise PermissionDenied
    return row
