"""Keys for programs: an owner makes and revokes them. The text of a key is shown once."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from varco.hub.models import ApiToken
from varco.hub.store import tokens
from varco.hub.web.access import HubRequest, found, owner
from varco.hub.web.forms import HubForm


class KeyForm(HubForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=tokens.LONGEST_NAME,
        help_text=gettext_lazy("What will use it, such as “warehouse scanner”."),
    )


@owner
@require_http_methods(["GET", "POST"])
def key_list(request: HubRequest) -> HttpResponse:
    """A new key is shown in the answer to the POST and kept nowhere, so that no later page can show it again."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    new = None
    if form.is_valid():
        made = tokens.create(request.organisation, request.user, form.cleaned_data["name"])
        new = {"name": made.row.name, "text": made.secret.reveal()}
        form = KeyForm()
    context = {
        "form": form,
        "new": new,
        "keys": tokens.of(request.organisation),
        "api_url": request.build_absolute_uri(reverse("api:api-root")),
    }
    return render(request, "keys/keys.html", context, status=400 if form.errors else 200)


@owner
@require_POST
def key_revoke(request: HubRequest, public_id: UUID) -> HttpResponse:
    tokens.revoke(found(ApiToken, request.organisation, public_id))
    messages.success(request, _("Revoked: nobody gets in with this key any more."))
    return redirect("api-keys")
