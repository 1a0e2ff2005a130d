"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from varco import __version__
from varco.hub import runtime
from varco.hub.models import Membership, Organisation
from varco.hub.store import workers


def hub(request: HttpRequest) -> dict[str, Any]:
    """Asked of the database only by a page that shows it."""
    membership: Membership | None = getattr(request, "membership", None)
    organisation: Organisation | None = getattr(request, "organisation", None)
    return {
        "membership": membership,
        "organisation": organisation,
        "is_owner": membership is not None and membership.role == Membership.OWNER,
        "organisations": SimpleLazyObject(lambda: _organisations(request)),
        "worker_alive": SimpleLazyObject(workers.alive),
        "demo": runtime.current().config.demo,
        "varco_version": __version__,
    }


def _organisations(request: HttpRequest) -> list[Organisation]:
    if not request.user.is_authenticated:
        return []
    return list(Organisation.objects.filter(memberships__user_id=request.user.pk).order_by("name"))
