"""The link in a letter: whoever runs the shop's server lets Varco call again, and sees what came of it.

No account is needed: the link is signed, names one connection, and is good for two weeks. All that it can do is the
careful examination, which nothing in a shop carries out, and no more often than a few times an hour.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from varco.app.telling import telling
from varco.hub import runtime
from varco.hub.models import Integration, Operation
from varco.hub.store import cases, examinations
from varco.hub.web.throttle import Throttle

GOOD_FOR: Final = timedelta(days=14)
REST: Final = timedelta(minutes=2)
"""Between two examinations that a link asks for."""
A_DAY: Final = Throttle(limit=50, minutes=24 * 60)
"""Examinations of one connection by its links."""
_SALT: Final = "varco.recheck"


def link(integration: Integration) -> str:
    """Empty where nobody can reach this hub."""
    base = runtime.current().config.public_url
    token = TimestampSigner(salt=_SALT).sign(str(integration.public_id))
    return base + reverse("recheck", args=[token]) if base else ""


@never_cache
@require_http_methods(["GET", "POST"])
def recheck(request: HttpRequest, token: str) -> HttpResponse:
    integration = _integration(token)
    if integration is None:
        return render(request, "recheck/over.html", status=404)
    if request.method == "POST":
        _ask(integration)
        return redirect("recheck", token)
    return render(request, "recheck/page.html", _shown(integration))


def _integration(token: str) -> Integration | None:
    try:
        public_id = TimestampSigner(salt=_SALT).unsign(token, max_age=GOOD_FOR)
        rows = Integration.objects.filter(public_id=public_id, removed_at=None, connected_at__isnull=False)
        found: Integration | None = rows.select_related("organisation").first()
    except (BadSignature, ValidationError):
        return None
    return found


def _ask(integration: Integration) -> None:
    """Nothing, where one was asked for a moment ago: the page shows that one."""
    recent = examinations.latest(integration).filter(asked_at__gt=runtime.clock().now() - REST).exists()
    key = str(integration.pk)
    if recent or A_DAY.is_blocked(key):
        return
    A_DAY.failed(key)
    examinations.ask(integration, by="link in the letter")


def _shown(integration: Integration) -> dict[str, Any]:
    """Of the report only what a server's log has too: no headers, no bodies."""
    running = examinations.latest(integration).filter(state__in=(Operation.ASKED, Operation.RUNNING)).exists()
    report = cases.newest(integration)
    recent = examinations.latest(integration).filter(asked_at__gt=runtime.clock().now() - REST).exists()
    return {
        "shop": integration.base_url,
        "running": running,
        "recent": recent,
        "report": report,
        "told": telling(report, gettext) if report else None,
    }
