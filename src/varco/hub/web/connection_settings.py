"""Changing a connection: its settings, its address and its keys."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from varco.hub.store import integrations, operations
from varco.hub.web.access import HubRequest, member
from varco.hub.web.connection_forms import AccessForm, SettingsForm, access_initial, choices_from
from varco.hub.web.connections import live, page_of
from varco.hub.web.following import follow


@member
@require_http_methods(["GET", "POST"])
def settings(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = live(request, public_id)
    form = SettingsForm(integration, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        integrations.rename(integration, form.cleaned_data["name"])
        integrations.change(integration, choices_from(integration, form.cleaned_data, form.placed_after()))
        messages.success(request, _("Saved."))
        return redirect("integration", public_id)
    shown = {**page_of(integration, "settings"), "form": form}
    return render(request, "connections/settings.html", shown, status=400 if form.errors else 200)


@sensitive_post_parameters()
@member
@require_http_methods(["GET", "POST"])
def access(request: HubRequest, public_id: UUID) -> HttpResponse:
    """Another address or other keys, tried at once: the page follows the trial and says what the keys may do."""
    integration = live(request, public_id)
    if request.method == "GET":
        form = AccessForm(integration.platform, initial=access_initial(integration))
    else:
        form = AccessForm(integration.platform, request.POST)
        if form.is_valid():
            integrations.replace_access(
                integration,
                base_url=form.cleaned_data["url"],
                credentials=form.credentials() or None,
                options=form.chosen_options(integration.options),
                pinned_ca=form.cleaned_data["pinned_ca"],
            )
            return _try(request, public_id)
    shown = {
        **page_of(integration, "access"),
        "form": form,
        "follow": follow(request, "connect", integration),
    }
    template = "connections/trial.html" if request.htmx else "connections/access.html"
    return render(request, template, shown, status=400 if form.errors else 200)


@member
@require_POST
def try_again(request: HubRequest, public_id: UUID) -> HttpResponse:
    """Try the keys in use once more."""
    return _try(request, public_id)


def _try(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = live(request, public_id)
    operation = operations.ask("connect", request.organisation, by=request.user.email, integration=integration)
    if integration.connected_at is None:
        return redirect("connection-setup", public_id)
    return redirect(f"{reverse('connection-access', args=[public_id])}?operation={operation.public_id}")
