"""The operator's page about the installation itself, and the address by which the hub meets its own call again.

The page calls nobody: what must call somebody is done by a worker, and shown when it is done.
"""

from __future__ import annotations

from functools import wraps

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from varco.hub import runtime
from varco.hub.models import Operation
from varco.hub.selfcheck import Result, State, inside
from varco.hub.selfcheck.proof import is_proof
from varco.hub.store import operations
from varco.hub.web.access import HubRequest, MemberView, P, View, member

KIND = "self-check"


def operator(view: MemberView[P]) -> View[P]:
    """For whoever looks after the installation; for others the page is not there."""

    @wraps(view)
    def guarded(request: HubRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_operator:
            raise Http404
        return view(request, *args, **kwargs)

    return member(guarded)


class Row(msgspec.Struct, frozen=True):
    """A result with how its state looks."""

    result: Result
    tone: str
    icon: str
    words: str


@require_GET
@operator
def page(request: HubRequest) -> HttpResponse:
    """What can be told at once, and what a worker found when it was asked last."""
    asked = Operation.objects.of(request.organisation).filter(kind=KIND).order_by("-asked_at").first()
    found = msgspec.convert(asked.result.get("results", []), list[Result]) if asked else []
    told = {
        "inside": list(map(_row, inside())),
        "outside": list(map(_row, found)),
        "asked": asked,
        "running": asked is not None and asked.state in (Operation.ASKED, Operation.RUNNING),
        "failed": asked is not None and asked.state == Operation.FAILED,
    }
    return render(request, "selfcheck/part.html" if request.htmx else "selfcheck/page.html", told)


def _row(result: Result) -> Row:
    looks = {
        State.GOOD: ("good", "check", gettext("Good")),
        State.PROBLEM: ("bad", "stop", gettext("Problem")),
        State.UNKNOWN: ("warn", "warning", gettext("Could not tell")),
        State.OFF: ("quiet", "info", gettext("Not set up")),
    }
    return Row(result, *looks[result.state])


@require_POST
@operator
def look(request: HubRequest) -> HttpResponse:
    """Let a worker call the public address, the mail server and a shop; a test mail goes to whoever asked."""
    params = {"mail_to": request.user.email if "mail" in request.POST else "", "language": request.user.language}
    operations.ask(KIND, request.organisation, by=request.user.email, params=params)
    return redirect("self-check")


@require_GET
def seen(request: HttpRequest) -> HttpResponse:
    """How a request looks here after its way through the proxy; only for the hub's own."""
    if not is_proof(request.GET.get("proof", ""), runtime.clock().now()):
        raise Http404
    return JsonResponse(
        {"scheme": request.scheme, "host": request.get_host(), "client": request.META.get("REMOTE_ADDR", "")}
    )


urlpatterns = [
    path("", page, name="self-check"),
    path("look", look, name="self-check-look"),
    path("seen", seen, name="self-check-seen"),
]
