"""`/check`: anybody may have a shop examined, without an account. There only where the operator switched it on.

One field, a result that fills in by itself, a link that nobody can guess and that ends after a week. At most one
examination per shop in ten minutes, few per client, none of an address that is not public, and no keys are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlsplit

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from varco.app.address import shop_address
from varco.app.telling import telling
from varco.hub import runtime
from varco.hub.models import PublicCheck
from varco.hub.store import public_checks
from varco.hub.store.public_checks import TooMany, TooSoon
from varco.hub.web.forms import HubForm
from varco.hub.web.throttle import Throttle
from varco.model.errors import BadInput

BY_CLIENT: Final = Throttle(limit=6, minutes=60)
"""Examinations that one address may ask for."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class ShopForm(HubForm):
    url = forms.CharField(
        label=_later("Address of the shop"),
        max_length=300,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "url", "placeholder": "https://shop.example"}
        ),
    )

    def clean_url(self) -> str:
        try:
            url = shop_address(self.cleaned_data["url"])
        except BadInput as error:
            raise forms.ValidationError(_(str(error))) from None
        if urlsplit(url).port is not None:
            raise forms.ValidationError(_("Give the address without a port: shops are examined where visitors go."))
        return url


def where_switched_on(view: View[P]) -> View[P]:
    """404 unless the operator wants it; found by no search engine."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not runtime.current().config.public_check:
            raise Http404
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return shown


@never_cache
@require_http_methods(["GET", "POST"])
@where_switched_on
def ask(request: HttpRequest) -> HttpResponse:
    form = ShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        if made is not None:
            return redirect("public-check-result", made.token)
    return render(request, "check/ask.html", {"form": form})


@never_cache
@require_GET
@where_switched_on
def result(request: HttpRequest, token: str) -> HttpResponse:
    check = public_checks.by_token(token)
    if check is None:
        return render(request, "check/over.html", status=404)
    report = public_checks.report_of(check)
    shown: dict[str, Any] = {
        "check": check,
        "running": public_checks.is_open(check),
        "until": public_checks.until(check),
        "report": report,
        "told": telling(report, _) if report is not None else None,
    }
    is_part = bool(getattr(request, "htmx", False))
    page = render(request, f"check/result{'_part' if is_part else ''}.html", shown)
    page.headers["Referrer-Policy"] = "no-referrer"  # its address is a secret
    return page


def _made(request: HttpRequest, form: ShopForm) -> PublicCheck | None:
    """None where it cannot be now: the form says why."""
    client = request.META.get("REMOTE_ADDR", "")
    if BY_CLIENT.is_blocked(client):
        form.add_error(None, _("That was a lot of shops. Try again in an hour."))
        return None
    try:
        made = public_checks.ask(form.cleaned_data["url"])
    except TooSoon as soon:
        at = time_format(localtime(soon.again_at), "H:i e")
        form.add_error(
            "url", _("This shop was examined a moment ago. It can be examined again at %(at)s.") % {"at": at}
        )
        return None
    except TooMany:
        form.add_error(None, _("Many shops are being examined just now. Try again in a minute."))
        return None
    BY_CLIENT.failed(client)
    return made
