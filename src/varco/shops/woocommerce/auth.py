"""Signing a request with the shop's keys: Basic over TLS, OAuth 1.0a over plain http, in the query only by choice.

WooCommerce ignores Basic over plain http; there it wants one-legged OAuth with the keys as secrets, each nonce used
once, and a signature over the shop's own home address (measured on 9.9.5).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Final

from varco.model.exchange import Headers
from varco.net.oauth import OAuthKeys, proof, with_query
from varco.shops.base import ShopAccess

KEY: Final = "consumer_key"
SECRET: Final = "consumer_secret"  # noqa: S105  the parameter's name
QUERY: Final = "query"


def signed(access: ShopAccess, method: str, url: str, params: Mapping[str, str]) -> tuple[str, Headers]:
    """The whole address and the headers that prove who we are."""
    key, secret = (access.credentials[name].reveal().strip() for name in (KEY, SECRET))
    if url.startswith("http://"):
        return with_query(
            url, {**params, **proof(OAuthKeys(consumer_key=key, consumer_secret=secret), method, url, params)}
        ), ()
    if access.options.get("auth") == QUERY:
        return with_query(url, {**params, KEY: key, SECRET: secret}), ()
    basic = b64encode(f"{key}:{secret}".encode()).decode()
    return with_query(url, params), (("Authorization", f"Basic {basic}"),)
