"""OAuth 1.0a without a browser (RFC 5849), signed with HMAC-SHA256: WooCommerce over plain http, Magento everywhere."""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote

import msgspec


class OAuthKeys(msgspec.Struct, frozen=True, kw_only=True, repr_omit_defaults=True):
    """In the open: made right before a request is signed, and never kept."""

    consumer_key: str
    consumer_secret: str
    token: str = ""
    token_secret: str = ""

    def __repr__(self) -> str:
        return "OAuthKeys(***)"


def proof(keys: OAuthKeys, method: str, url: str, params: Mapping[str, str]) -> dict[str, str]:
    """The `oauth_…` parameters that sign this request, each with a nonce of its own; `url` has no query."""
    own = {
        "oauth_consumer_key": keys.consumer_key,
        "oauth_timestamp": str(int(time.time())),
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA256",
    }
    if keys.token:
        own["oauth_token"] = keys.token
    secret = f"{escaped(keys.consumer_secret)}&{escaped(keys.token_secret)}"
    digest = hmac.digest(secret.encode(), base_string(method, url, {**params, **own}).encode(), "sha256")
    return {**own, "oauth_signature": b64encode(digest).decode()}


def base_string(method: str, url: str, params: Mapping[str, str]) -> str:
    """What is signed: method, address and all parameters, in one order and escaped twice."""
    pairs = sorted((escaped(name), escaped(value)) for name, value in params.items())
    return "&".join((method.upper(), escaped(url), escaped("&".join(f"{name}={value}" for name, value in pairs))))


def with_query(url: str, params: Mapping[str, str]) -> str:
    """Everything is escaped but commas: an open `+` would arrive as a space."""
    query = "&".join(f"{escaped(key)}={quote(value, safe=',-._~:')}" for key, value in params.items())
    return f"{url}?{query}" if query else url


def escaped(text: str) -> str:
    return quote(text, safe="-._~")
