"""The REST API under `/api/v1`. It never touches the network: what takes a shop is an operation to be followed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.operation import Operation

from varco import __version__
from varco.hub.api import findings, integrations, operations, orders, shipments
from varco.hub.api.access import RATE, CallerThrottle, MemberAuth, TokenAuth
from varco.hub.api.replies import handle_errors, method_not_allowed, nothing_there

DESCRIPTION: Final = (
    "Orders, shipments and the state of shop connections of one organisation. Calls need a key "
    "(`Authorization: Bearer varco_…`, made on the page “API keys”) or the session of a signed-in person. "
    "Errors are always `{code, message}`."
)
THROTTLE: Final = CallerThrottle(RATE)


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`orders.search`: generated clients name their functions by it."""
        return f"{operation.view_func.__module__.rpartition('.')[2]}.{operation.view_func.__name__}"


api: Final = Api(
    title="Varco",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    auth=[TokenAuth(), MemberAuth()],
    throttle=[THROTTLE],
    default_router=None,
)
handle_errors(api)
for prefix, room in (
    ("/integrations", integrations.router),
    ("/orders", orders.router),
    ("/shipments", shipments.router),
    ("/operations", operations.router),
    ("/findings", findings.router),
):
    api.add_router(prefix, room)

View = Callable[..., HttpResponseBase]


def _in_our_form(view: View) -> View:
    """Also a method that an address does not know is answered as `{code, message}`."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        said: HttpResponse = method_not_allowed()
        said["Allow"] = response.headers.get("Allow", "")
        return said

    return wrapped


def _patterns() -> list[URLPattern | URLResolver]:
    patterns = api.urls[0]
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.callback is not None:
            pattern.callback = _in_our_form(pattern.callback)
    return [*patterns, re_path("", csrf_exempt(nothing_there))]


urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", include((_patterns(), "api"), namespace="api"))]
