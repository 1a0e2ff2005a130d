"""Who may open a page. What belongs to another organisation is not there: 404, never 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from varco.hub.models import Membership, Organisation, User
from varco.hub.models.tenancy import PublicTenant

P = ParamSpec("P")
Row = TypeVar("Row", bound=PublicTenant)


class HubRequest(HttpRequest):
    """A request of a signed-in member, as `member` hands it to a view."""

    user: User
    membership: Membership
    organisation: Organisation
    htmx: HtmxDetails


MemberView = Callable[Concatenate[HubRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def member(view: MemberView[P]) -> View[P]:
    """Signed in, and a member of the organisation whose rows the view will read through `.of(...)`."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_login(request)
        if getattr(request, "organisation", None) is None:
            raise PermissionDenied
        return view(request, *args, **kwargs)  # type: ignore[arg-type]  # what was just checked

    return guarded


def owner(view: MemberView[P]) -> View[P]:
    """As `member`, for what only an owner of the organisation may change."""

    @wraps(view)
    def guarded(request: HubRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.membership.role != Membership.OWNER:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return member(guarded)


def to_login(request: HttpRequest) -> HttpResponse:
    """To the login page and back; a part of a page that updates itself takes the whole page there."""
    details = getattr(request, "htmx", None)
    if details:
        return HttpResponseClientRedirect(resolve_url(settings.LOGIN_URL))
    return redirect_to_login(request.get_full_path())


def found(table: type[Row], organisation: Organisation, public_id: UUID, *related: str) -> Row:
    """The organisation's row of that id, or 404."""
    rows: Any = table.objects.of(organisation)
    if related:
        rows = rows.select_related(*related)
    row: Row | None = rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row
