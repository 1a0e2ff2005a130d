"""The services in front of the shop, which let everything through: good to know, and no verdict."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.doctor.services import fronts
from varco.model.finding import Confidence


class InFront:
    layer: ClassVar = Layer.EDGE
    step: ClassVar = 80
    needs: ClassVar[frozenset[str]] = frozenset({"answer"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = ""
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        responses = [exchange.response for exchange in scan.said if exchange.response is not None]
        for product in fronts(responses):
            yield Noted(
                finding=finding("service-in-front", Confidence.CERTAIN, "a mark that each of its answers bears",
                                product=product, host=urlsplit(scan.target.url).hostname or "?")
            )  # fmt: skip


CHECK = InFront()
