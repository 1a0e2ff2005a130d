"""A shop's address as people type it, made into one that can be called."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from yarl import URL

from varco.model.errors import BadInput

_SCHEME: Final = re.compile(r"^([a-z][a-z0-9+.-]*):(?!\d+(/|$))", re.IGNORECASE)
"""`localhost:8080` is a host with a port, and no scheme."""
_HOST: Final = re.compile(r"^([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$|^[0-9a-f:.]*:[0-9a-f:.]*$", re.IGNORECASE)
"""A name with its labels as long as DNS allows, or an address of IPv6."""


def shop_address(text: str) -> str:
    """The shop's home without a trailing slash: https where nothing is said, names of other alphabets as DNS has them.

    `BadInput` says what cannot be.
    """
    typed = text.strip()
    if not typed:
        raise BadInput("Give the shop's address, such as https://shop.example.")
    if any(letter.isspace() for letter in typed):
        raise BadInput(f"The address {typed!r} has a space in it: an address has none.")
    url = _url(typed if _SCHEME.match(typed) else f"https://{typed}", typed)
    host = url.raw_host or ""
    port = f":{url.explicit_port}" if url.explicit_port else ""
    shown = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{shown}{port}{url.raw_path}".rstrip("/")


def _url(address: str, typed: str) -> URL:
    """Refuses what is no http address: each with its own words."""
    scheme = address.partition(":")[0].lower()
    if scheme not in ("http", "https"):
        raise BadInput(f"{scheme}: is not the beginning of a shop's address. It begins with https:// or http://.")
    try:
        parts = urlsplit(address)
        url = URL(address)
        named = bool(url.raw_host) and bool(_HOST.match(str(url.raw_host))) and parts.port != 0
    except ValueError:
        named, url, parts = False, URL(), urlsplit("")
    if parts.username is not None or parts.password is not None:
        raise BadInput("Give the address alone, without a name or a password in it.")
    if not named:
        raise BadInput(f"{typed} is no address that can be called. It should look like https://shop.example.")
    return url
