"""The orders: list, one with its history, and what may be done with it besides shipping."""

from __future__ import annotations

from typing import Any, Final, cast, get_args
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from varco.hub.models import Integration, Operation, Order, PushRow
from varco.hub.store import aftermath, exports, integrations, operations, orders, pushes
from varco.hub.store.orders import OrderSheet, Shown
from varco.hub.web.access import HubRequest, found, member, owner
from varco.model.errors import BadInput

TABS: Final = (
    ("open", gettext_lazy("To ship")),
    ("shipped", pgettext_lazy("orders", "Shipped")),
    ("all", gettext_lazy("All")),
)
_UNDER_WAY: Final = (Operation.ASKED, Operation.RUNNING)


@member
@require_GET
def order_list(request: HubRequest) -> HttpResponse:
    """Search and filters live in the address, so that a list can be kept and sent."""
    shops = integrations.live(request.organisation)
    chosen = _filters(request, shops)
    try:
        page = orders.search(request.organisation, **chosen, before=_uuid(request.GET.get("before", "")))
    except BadInput:
        return redirect("orders")
    kept = {name: request.GET[name] for name in ("text", "shop", "status", "shown") if request.GET.get(name)}
    context = {
        "page": page,
        "shops": shops,
        "chosen": chosen,
        "statuses": orders.statuses(request.organisation, chosen["integration"]),
        "tabs": [(key, words, urlencode({**kept, "shown": key})) for key, words in TABS],
        "older": urlencode({**kept, "before": str(page.orders[-1].public_id)}) if page.more else "",
        "newest": urlencode(kept) if request.GET.get("before") else None,
        "is_filtered": bool(chosen["text"] or chosen["integration"] or chosen["status"]),
    }
    return render(request, "orders/list.html", context)


@member
@require_GET
def open_orders_csv(request: HubRequest) -> HttpResponse:
    """All that waits to be shipped, as a file. For Sendcloud's upload more than it takes at once comes in parts."""
    shops = integrations.live(request.organisation)
    chosen = next((shop for shop in shops if str(shop.public_id) == request.GET.get("shop")), None)
    today = f"{timezone.localdate():%Y-%m-%d}"
    if request.GET.get("for") != "sendcloud":
        return _csv(exports.BOM + exports.csv_of(request.organisation, "plain", chosen), f"varco-{today}")
    text = request.GET.get("part", "")
    part = int(text) if text.isdecimal() and 0 < len(text) < 6 else 0
    if part == 0 and (parts := exports.parts(request.organisation, chosen)) > 1:
        return render(request, "orders/parts.html", {"parts": range(1, parts + 1), "shop": chosen})
    written = exports.csv_of(request.organisation, "sendcloud", chosen, part=max(1, part))
    return _csv(written, f"sendcloud-{today}{f'-{part}' if part else ''}")


def _csv(text: str, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=disposition)


@member
@require_GET
def order(request: HubRequest, public_id: UUID) -> HttpResponse:
    sheet = _sheet(request, public_id)
    return render(request, "orders/order.html", _context(sheet))


@member
@require_GET
def order_state(request: HubRequest, public_id: UUID) -> HttpResponse:
    """The part of the page that changes by itself: problems and what the shop is told."""
    return render(request, "orders/state.html", _context(_sheet(request, public_id)))


@member
@require_POST
def order_read(request: HubRequest, public_id: UUID) -> HttpResponse:
    """Read it again in the shop; the page follows the operation."""
    row = found(Order, request.organisation, public_id, "integration")
    if row.integration.removed_at is not None:
        messages.warning(request, _("The connection to this shop was removed."))
    elif not _reading(row):
        operations.ask(
            "read-order", request.organisation, by=request.user.email, integration=row.integration, order=row
        )
    return redirect("order", public_id)


@member
@require_POST
def order_tell_now(request: HubRequest, public_id: UUID) -> HttpResponse:
    """A person says: tell the shop again, now."""
    row = found(Order, request.organisation, public_id)
    pushes.try_now(row.push_rows.all())
    messages.success(request, _("Varco tells the shop again in a moment."))
    return redirect("order", public_id)


@owner
@require_http_methods(["GET", "POST"])
def order_erase(request: HubRequest, public_id: UUID) -> HttpResponse:
    """Ask first: it cannot be undone."""
    row = found(Order, request.organisation, public_id, "integration")
    if request.method == "GET":
        return render(request, "orders/erase.html", {"order": row})
    orders.erase(row, request.user.email)
    messages.success(request, _("The customer's data of this order is erased."))
    return redirect("order", public_id)


def _filters(request: HubRequest, shops: list[Integration]) -> dict[str, Any]:
    shown = request.GET.get("shown", "open")
    return {
        "text": request.GET.get("text", "").strip()[:200],
        "integration": next((shop for shop in shops if str(shop.public_id) == request.GET.get("shop")), None),
        "status": request.GET.get("status", "")[:100],
        "shown": cast(Shown, shown if shown in get_args(Shown) else "open"),
    }


def _context(sheet: OrderSheet) -> dict[str, Any]:
    reading = _reading(sheet.order)
    return {
        "sheet": sheet,
        "order": sheet.order,
        "history": orders.history(sheet.order),
        "reading": reading,
        "last_reading": None if reading else _last_reading(sheet.order),
        "is_told": not any(row.state in PushRow.OPEN for row in sheet.pushes),
        "can_ship": _can_ship(sheet),
    }


def _can_ship(sheet: OrderSheet) -> bool:
    """Whether there is something left that the shop, as far as we know, still wants shipped."""
    left = any(line.left for line in sheet.lines)
    return left and sheet.order.erased_at is None and not aftermath.is_closed(sheet.order)


def _reading(row: Order) -> Operation | None:
    running: Operation | None = row.operations.filter(kind="read-order", state__in=_UNDER_WAY).first()
    return running


def _last_reading(row: Order) -> Operation | None:
    """The newest that failed, unless the order was read since."""
    last: Operation | None = row.operations.filter(kind="read-order").order_by("-asked_at").first()
    failed = last is not None and last.state == Operation.FAILED and last.asked_at > row.checked_at
    return last if failed else None


def _sheet(request: HubRequest, public_id: UUID) -> OrderSheet:
    sheet = orders.get(request.organisation, public_id)
    if sheet is None:
        raise Http404
    return sheet


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
