"""How long the shop's interface takes for an answer that needs no work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from statistics import median
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.finding import Confidence

_SLOW_MS: Final = 3000
"""A page of orders takes several times as long; platforms give up after 30 s or less."""


class Speed:
    layer: ClassVar = Layer.SPEED
    step: ClassVar = 88
    needs: ClassVar[frozenset[str]] = frozenset({"shop"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = ""
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        took = [exchange.timings.total_ms for exchange in scan.said if exchange.response is not None]
        if not took or median(took) < _SLOW_MS:
            return
        yield Noted(
            finding=finding("slow-answers", Confidence.HIGH, f"median of {len(took)} answers",
                            host=urlsplit(scan.target.url).hostname or "?", seconds=round(median(took) / 1000)),
            evidence=tuple(scan.said[-1:]),
        )  # fmt: skip


CHECK = Speed()
