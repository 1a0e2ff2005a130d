"""Orders: search, and one with all its parts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import Http404, HttpResponse
from ninja import Body, Query, Router

from varco.hub.api import shapes
from varco.hub.api.access import ApiRequest
from varco.hub.api.replies import reply
from varco.hub.api.schemas import ERRORS, CorrectionIn, OrderList, OrderOut
from varco.hub.models import Integration, OrderLine
from varco.hub.store import corrections, exports, orders
from varco.hub.store.corrections import Correction
from varco.hub.store.orders import Shown
from varco.model.errors import BadInput

router = Router(tags=["Orders"])


@router.get("", response={200: OrderList, **ERRORS}, summary="Search orders, newest first")
def search(
    request: ApiRequest,
    text: Annotated[str, Query(max_length=200)] = "",
    integration: UUID | None = None,
    status: Annotated[str, Query(max_length=100)] = "",
    shown: Shown = "open",
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=orders.LONGEST_PAGE)] = 50,
) -> HttpResponse:
    """`text` is looked for in number, name, company, e-mail, SKU and tracking number. `before` is the `next` of the
    page before."""
    page = orders.search(
        request.organisation,
        text=text,
        integration=_integration(request, integration),
        status=status,
        shown=shown,
        before=before,
        limit=limit,
    )
    return reply(
        {
            "orders": [shapes.order_row(row) for row in page.orders],
            "next": page.orders[-1].public_id if page.more else None,
        }
    )


@router.get("/open.csv", response=ERRORS, summary="All orders that wait to be shipped, as CSV")
def open_csv(
    request: ApiRequest,
    form: Annotated[exports.Format, Query(alias="format")] = "plain",
    integration: UUID | None = None,
    part: Annotated[int | None, Query(ge=1, le=10_000)] = None,
) -> HttpResponse:
    """`format=sendcloud` is for Sendcloud's upload. `part` gives a thousand rows, which is what one upload takes."""
    shop = _integration(request, integration)
    text = exports.csv_of(request.organisation, form, shop, part=part)
    return HttpResponse(text, content_type="text/csv; charset=utf-8")


@router.get("/{order_id}", response={200: OrderOut, **ERRORS}, summary="One order")
def get_order(request: ApiRequest, order_id: UUID) -> HttpResponse:
    sheet = orders.get(request.organisation, order_id)
    if sheet is None:
        raise Http404
    return reply(shapes.order(sheet))


@router.post("/{order_id}/product", response={200: OrderOut, **ERRORS}, summary="Correct a product")
def correct(request: ApiRequest, order_id: UUID, given: Annotated[CorrectionIn | None, Body()] = None) -> HttpResponse:
    """Weight and customs data of the product of a line: they hold in every order with it, and are written to the
    shop if its connection says so."""
    lines = OrderLine.objects.of(request.organisation).select_related("order__integration")
    line = lines.filter(order__public_id=order_id, pk=given.line).first() if given else None
    if given is None or line is None:
        raise Http404
    wanted = Correction(weight_g=given.weight_g, ean=given.ean, hs_code=given.hs_code, origin=given.origin)
    corrections.correct(line, wanted, by=request.user.email)
    return get_order(request, order_id)


def _integration(request: ApiRequest, public_id: UUID | None) -> Integration | None:
    if public_id is None:
        return None
    row: Integration | None = Integration.objects.of(request.organisation).filter(public_id=public_id).first()
    if row is None:
        raise BadInput("There is no such connection.")
    return row
