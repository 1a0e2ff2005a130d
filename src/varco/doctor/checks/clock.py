"""The shop's clock, by its `Date` header: signatures carry a time, and WooCommerce accepts 15 minutes of difference."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from statistics import median
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.exchange import Exchange
from varco.model.finding import Confidence

_MOST_S: Final = 300
_ANSWERS: Final = 3
"""One answer may come out of a memory: several say the same only if the clock is wrong."""


class ShopClock:
    layer: ClassVar = Layer.AUTHENTICATION
    step: ClassVar = 82
    needs: ClassVar[frozenset[str]] = frozenset({"shop"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = ""
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        apart = [seconds for exchange in scan.said if (seconds := _seconds_apart(exchange)) is not None]
        scan.clock_apart_s = round(median(apart)) if apart else None
        if len(apart) < _ANSWERS or min(map(abs, apart)) < _MOST_S:
            return
        yield Noted(
            finding=finding("clock-wrong", Confidence.HIGH, f"the Date of {len(apart)} answers",
                            host=urlsplit(scan.target.url).hostname or "?", minutes=round(abs(median(apart)) / 60)),
            evidence=tuple(scan.said[-1:]),
        )  # fmt: skip


def _seconds_apart(exchange: Exchange) -> float | None:
    response = exchange.response
    if response is None or response.header("Age") not in ("", "0"):
        return None
    try:
        said = parsedate_to_datetime(response.header("Date"))
    except (ValueError, TypeError):
        return None
    aware: datetime = said if said.tzinfo else said.replace(tzinfo=UTC)
    return (aware - exchange.started_at).total_seconds()


CHECK = ShopClock()
