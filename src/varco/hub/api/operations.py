"""Operations: work that was asked for, to be followed until it is done."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from ninja import Router

from varco.hub.api import shapes
from varco.hub.api.access import ApiRequest
from varco.hub.api.replies import reply
from varco.hub.api.schemas import ERRORS, OperationOut
from varco.hub.store import operations

router = Router(tags=["Operations"])


@router.get("/{operation_id}", response={200: OperationOut, **ERRORS}, summary="How far it is")
def get_operation(request: ApiRequest, operation_id: UUID) -> HttpResponse:
    row = operations.get(request.organisation, operation_id)
    if row is None:
        raise Http404
    return reply(shapes.operation(row))
