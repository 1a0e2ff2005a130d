"""Signing a request with the shop's keys: Basic over TLS, OAuth 1.0a over plain http, in the query only by choice.

WooCommerce ignores Basic over plain http; there it wants one-legged OAuth with the keys as secrets, each nonce used
once, and a signature over the shop's own home address (measured on 9.9.5).
"""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from varco.model.exchange import Headers
from varco.shops.base import ShopAccess

KEY: Final = "consumer_key"
SECRET: Final = "consumer_secret"  # noqa: S105  the parameter's name
QUERY: Final = "query"


def signed(access: ShopAccess, method: str, url: str, params: Mapping[str, str]) -> tuple[str, Headers]:
    """The whole address and the headers that prove who we are."""
    key, secret = (access.credentials[name].reveal().strip() for name in (KEY, SECRET))
    if url.startswith("http://"):
        return with_query(url, _oauth(method, url, params, key, secret)), ()
    if access.options.get("auth") == QUERY:
        return with_query(url, {**params, KEY: key, SECRET: secret}), ()
    basic = b64encode(f"{key}:{secret}".encode()).decode()
    return with_query(url, params), (("Authorization", f"Basic {basic}"),)


def with_query(url: str, params: Mapping[str, str]) -> str:
    """Everything is escaped but commas: an open `+` would arrive as a space."""
    query = "&".join(f"{_escaped(key)}={quote(value, safe=',-._~:')}" for key, value in params.items())
    return f"{url}?{query}" if query else url


def _oauth(method: str, url: str, params: Mapping[str, str], key: str, secret: str) -> dict[str, str]:
    """RFC 5849 with HMAC-SHA256 and no token."""
    all_params = {
        **params,
        "oauth_consumer_key": key,
        "oauth_timestamp": str(int(time.time())),
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA256",
    }
    base = base_string(method, url, all_params)
    digest = hmac.digest(f"{_escaped(secret)}&".encode(), base.encode(), "sha256")
    return {**all_params, "oauth_signature": b64encode(digest).decode()}


def base_string(method: str, url: str, params: Mapping[str, str]) -> str:
    """What is signed: method, address and all parameters, in one order and escaped twice."""
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in params.items())
    return "&".join((method.upper(), _escaped(url), _escaped("&".join(f"{name}={value}" for name, value in pairs))))


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")
