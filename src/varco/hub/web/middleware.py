"""What every page knows about its reader: the organisation, the language, the time zone."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from varco.hub.models import Membership, Organisation, User

GetResponse = Callable[[HttpRequest], HttpResponse]
SESSION_ORGANISATION = "organisation"


class OrganisationMiddleware:
    """Sets `request.membership` and `request.organisation`: the one chosen in this session, or the reader's first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership = _membership(request)
        request.membership = membership  # type: ignore[attr-defined]  # declared on web.access.HubRequest
        request.organisation = membership.organisation if membership else None  # type: ignore[attr-defined]
        return self.get_response(request)


class LanguageMiddleware:
    """The reader's language, or what the browser asks for; times in the organisation's zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language = user.language if isinstance(user, User) else translation.get_language_from_request(request)
        organisation: Organisation | None = getattr(request, "organisation", None)
        with translation.override(language), timezone.override(zone_of(organisation)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        patch_vary_headers(response, ("Accept-Language",))
        return response


def zone_of(organisation: Organisation | None) -> ZoneInfo:
    """UTC where there is none, or where its name is no longer known to the system."""
    try:
        return ZoneInfo(organisation.time_zone if organisation else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _membership(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    own = Membership.objects.filter(user_id=request.user.pk).select_related("organisation").order_by("pk")
    chosen = request.session.get(SESSION_ORGANISATION)
    return (own.filter(organisation_id=chosen).first() if chosen else None) or own.first()
