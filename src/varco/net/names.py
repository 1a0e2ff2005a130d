"""Name resolution with a short memory, so that asking for a server's address before a call costs nothing twice."""

from __future__ import annotations

import socket
import time
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

KEPT_S: Final = 30.0
"""Shorter than any sensible change of a shop's address; long enough for one import page after the other."""


class Names(AbstractResolver):
    """aiohttp's resolver, remembered for `KEPT_S`."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()
        self._known: dict[tuple[str, int], tuple[float, list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        key = (host, port)
        until, found = self._known.get(key, (0.0, []))
        if time.monotonic() < until:
            return found
        found = await self._resolver.resolve(host, port, family)
        self._forget_old()
        self._known[key] = (time.monotonic() + KEPT_S, found)
        return found

    async def close(self) -> None:
        await self._resolver.close()

    def _forget_old(self) -> None:
        if len(self._known) > 10_000:
            now = time.monotonic()
            self._known = {key: value for key, value in self._known.items() if value[0] > now}


async def addresses_of(names: Names, host: str, port: int) -> list[str]:
    """Where a host leads, sorted; literal addresses in every spelling too. Raises `OSError`."""
    try:
        literal = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)  # asks nobody, so it does not block
        return [str(literal[0][4][0])]
    except socket.gaierror:
        return sorted(result["host"] for result in await names.resolve(host, port))
