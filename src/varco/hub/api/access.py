"""Who may call: a program with a key, or a signed-in person's browser; and how often."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth
from ninja.throttling import SimpleRateThrottle

from varco.hub.models import ApiToken, Membership, Organisation, User
from varco.hub.store import tokens

RATE: Final = "600/m"
"""Ten calls a second, for each key and each person: more than a program needs that does not poll blindly."""


class ApiRequest(HttpRequest):
    """A call that was let in."""

    user: User
    membership: Membership
    organisation: Organisation
    auth: ApiToken | User


class TokenAuth(HttpBearer):
    """`Authorization: Bearer varco_…`. The key decides the organisation."""

    openapi_name: str = "Key"

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = tokens.find(token)
        if found is not None:
            _let_in(request, found)
        return found


class MemberAuth(SessionAuth):
    """The session of the pages, with their protection against forged requests."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """A signed-in person who belongs to no organisation is not let in."""
        user = super().authenticate(request, key)
        return user if getattr(request, "organisation", None) is not None else None


class CallerThrottle(SimpleRateThrottle):
    """Counts per key or person, not per address: whole offices share one."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        caller = request.auth  # type: ignore[attr-defined]  # set by django-ninja once somebody is let in
        return f"api-{type(caller).__name__}-{caller.pk}"


def _let_in(request: Any, token: ApiToken) -> None:
    request.user = token.user
    request.organisation = token.organisation
    request.membership = Membership.objects.get(user=token.user, organisation=token.organisation)
