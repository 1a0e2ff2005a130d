"""A shop registered with http:// though its https works: all travels openly, and redirects swallow what is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.finding import Confidence


class Encryption:
    layer: ClassVar = Layer.TLS
    step: ClassVar = 65
    needs: ClassVar[frozenset[str]] = frozenset({"server"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "whether the shop could be called by https"
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        parts = urlsplit(scan.base_url)
        if parts.scheme != "http":
            return
        host = parts.hostname or "?"
        if parts.port is None:
            encrypted = await scan.look(f"https{scan.base_url.removeprefix('http')}/", scan.agents[0])
            if encrypted.response is not None and encrypted.response.status < 400:
                yield Noted(
                    finding=finding("https-there-too", Confidence.CERTAIN, "the home page opens by https", host=host),
                    evidence=(encrypted,),
                )
                return
        yield Noted(finding=finding("insecure-http", Confidence.CERTAIN, "the shop answers by http", host=host))


CHECK = Encryption()
