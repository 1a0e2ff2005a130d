"""Shipping: the form, following the work, the shipment with its label, the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from varco.hub.models import Operation, Order, PushRow, Shipment
from varco.hub.store import aftermath, labels, operations, orders, pushes, ranges, ship_requests, shipping
from varco.hub.store.orders import OrderSheet
from varco.hub.web.access import HubRequest, found, member
from varco.hub.web.ship_form import ShipForm, first_values, values_again
from varco.model.errors import BadInput

PAGE: Final = 50
MOST_ORDERS: Final = 20


@member
@require_http_methods(["GET", "POST"])
def ship(request: HubRequest) -> HttpResponse:
    """The form for one order, or for several of one recipient; a POST asks a worker, and its page follows it."""
    sheets = _sheets(request)
    if not sheets:
        messages.warning(request, _("Choose the orders to ship."))
        return redirect("orders")
    if problem := _cannot_ship(sheets):
        messages.error(request, problem)
        return redirect("orders") if len(sheets) > 1 else redirect("order", sheets[0].order.public_id)
    if request.method == "GET":
        return _form_page(request, _empty_form(request, sheets))
    form = _filled_form(request, sheets)
    if "more" in request.POST or "fewer" in request.POST:
        return _form_page(request, form)
    if not form.is_valid():
        return _form_page(request, form, status=400)
    try:
        asked = ship_requests.ask(request.organisation, form.params(), by=request.user.email)
    except BadInput as error:
        form.add_error(None, _(str(error)))
        return _form_page(request, form, status=400)
    return redirect("ship-progress", asked.public_id)


@member
@require_GET
def ship_progress(request: HubRequest, public_id: UUID) -> HttpResponse:
    """Until it is done; then the shipment. A part of the page asks again by itself."""
    operation = _ship_operation(request, public_id)
    if operation.state == Operation.DONE:
        target = resolve_url("shipment", operation.result["shipment"])
        return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
    template = "shipments/progress_part.html" if request.htmx else "shipments/progress.html"
    asked = Order.objects.of(request.organisation).filter(public_id__in=operation.params["orders"])
    context = {
        "operation": operation,
        "orders": asked.order_by("pk"),
        "again": "&".join(f"order={public_id}" for public_id in operation.params["orders"]),
        "under_way": operation.state in ship_requests.UNDER_WAY,
        "may_ship_anyway": ship_requests.may_ship_unread(operation),
    }
    return render(request, template, context)


@member
@require_POST
def ship_anyway(request: HubRequest, public_id: UUID) -> HttpResponse:
    """The shop cannot be asked, and the person has the order in hand."""
    operation = _ship_operation(request, public_id)
    if not ship_requests.may_ship_unread(operation):
        return redirect("ship-progress", public_id)
    try:
        asked = ship_requests.ask(request.organisation, {**operation.params, "unread_ok": True}, by=request.user.email)
    except BadInput as error:
        messages.error(request, _(str(error)))
        return redirect("ship-progress", public_id)
    return redirect("ship-progress", asked.public_id)


@member
@require_GET
def shipment_list(request: HubRequest) -> HttpResponse:
    rows = Shipment.objects.of(request.organisation).prefetch_related("parcels", "lines__order")
    page = Paginator(rows.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    shown = Shipment.objects.filter(pk__in=[row.pk for row in page])
    closed = set(aftermath.findings_of(shown).values_list("order", flat=True))
    found_rows = [_list_row(row, closed) for row in page]
    return render(request, "shipments/list.html", {"page": page, "rows": found_rows})


def _list_row(row: Shipment, closed: set[int]) -> tuple[Shipment, list[str], bool]:
    """With the numbers of its orders, and whether one of them is cancelled in the shop by now."""
    of_it = {line.order for line in row.lines.all()}
    return row, sorted({order.number for order in of_it}), any(order.pk in closed for order in of_it)


@member
@require_GET
def shipment(request: HubRequest, public_id: UUID) -> HttpResponse:
    return render(
        request, "shipments/shipment.html", _context(found(Shipment, request.organisation, public_id, "organisation"))
    )


@member
@require_GET
def shipment_state(request: HubRequest, public_id: UUID) -> HttpResponse:
    """The part of the page that changes by itself: what the shop is told."""
    row = found(Shipment, request.organisation, public_id, "organisation")
    return render(request, "shipments/state.html", _context(row))


@member
@require_GET
def shipment_label(request: HubRequest, public_id: UUID) -> HttpResponse:
    row = found(Shipment, request.organisation, public_id, "organisation")
    try:
        pdf = labels.pdf_of(row)
    except BadInput as error:
        messages.error(request, _(str(error)))
        return redirect("shipment", public_id)
    name = f"label-{row.public_id.hex[-8:]}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@member
@require_POST
def shipment_handed_over(request: HubRequest, public_id: UUID) -> HttpResponse:
    shipping.handed_over(found(Shipment, request.organisation, public_id), request.user.email)
    messages.success(request, _("Noted: the carrier has it."))
    return redirect("shipment", public_id)


@member
@require_POST
def shipment_tell_now(request: HubRequest, public_id: UUID) -> HttpResponse:
    row = found(Shipment, request.organisation, public_id, "organisation")
    pushes.try_now(PushRow.objects.of(request.organisation).filter(shipment=row))
    messages.success(request, _("Varco tells the shop again in a moment."))
    return redirect("shipment", public_id)


def _context(row: Shipment) -> dict[str, Any]:
    steps = orders.pushes_of(row)
    return {
        "shipment": row,
        "parcels": row.parcels.order_by("position"),
        "lines": row.lines.select_related("order").order_by("pk"),
        "orders": shipping.orders_of(row),
        "pushes": steps,
        "findings": aftermath.findings_of(Shipment.objects.filter(pk=row.pk)),
        "is_told": not any(step.state in PushRow.OPEN for step in steps),
    }


def _sheets(request: HubRequest) -> list[OrderSheet]:
    """Of the orders that the address names; 404 if one of them is not there."""
    sent = request.POST if request.method == "POST" else request.GET
    sheets = []
    for text in dict.fromkeys(sent.getlist("order")[:MOST_ORDERS]):
        try:
            sheet = orders.get(request.organisation, UUID(text))
        except ValueError:
            raise Http404 from None
        if sheet is None:
            raise Http404
        sheets.append(sheet)
    return sheets


def _cannot_ship(sheets: Sequence[OrderSheet]) -> str:
    """Why these orders cannot be shipped together, or at all; empty if they can."""
    for sheet in sheets:
        if not any(line.left for line in sheet.lines):
            return _("Nothing is left to ship in order %(number)s.") % {"number": sheet.order.number}
    try:
        shipping.one_recipient([sheet.order for sheet in sheets])
    except BadInput as error:
        return _(str(error))
    return ""


def _empty_form(request: HubRequest, sheets: list[OrderSheet]) -> ShipForm:
    values = first_values(sheets, ship_requests.last_choice(request.organisation))
    if again := _uuid(request.GET.get("again", "")):
        values |= values_again(_ship_operation(request, again))
    return ShipForm(
        initial=values, sheets=sheets, ranges=ranges.of(request.organisation), parcel_count=values["parcels"]
    )


def _filled_form(request: HubRequest, sheets: list[OrderSheet]) -> ShipForm:
    """As it was sent, with a parcel more or fewer if that was asked for."""
    count = request.POST.get("parcels", "1")
    parcels = (int(count) if count.isdecimal() else 1) + ("more" in request.POST) - ("fewer" in request.POST)
    data = request.POST.copy()
    data["parcels"] = str(max(1, parcels))
    numbers = ranges.of(request.organisation)
    if "more" in request.POST or "fewer" in request.POST:
        return ShipForm(initial=data.dict(), sheets=sheets, ranges=numbers, parcel_count=parcels)
    return ShipForm(data, sheets=sheets, ranges=numbers, parcel_count=parcels)


def _form_page(request: HubRequest, form: ShipForm, status: int = 200) -> HttpResponse:
    names = Shipment.objects.of(request.organisation).order_by("carrier_name").values_list("carrier_name", flat=True)
    context = {
        "form": form,
        "carriers": names.distinct(),
        "recipient": form.sheets[0].contact.shipping,
        "has_sender": bool(request.organisation.sender.get("line1")),
    }
    return render(request, "shipments/ship.html", context, status=status)


def _ship_operation(request: HubRequest, public_id: UUID) -> Operation:
    operation = operations.get(request.organisation, public_id)
    if operation is None or operation.kind != ship_requests.KIND:
        raise Http404
    return operation


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
