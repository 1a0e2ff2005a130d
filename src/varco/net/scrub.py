"""Taking secrets and people's data out of an exchange before it is stored, shown or logged.

Of JSON only keys and types stay (and short machine words under `code`), of HTML the first 2 kB without addresses and
numbers; credentials are taken out wherever they stand, also where a server sends them back.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from html import escape
from typing import Any, Final
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit, urlunsplit

import msgspec

from varco.model.exchange import Exchange, Failure, Headers, Request, Response, header

HIDDEN: Final = "***"
LONGEST_TEXT: Final = 2048
_MOST_ITEMS: Final = 3
_DEEPEST: Final = 6
_FORM: Final = "application/x-www-form-urlencoded"
"""Keys are sent in a form where they are exchanged for a token."""

_KEPT_HEADERS: Final = frozenset(
    """accept accept-encoding accept-ranges access-control-allow-headers access-control-expose-headers age allow
    alt-svc cache-control cf-mitigated cf-ray connection content-encoding content-length content-type date expires
    host keep-alive last-modified retry-after server sg-captcha strict-transport-security transfer-encoding upgrade
    user-agent vary via x-cache x-content-type-options x-frame-options x-powered-by x-robots-tag x-sucuri-block
    x-sucuri-id x-varnish x-wp-total x-wp-totalpages x-wc-webhook-event psws-version execution-time
    x-amz-cf-id x-azure-ref x-served-by""".split()
)
"""Names whose values are the server's own words. All others may hold a cookie, a token or a name."""
_KEPT_PARAMETERS: Final = frozenset(
    """page per_page offset order orderby status _fields modified_after modified_before after before dates_are_gmt
    rest_route include exclude context oauth_signature_method oauth_version oauth_timestamp sku dp force""".split()
)
_SHORT_VALUE: Final = re.compile(r"[\w.,:/@%\[\]|*-]{0,400}\Z", re.ASCII)
_CRITERION: Final = re.compile(r"searchCriteria\[[\w\[\]]{1,80}\Z|fields\Z", re.ASCII)
"""What Magento is asked for: fields, conditions, ids, dates, statuses."""
_CRITERION_VALUE: Final = re.compile(r"[\w.,:/%\[\] -]{0,1200}\Z", re.ASCII)
_OAUTH_VALUE: Final = re.compile(r'oauth_(?:consumer_key|token|nonce|signature)="([^"]*)"')
_MACHINE_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}\Z")
_EMAIL: Final = re.compile(r"[^\s<>\"'=:;,(]+@[^\s<>\"';,)]+")
_NUMBER: Final = re.compile(r"\+?\d[\d ./()-]{5,}\d")
_TOKEN: Final = re.compile(r"\b(?=[A-Za-z0-9_+/-]*\d)[A-Za-z0-9_+/-]{20,}={0,2}")


def scrubbed_address(request: Request) -> str:
    """All that is kept of a call that went well: its URL, without secrets."""
    return _without(scrubbed_url(request.url), _longest_first(request))


_JSON_TEXT: Final = re.compile(r'([:\[,]\s*)"(?:[^"\\]|\\.)*(?:"|\Z)')
"""Texts of data that are cut off or stand behind a warning: keys stay, values go."""
_LONGEST_TOKEN: Final = 200


def scrubbed(exchange: Exchange) -> Exchange:
    """The same exchange, fit to be kept."""
    secrets = _longest_first(exchange.request)
    return msgspec.structs.replace(
        exchange,
        request=_request(exchange.request, secrets),
        response=_response(exchange.response, secrets) if exchange.response else None,
        failure=_failure(exchange.failure, secrets) if exchange.failure else None,
    )


def scrubbed_text(text: str) -> str:
    """Free text without e-mail addresses, tokens and long numbers."""
    return _text(text, [])


def scrubbed_url(url: str) -> str:
    """No user information, no fragment; values only of parameters that are known to be harmless."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN  # what cannot be read cannot be cleaned
    host = parts.netloc.rpartition("@")[2]
    query = "&".join(
        f"{quote(key, safe='[]')}={quote(value, safe=',:/') if _harmless(key, value) else HIDDEN}"
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return urlunsplit((parts.scheme, host, _path(parts.path), query, ""))


def _path(path: str) -> str:
    return "/".join(HIDDEN if "@" in unquote(part) or len(part) > 100 else part for part in path.split("/"))


def _harmless(key: str, value: str) -> bool:
    if _CRITERION.match(key):
        return bool(_CRITERION_VALUE.match(value))
    return key in _KEPT_PARAMETERS and "@" not in value and bool(_SHORT_VALUE.match(value))


def _longest_first(request: Request) -> list[str]:
    """A secret that holds another one is taken out whole."""
    return sorted(_secrets(request), key=len, reverse=True)


def _secrets(request: Request) -> Iterable[str]:
    """Every form in which our credentials could come back."""
    values: set[str] = set()
    for name, value in request.headers:
        if name.lower() in ("authorization", "proxy-authorization", "cookie", "x-shopify-access-token"):
            values.update(_forms_of_credentials(value))
    parts = urlsplit(request.url)
    values.update(unquote(part) for part in (parts.username, parts.password) if part)
    values.update(value for key, value in parse_qsl(parts.query) if not _harmless(key, value))
    if header(request.headers, "Content-Type") == _FORM:
        values.update(value for _, value in parse_qsl(request.body.decode("utf-8", "replace")))
    return {form for value in values if len(value) >= 4 for form in _forms(value)}


def _forms(value: str) -> Iterable[str]:
    """As a server may write it into an address, a page, a script or a header."""
    escaped = quote(value, safe="")
    yield from (value, escaped, quote(value), quote_plus(value), _lower_escapes(escaped), escape(value))
    yield msgspec.json.encode(value).decode()[1:-1]
    for encode in (b64encode, urlsafe_b64encode):
        yield encode(value.encode()).decode().rstrip("=")


def _lower_escapes(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def _forms_of_credentials(value: str) -> Iterable[str]:
    scheme, _, rest = value.partition(" ")
    yield rest or scheme
    yield from (unquote(part) for part in _OAUTH_VALUE.findall(rest))
    if scheme.lower() == "basic":
        try:
            user, _, password = b64decode(rest, validate=True).decode("utf-8", "replace").partition(":")
        except (Base64Error, ValueError):
            return
        yield user
        yield password


def _request(request: Request, secrets: list[str]) -> Request:
    return msgspec.structs.replace(
        request,
        url=_without(scrubbed_url(request.url), secrets),
        headers=_headers(request.headers, secrets),
        body=_body(request.body, secrets),
    )


def _response(response: Response, secrets: list[str]) -> Response:
    return msgspec.structs.replace(
        response,
        reason=_text(response.reason, secrets),
        headers=_headers(response.headers, secrets),
        body=_body(response.body, secrets),
    )


def _failure(failure: Failure, secrets: list[str]) -> Failure:
    return msgspec.structs.replace(failure, text=_without(failure.text, secrets))


def _headers(headers: Headers, secrets: list[str]) -> Headers:
    return tuple((name, _header_value(name.lower(), value, secrets)) for name, value in headers)


def _header_value(name: str, value: str, secrets: list[str]) -> str:
    if name == "location":
        return _without(scrubbed_url(value), secrets)
    if name == "www-authenticate":
        return _text(value, secrets)
    return _without(value, secrets) if name in _KEPT_HEADERS else HIDDEN


def _body(body: bytes, secrets: list[str]) -> bytes:
    if not body:
        return b""
    try:
        return _without(msgspec.json.encode(_shape(msgspec.json.decode(body))).decode(), secrets).encode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    head = body[: LONGEST_TEXT * 2].decode("utf-8", "replace")
    if head.count("\x00") + head.count("�") > len(head) // 20:
        return f"({len(body)} bytes that are no text)".encode()
    clean = _JSON_TEXT.sub(rf"\1{HIDDEN}", _text(head, secrets))
    if len(body) > LONGEST_TEXT * 2:
        clean = clean[:-_LONGEST_TOKEN]  # what was cut through is not recognised
    return clean[:LONGEST_TEXT].encode()


def _shape(value: Any, depth: int = 0) -> Any:
    """Keys and types. Of the shop's own form of an error (`code` beside `message`) the code stays."""
    if isinstance(value, dict):
        return _shape_of_object(value, depth) if depth < _DEEPEST else "object"
    if isinstance(value, list):
        return [_shape(item, depth + 1) for item in value[:_MOST_ITEMS]] if depth < _DEEPEST else "list"
    if isinstance(value, bool) or value is None:
        return value
    return "number" if isinstance(value, int | float) else "text"


def _shape_of_object(value: dict[str, Any], depth: int) -> dict[str, Any]:
    shapes = {}
    for name, inner in list(value.items())[:60]:
        known = name if _KEY.match(name) else HIDDEN
        kept = _is_error_code(name, inner, value) or _is_status(name, inner)
        shapes[known] = inner if kept else _shape(inner, depth + 1)
    return shapes


def _is_error_code(name: str, value: Any, beside: dict[str, Any]) -> bool:
    return name == "code" and "message" in beside and isinstance(value, str) and bool(_MACHINE_WORD.match(value))


def _is_status(name: str, value: Any) -> bool:
    return name == "status" and isinstance(value, int) and not isinstance(value, bool) and 100 <= value < 600


def _text(text: str, secrets: list[str]) -> str:
    clean = _without(text, secrets)
    for pattern in (_EMAIL, _TOKEN, _NUMBER):
        clean = pattern.sub(HIDDEN, clean)
    return clean


def _without(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
