"""WooCommerce's own consent page: the merchant says yes in the shop, and the shop's server hands the keys over.

1. `offer` makes a one-time state, kept as a session of its own, and the link to the shop's page.
2. The merchant agrees there. The shop's server posts the keys and the state to `callback`.
3. `callback` uses the state up, seals the keys into a connection that is not started, and has them tried.
4. The shop sends the merchant's browser to `returned`, which leads to that connection.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from varco.hub import runtime
from varco.hub.models import Operation, Organisation
from varco.hub.store import integrations, operations
from varco.hub.web.access import HubRequest, member
from varco.model.errors import BadInput
from varco.shops.registry import connector
from varco.shops.woocommerce import consent as woocommerce

STATE_HOURS: Final = 2
LARGEST: Final = 10_000
"""Bytes of a callback; a real one has some 200."""
_STATE: Final = "consent"


@dataclass(frozen=True)
class Offer:
    """Either a link to the shop's own page, or why there is none."""

    url: str = ""
    why_not: str = ""


def offer(request: HubRequest, operation: Operation) -> Offer | None:
    """None if the platform has no consent page. Loading the page again gives the same link."""
    if not connector(operation.result["platform"]).can.consent_page:
        return None
    why_not = _why_not(runtime.current().config.public_url, operation.result["final_url"])
    if why_not:
        return Offer(why_not=why_not)
    url = woocommerce.authorize_url(
        operation.result["final_url"],
        state=_state_of(request, operation),
        return_url=_public("consent-return"),
        callback_url=_public("consent-callback"),
    )
    return Offer(url=url)


@csrf_exempt
@require_POST
def callback(request: HttpRequest) -> HttpResponse:
    """From the shop's server, without a login: the state says for whom, once."""
    try:
        granted = woocommerce.granted_from(request.body[:LARGEST])
    except BadInput:
        return HttpResponse(status=400)
    with transaction.atomic():
        state = _use_up(granted.state)
        if state is None:
            return HttpResponse(status=404)
        organisation = Organisation.objects.get(pk=state["organisation"])
        new = integrations.NewIntegration(
            platform=state["platform"],
            name=state["name"],
            base_url=state["url"],
            credentials=granted.credentials,
            pinned_ca=state["pinned_ca"],
        )
        integration = integrations.create(organisation, new)
        params = {_STATE: _digest(granted.state)}
        operations.ask("connect", organisation, by=state["by"], integration=integration, params=params)
    return HttpResponse("ok", content_type="text/plain")


@member
@require_GET
def returned(request: HubRequest) -> HttpResponse:
    """The merchant is back from the shop. The keys may come a moment later, by the other way."""
    if request.GET.get("success", "1") in ("0", ""):
        messages.warning(request, _("You did not let Varco in. Nothing was connected."))
        return redirect("connect")
    digest = _digest(request.GET.get("user_id", ""))
    asked = Operation.objects.of(request.organisation).filter(kind="connect", params__consent=digest)
    operation = asked.select_related("integration").first()
    if operation is None or operation.integration is None:
        template = "connect/waiting_part.html" if request.htmx else "connect/waiting.html"
        return render(request, template, {"step": 2, "url": request.get_full_path()})
    url = reverse("connection-setup", args=[operation.integration.public_id])
    if request.htmx:
        response = HttpResponse()
        response.headers["HX-Redirect"] = url
        return response
    return redirect(url)


def _why_not(public_url: str, shop_url: str) -> str:
    if not public_url.startswith("https://"):
        return _(
            "Your shop can hand the keys over by itself only to a public https address, and this installation "
            "has none (VARCO_PUBLIC_URL)."
        )
    if urlsplit(shop_url).scheme != "https":
        return _("Your shop has no https, so it must not hand keys over by itself.")
    return ""


def _state_of(request: HubRequest, operation: Operation) -> str:
    """A session of its own, so that it is secret, runs out by itself, and any web process finds it."""
    kept: dict[str, str] = request.session.get(_STATE, {})
    key = kept.get(str(operation.public_id), "")
    if key and SessionStore().exists(key):
        return key
    store = SessionStore()
    url = operation.result["final_url"]
    store[_STATE] = {
        "organisation": request.organisation.pk,
        "by": request.user.email,
        "platform": operation.result["platform"],
        "url": url,
        "pinned_ca": operation.params.get("pinned_ca", ""),
        "name": (urlsplit(url).hostname or url).removeprefix("www."),
    }
    store.set_expiry(timedelta(hours=STATE_HOURS))
    store.create()
    made = str(store.session_key)
    request.session[_STATE] = {str(operation.public_id): made}
    return made


def _use_up(state: str) -> dict[str, Any] | None:
    """What the state stood for, to the first who asks; in the caller's transaction."""
    row = Session.objects.select_for_update().filter(session_key=state).first()
    if row is None or row.expire_date < runtime.clock().now():
        return None
    found: dict[str, Any] | None = row.get_decoded().get(_STATE)
    if found is None or "organisation" not in found:
        return None  # somebody's login, which is none of the shop's business
    row.delete()
    return found


def _digest(state: str) -> str:
    """Names a used state without telling it."""
    return hashlib.blake2b(state.encode(), digest_size=16, person=b"varco-consent").hexdigest()


def _public(name: str) -> str:
    return runtime.current().config.public_url + reverse(name)
