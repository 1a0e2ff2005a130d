"""Who calls: Basic over TLS, keys in the query over TLS, OAuth 1.0a over plain http.

As `WC_REST_Authentication` of WooCommerce 9.9.5 does it: it looks at addresses with `wp-json/wc/` alone, an unknown key
is nobody and no error, a wrong secret is one.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from varco.model.exchange import Request, header
from varco.sandbox.spec import Key
from varco.sandbox.woocommerce.rest import RestError
from varco.sandbox.woocommerce.state import State

_OAUTH: Final = (
    "oauth_consumer_key",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
)
_DIGESTS: Final = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}
_WINDOW_S: Final = 15 * 60


def user_of(state: State, request: Request) -> Key | None:
    """The key that signed the request; None for nobody. Raises `RestError` where somebody tried and failed."""
    if not state.spec.woocommerce or "wp-json/wc/" not in urlsplit(request.url).path:
        return None
    query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    secure = request.url.startswith("https://")
    user = (_by_secret(state, request, query) if secure else None) or _by_signature(state, request, query)
    if user is not None:
        _check_permission(user, request.method)
    return user


def _by_secret(state: State, request: Request, query: Mapping[str, str]) -> Key | None:
    key, secret = query.get("consumer_key", ""), query.get("consumer_secret", "")
    if not (key and secret):
        key, secret = _basic(request)
    user = _key(state, key)
    if user is not None and not hmac.compare_digest(user.secret.encode(), secret.encode()):
        raise _refused("Consumer secret is invalid.")
    return user


def _basic(request: Request) -> tuple[str, str]:
    kind, _, value = header(request.headers, "Authorization").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        key, _, secret = b64decode(value, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        return "", ""
    return key, secret


def _by_signature(state: State, request: Request, query: Mapping[str, str]) -> Key | None:
    missing = [name for name in _OAUTH if not query.get(name)]
    if len(missing) == len(_OAUTH):
        return None
    if missing:
        words = "parameter" if len(missing) == 1 else "parameters"
        code = "woocommerce_rest_authentication_missing_parameter"
        raise RestError(code, f"Missing OAuth {words} {', '.join(missing)}", 401)
    user = _key(state, query["oauth_consumer_key"])
    if user is None:
        raise _refused("Consumer key is invalid.")
    _check_signature(state, request, query, user)
    _check_nonce(state, query)
    return user


def _check_signature(state: State, request: Request, query: Mapping[str, str], user: Key) -> None:
    """Over the home address that the shop itself believes in, whatever was called (measured)."""
    digest = _DIGESTS.get(query["oauth_signature_method"])
    if digest is None:
        raise _refused("Invalid signature - signature method is invalid.")
    path = urlsplit(request.url).path.removeprefix(urlsplit(state.home).path)
    pairs = sorted((quote(name, safe="-._~"), quote(value, safe="-._~")) for name, value in query.items()
                   if name != "oauth_signature")  # fmt: skip
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((request.method.upper(), quote(state.home + path, safe=""), quote(joined, safe="")))
    wanted = b64encode(hmac.digest(f"{user.secret}&".encode(), base.encode(), digest)).decode()
    if not hmac.compare_digest(wanted.encode(), query["oauth_signature"].encode()):
        raise _refused("Invalid signature - provided signature does not match.")


def _check_nonce(state: State, query: Mapping[str, str]) -> None:
    stamp = query["oauth_timestamp"]
    if not stamp.isdigit() or abs(state.clock.now() - int(stamp)) > _WINDOW_S:
        raise _refused("Invalid timestamp.")
    nonce = (query["oauth_consumer_key"], query["oauth_nonce"])
    if nonce in state.nonces:
        raise _refused("Invalid nonce - nonce has already been used.")
    state.nonces.add(nonce)


def _check_permission(user: Key, method: str) -> None:
    reads, writes = user.permissions != "write", user.permissions != "read"
    if method.upper() in ("GET", "HEAD") and not reads:
        raise _refused("The API key provided does not have read permissions.")
    if method.upper() in ("POST", "PUT", "PATCH", "DELETE") and not writes:
        raise _refused("The API key provided does not have write permissions.")


def _key(state: State, key: str) -> Key | None:
    return next((known for known in state.keys if key and known.key == key), None)


def _refused(message: str) -> RestError:
    return RestError("woocommerce_rest_authentication_error", message, 401)
