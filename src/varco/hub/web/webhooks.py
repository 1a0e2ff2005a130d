"""Where shops call when something happened. It wakes a poll and says nothing.

No login, no session and no form stand behind it: the path names the connection, the signature proves the shop.
"""

from __future__ import annotations

from typing import Final

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from varco.hub.store import deliveries, webhooks
from varco.hub.web.throttle import Throttle

LARGEST: Final = 2 * 1024 * 1024
"""Bytes. An order with sixty lines has 60 kB."""
THROTTLE: Final = Throttle(limit=30, minutes=10)
"""Of calls that prove nothing, by who calls and where."""


@csrf_exempt
@require_POST
def receive(request: HttpRequest, path: str) -> HttpResponse:
    """Without the database, or while its tables are changed, the shop is told to come again."""
    try:
        return HttpResponse(status=_status(request, path))
    except Error:
        return HttpResponse(status=503, headers={"Retry-After": "60"})


def _status(request: HttpRequest, path: str) -> int:
    caller = f"{request.META.get('REMOTE_ADDR', '')} {path[:64]}"
    if THROTTLE.is_blocked(caller):
        return 429
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return 413
    address = deliveries.address_at(path)
    source = webhooks.source_of(address.integration.platform) if address else None
    if address is None or source is None:
        THROTTLE.failed(caller)
        return 404
    headers, body = tuple(request.headers.items()), request.body
    if source.is_greeting(headers, body):
        return 200
    delivery = source.delivery_from(headers, body, webhooks.secrets_of(address))
    if delivery is None:
        THROTTLE.failed(caller)
        deliveries.refused(address)
        return 401
    deliveries.receive(address, delivery)
    return 200
