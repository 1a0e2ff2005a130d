"""What Shopify says when it refuses: most of it in `errors`, under status 200 too.

Codes and texts are recorded (tests/recorded/shopify) unless a line says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from varco.model.exchange import Exchange, Response
from varco.net.scrub import scrubbed_text

API_PATH: Final = "/admin/api/"
TOKEN_PATH: Final = "/admin/oauth/access_token"  # noqa: S105  an address
VERSION: Final = "X-Shopify-API-Version"
"""Which version answered: an ended one is served by the oldest that is left."""
_BY_CODE: Final = {
    "THROTTLED": "rate-limited",
    "ACCESS_DENIED": "scope-missing",
    "INTERNAL_SERVER_ERROR": "shopify-fault",
    "TIMEOUT": "shopify-fault",
    "RESOURCE_NOT_FOUND": "not-in-shop",
    "MAX_COST_EXCEEDED": "query-not-understood",
    "INVALID_VARIABLE": "query-not-understood",
}
_BY_STATUS: Final = {
    401: "app-token-refused",
    402: "shop-frozen",
    403: "app-address-list",
    404: "not-a-shop",
    423: "shop-frozen",
    429: "rate-limited",
    430: "rate-limited",
}
"""https://shopify.dev/docs/api/usage/response-codes"""
_FROZEN: Final = (402, 423)
_GRANTS: Final = (
    (b"shop_not_permitted", "app-not-of-shop"),
    (b"not_installed", "app-not-installed"),
    (b"not installed", "app-not-installed"),
    (b"invalid_client", "app-keys-wrong"),
    (b"invalid_request", "app-keys-wrong"),
    (b"application_cannot_be_found", "app-keys-wrong"),
    (b"unauthorized", "app-keys-wrong"),
)
"""Words by which a token is refused, in JSON or on a page of their own."""
_SCOPE: Final = re.compile(r"`([a-z_]{4,60})`")
_MARKS: Final = ("X-ShopId", "X-Shopify-Stage")
_NAME: Final = re.compile(rb"""Shopify\.shop\s*=\s*["']([a-z0-9][a-z0-9-]{0,80}\.myshopify\.com)["']""")
_PAGE_SEARCHED: Final = 256 * 1024
_LONGEST_REASON: Final = 160


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    reason: str
    """Shopify's own words, in short."""
    scope: str = ""


def refusal(exchange: Exchange) -> Refusal | None:
    """None where it is not Shopify's interface that speaks, or where it brings what was asked for."""
    response, path = exchange.response, urlsplit(exchange.request.url).path
    if response is None or not path.startswith((API_PATH, TOKEN_PATH)):
        return None
    if response.status in _FROZEN:
        return Refusal(code=_BY_STATUS[response.status], reason=f"status {response.status}")
    if path == TOKEN_PATH:
        return _of_grant(response)
    if response.status < 400 and is_answered(response):
        return None
    told = _told(response)
    if response.status >= 400:
        return _of_status(response, told) if "errors" in told else None
    return _of_errors(told) or _of_search(told)


def is_answered(response: Response) -> bool:
    """Data without an error or a warning beside it. Decided without reading it whole: in texts quotes are escaped."""
    body = response.body
    return body.startswith(b'{"data":') and b'"errors":' not in body and b'"warnings":' not in body


def serves(response: Response) -> bool:
    """Whether Shopify serves this page of a shop."""
    names = {name.lower() for name, _ in response.headers}
    powered = response.header("Powered-By").casefold().startswith("shopify")
    return powered or any(mark.lower() in names for mark in _MARKS) or bool(shop_name(response))


def shop_name(response: Response) -> str:
    """The shop's own name at Shopify, as its pages tell it to scripts: `example.myshopify.com`."""
    found = _NAME.search(response.body[:_PAGE_SEARCHED])
    return found[1].decode() if found else ""


def _told(response: Response) -> Mapping[str, Any]:
    try:
        words = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return words if isinstance(words, dict) else {}


def _of_grant(response: Response) -> Refusal | None:
    if response.status not in (400, 401, 403, 404):
        return None
    page = response.body[:8192]
    return next((Refusal(code=code, reason=word.decode()) for word, code in _GRANTS if word in page), None)


def _of_status(response: Response, told: Mapping[str, Any]) -> Refusal:
    words = str(told["errors"])
    if response.status == 403 and "scope" in words:
        return Refusal(code="scope-missing", reason=_short(words), scope=_scope_in(words))
    code = _BY_STATUS.get(response.status, "shopify-fault" if response.status >= 500 else "refused-by-shop")
    return Refusal(code=code, reason=_short(words))


def _of_errors(told: Mapping[str, Any]) -> Refusal | None:
    """The first that is said decides. One without a code is a refusal in words."""
    errors = told.get("errors")
    if not errors:
        return None
    first = errors[0] if isinstance(errors, list) else errors
    if not isinstance(first, dict):
        return Refusal(code="refused-by-shop", reason=_short(str(first)))
    details = first.get("extensions")
    code = str(details.get("code", "")) if isinstance(details, dict) else ""
    words = str(first.get("message", ""))
    kind = "refused-by-shop" if not code else _BY_CODE.get(code, "query-not-understood")
    return Refusal(code=kind, reason=_short(words) or code, scope=_scope_in(f"{details} {words}"))


def _of_search(told: Mapping[str, Any]) -> Refusal | None:
    """A filter that Shopify does not know is left out, and all rows come: only a warning tells."""
    extensions = told.get("extensions")
    searches = extensions.get("search") if isinstance(extensions, dict) else None
    for search in searches if isinstance(searches, list) else ():
        for warning in search.get("warnings") or ():
            return Refusal(code="query-not-understood", reason=_short(f"{warning.get('field')}: {warning.get('code')}"))
    return None


def _scope_in(words: str) -> str:
    found = _SCOPE.search(words)
    return found[1] if found else "?"


def _short(words: str) -> str:
    return scrubbed_text(" ".join(words.split()))[:_LONGEST_REASON]
