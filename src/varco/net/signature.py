"""How a product's own block page looks. Each product is one file in `signatures/`, with where its marks are told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import msgspec

from varco.model.exchange import Response
from varco.net import signatures

LOOKED_AT = 20_000
"""Bytes of a body that are searched: block pages are short."""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """All given marks must be there. What only says that a product is in the path is no signature."""

    product: str
    code: str
    """The finding: `robot-test`, `service-block`, `refused-by-server` …"""
    source: str
    """A page, or "measured" with the version."""
    statuses: tuple[int, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """Name, and a regular expression that its value holds; the empty one matches any value."""
    no_headers: tuple[str, ...] = ()
    body: str = ""
    """A regular expression; its group `reference` names the event in the product's log."""

    def match(self, response: Response) -> dict[str, str] | None:
        """None, or what the marks tell beyond the product."""
        if self.statuses and response.status not in self.statuses:
            return None
        names = {name.lower() for name, _ in response.headers}
        if any(name.lower() in names for name in self.no_headers):
            return None
        if not all(_header_matches(response, name, pattern) for name, pattern in self.headers):
            return None
        found = re.search(self.body, _text(response), re.IGNORECASE | re.DOTALL)
        return None if found is None else {key: value for key, value in found.groupdict().items() if value}


def _header_matches(response: Response, name: str, pattern: str) -> bool:
    present = any(key.lower() == name.lower() for key, _ in response.headers)
    return present and bool(re.search(pattern, response.header(name), re.IGNORECASE))


def _text(response: Response) -> str:
    return response.body[:LOOKED_AT].decode("utf-8", "replace")


@cache
def all_signatures() -> Sequence[Signature]:
    """Services first (a page of Cloudflare may come through nginx), then servers' stock pages."""
    found: list[Signature] = []
    for module in sorted(iter_modules(signatures.__path__), key=lambda info: info.name):
        found += import_module(f"{signatures.__name__}.{module.name}").SIGNATURES
    servers = ("refused-by-server", "method-refused", "server-down", "rate-limited", "request-too-large")
    return sorted(found, key=lambda signature: signature.code in servers)


def matching(response: Response) -> tuple[Signature, dict[str, str]] | None:
    """The first signature that the answer bears."""
    for signature in all_signatures():
        told = signature.match(response)
        if told is not None:
            return signature, told
    return None
