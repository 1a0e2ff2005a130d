"""Connecting a shop, step by step: address, keys, which orders, start. Each step that asks the shop is an operation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from varco.hub.models import Integration, Operation
from varco.hub.store import integrations, operations
from varco.hub.web import consent
from varco.hub.web.access import HubRequest, found, member
from varco.hub.web.connection_forms import (
    AddressForm,
    NewConnectionForm,
    PushForm,
    WhichOrdersForm,
    choices_from,
)
from varco.hub.web.connections import live
from varco.hub.web.following import Follow, latest
from varco.model.errors import BadInput
from varco.shops.registry import connector

PINNED: Final = ("tls-self-signed", "tls-incomplete-chain")
"""What the shop's own certificate can mend."""
STEPS: Final = ("address", "keys", "orders", "start")


@member
@require_http_methods(["GET", "POST"])
def address(request: HubRequest) -> HttpResponse:
    """Step 1: where the shop is. Its platform is found by asking it."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        params = {"url": form.cleaned_data["url"], "pinned_ca": form.cleaned_data["pinned_ca"]}
        operation = operations.ask("recognise", request.organisation, by=request.user.email, params=params)
        return redirect("connect-keys", operation.public_id)
    return render(request, "connect/address.html", {"form": form, "step": 1}, status=400 if form.errors else 200)


@sensitive_post_parameters()
@member
@require_http_methods(["GET", "POST"])
def keys(request: HubRequest, operation_id: UUID) -> HttpResponse:
    """Step 2: what answers there, and how Varco is let in."""
    operation = _operation(request, operation_id, "recognise")
    shown: dict[str, Any] = {"follow": Follow(operation, request.get_full_path()), "step": 2}
    if operation.state != Operation.DONE:
        shown["form"] = AddressForm(initial=operation.params)
        shown["may_pin"] = operation.finding_code in PINNED
        return render(request, "connect/looking_part.html" if request.htmx else "connect/looking.html", shown)
    if request.htmx:
        return _whole_page(request)
    platform, url = operation.result["platform"], operation.result["final_url"]
    form = NewConnectionForm(
        platform, *([request.POST] if request.method == "POST" else []), initial={"name": _name(url)}
    )
    if request.method == "POST" and form.is_valid():
        integration = _connect(request, operation, form)
        if integration is not None:
            return redirect("connection-setup", integration.public_id)
    shown |= {
        "form": form,
        "platform": platform,
        "platform_name": connector(platform).name,
        "url": url,
        "moved": url.rstrip("/") != str(operation.params.get("url", "")).rstrip("/"),
        "consent": consent.offer(request, operation),
    }
    return render(request, "connect/keys.html", shown, status=400 if form.errors else 200)


@member
@require_http_methods(["GET", "POST"])
def setup(request: HubRequest, public_id: UUID) -> HttpResponse:
    """Step 3: what the keys proved to allow, and which orders come in."""
    integration = live(request, public_id)
    if integration.connected_at is not None:
        return redirect("integration", public_id)
    trial = latest(request, "connect", integration)
    shown = {"connection": integration, "follow": trial, "step": 3}
    if trial is None or not trial.is_done or trial.result.get("read_orders") is False:
        return render(request, "connect/trying_part.html" if request.htmx else "connect/trying.html", shown)
    if request.htmx:
        return _whole_page(request)
    form = WhichOrdersForm(integration, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        placed_after = form.placed_after()
        params = {
            "statuses": form.cleaned_data["statuses"],
            "since": placed_after.isoformat() if placed_after else None,
        }
        operation = operations.ask(
            "preview", request.organisation, by=request.user.email, integration=integration, params=params
        )
        return redirect("connection-start", public_id, operation.public_id)
    return render(request, "connect/orders.html", {**shown, "form": form}, status=400 if form.errors else 200)


@member
@require_http_methods(["GET", "POST"])
def start(request: HubRequest, public_id: UUID, operation_id: UUID) -> HttpResponse:
    """Step 4: how many orders would come, what the shop is told later, and go."""
    integration = live(request, public_id)
    if integration.connected_at is not None:
        return redirect("integration", public_id)
    operation = _operation(request, operation_id, "preview")
    if operation.integration_id != integration.pk:
        raise Http404
    shown = {"connection": integration, "follow": Follow(operation, request.get_full_path()), "step": 4}
    if operation.state != Operation.DONE:
        return render(request, "connect/counting_part.html" if request.htmx else "connect/counting.html", shown)
    if request.htmx:
        return _whole_page(request)
    form = PushForm(integration, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        since = operation.params.get("since")
        given = {**form.cleaned_data, "statuses": operation.params["statuses"]}
        placed_after = datetime.fromisoformat(since) if since else None
        integrations.start(integration, choices_from(integration, given, placed_after))
        return redirect("integration", public_id)
    oldest = operation.result.get("oldest_placed_at")
    shown |= {
        "form": form,
        "count": operation.result.get("count"),
        "oldest": datetime.fromisoformat(oldest) if oldest else None,
    }
    return render(request, "connect/start.html", shown, status=400 if form.errors else 200)


def _connect(request: HubRequest, operation: Operation, form: NewConnectionForm) -> Integration | None:
    """Keep the keys, sealed, and have them tried; nothing is polled until the last step."""
    new = integrations.NewIntegration(
        platform=operation.result["platform"],
        name=form.cleaned_data["name"],
        base_url=operation.result["final_url"],
        credentials=form.credentials(),
        pinned_ca=operation.params.get("pinned_ca", ""),
    )
    try:
        integration = integrations.create(request.organisation, new)
    except BadInput:
        form.add_error(None, _("These keys cannot be used. Copy them again from your shop."))
        return None
    operations.ask("connect", request.organisation, by=request.user.email, integration=integration)
    return integration


def _operation(request: HubRequest, public_id: UUID, kind: str) -> Operation:
    operation = found(Operation, request.organisation, public_id)
    if operation.kind != kind:
        raise Http404
    return operation


def _whole_page(request: HubRequest) -> HttpResponse:
    """The work that a part of the page followed has ended: the browser takes the next page as a whole."""
    response = HttpResponse()
    response.headers["HX-Redirect"] = request.get_full_path()
    return response


def _name(url: str) -> str:
    return (urlsplit(url).hostname or _("Shop")).removeprefix("www.")
