"""For watchers outside: whether the hub is well. Needs no login and tells nobody's data."""

from __future__ import annotations

from functools import cache

from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from varco import __version__
from varco.hub import schema
from varco.hub.store import workers


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 if everything is well, 503 with what is not."""
    try:
        found = {"database": True, "worker": workers.alive(), "schema": _schema_fits() or _look_again()}
    except Error:
        found = {"database": False, "worker": False, "schema": False}
    return JsonResponse({**found, "version": __version__}, status=200 if all(found.values()) else 503)


@cache
def _schema_fits() -> bool:
    """A schema that fitted goes on fitting while this process lives: asking costs 40 ms."""
    return not schema.pending() and not schema.unknown()


def _look_again() -> bool:
    _schema_fits.cache_clear()
    return _schema_fits()
