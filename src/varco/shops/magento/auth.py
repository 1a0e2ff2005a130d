"""Signing a request for an integration: OAuth 1.0a by default, its access token alone by explicit choice.

Magento takes HMAC-SHA256 alone (SHA1: 400). The token alone works only where the shop allows it, which since 2.4.4 it
does not by itself (`oauth/consumer/enable_integration_as_bearer`; measured on 2.4.7-p3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from varco.model.exchange import Headers
from varco.net.oauth import OAuthKeys, escaped, proof, with_query
from varco.shops.base import ShopAccess

CONSUMER_KEY: Final = "consumer_key"
CONSUMER_SECRET: Final = "consumer_secret"  # noqa: S105  a setting's name
TOKEN: Final = "access_token"  # noqa: S105  a setting's name
TOKEN_SECRET: Final = "access_token_secret"  # noqa: S105  a setting's name
BEARER: Final = "bearer"


def signed(access: ShopAccess, method: str, url: str, params: Mapping[str, str]) -> tuple[str, Headers]:
    """The whole address and the headers that prove who we are."""
    return with_query(url, params), (("Authorization", _authorization(access, method, url, params)),)


def _authorization(access: ShopAccess, method: str, url: str, params: Mapping[str, str]) -> str:
    if access.options.get("auth") == BEARER:
        return f"Bearer {_revealed(access, TOKEN)}"
    keys = OAuthKeys(
        consumer_key=_revealed(access, CONSUMER_KEY),
        consumer_secret=_revealed(access, CONSUMER_SECRET),
        token=_revealed(access, TOKEN),
        token_secret=_revealed(access, TOKEN_SECRET),
    )
    signature = proof(keys, method, url, params)
    return "OAuth " + ", ".join(f'{name}="{escaped(value)}"' for name, value in signature.items())


def _revealed(access: ShopAccess, name: str) -> str:
    return access.credentials[name].reveal().strip()
