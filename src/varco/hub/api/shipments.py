"""Shipments: made by an operation, then read, printed and handed over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from ninja import Router

from varco.hub.api import shapes
from varco.hub.api.access import ApiRequest
from varco.hub.api.replies import reply
from varco.hub.api.schemas import ERRORS, OperationOut, ShipIn, ShipmentOut
from varco.hub.models import Shipment
from varco.hub.store import labels, ship_requests, shipping

router = Router(tags=["Shipments"])


@router.post("", response={202: OperationOut, **ERRORS}, summary="Ship one or more orders of one recipient")
def create(request: ApiRequest, wanted: ShipIn) -> HttpResponse:
    """The orders are read again in their shop first. Follow the operation: `done` names the shipment; it fails with
    `order-changed`, `order-closed` or `cannot-ship`, or because the shop cannot be reached: then `unread_ok` ships
    all the same. The same `request_key` twice makes one shipment."""
    sent = ship_requests.ask(request.organisation, _params(wanted), by=request.user.email)
    return reply(shapes.operation(sent), 202)


@router.get("/{shipment_id}", response={200: ShipmentOut, **ERRORS}, summary="One shipment")
def get_shipment(request: ApiRequest, shipment_id: UUID) -> HttpResponse:
    return reply(shapes.shipment(_found(request, shipment_id)))


@router.get("/{shipment_id}/label.pdf", response=ERRORS, summary="Its labels, 100 x 150 mm, a page per parcel")
def label(request: ApiRequest, shipment_id: UUID) -> HttpResponse:
    return HttpResponse(labels.pdf_of(_found(request, shipment_id)), content_type="application/pdf")


@router.post("/{shipment_id}/handed-over", response={200: ShipmentOut, **ERRORS}, summary="The carrier has it")
def handed_over(request: ApiRequest, shipment_id: UUID) -> HttpResponse:
    """Shops that are told at the carrier's scan are told now."""
    row = _found(request, shipment_id)
    shipping.handed_over(row, request.user.email)
    row.refresh_from_db()
    return reply(shapes.shipment(row))


def _found(request: ApiRequest, shipment_id: UUID) -> Shipment:
    rows = Shipment.objects.of(request.organisation).select_related("organisation")
    row: Shipment | None = rows.filter(public_id=shipment_id).first()
    if row is None:
        raise Http404
    return row


def _params(wanted: ShipIn) -> dict[str, Any]:
    return wanted.model_dump(mode="json")
