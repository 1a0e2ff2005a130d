"""How long a page of orders takes: read twice as an import reads it, one order and then a whole page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.report import PageTime
from varco.doctor.scan import Scan
from varco.model.errors import ShopFault
from varco.model.finding import Confidence

_SLOW_MS: Final = 10_000
"""Platforms give up after 30 s or less, and the next page may be heavier."""


class Reads:
    layer: ClassVar = Layer.SPEED
    step: ClassVar = 74
    needs: ClassVar[frozenset[str]] = frozenset({"orders"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "how long a page of orders takes"
    mild: ClassVar = False

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        platform = scan.platform
        if platform is None or platform.orders is None or platform.time_zone is None:
            return
        for whole in (False, True):
            before = len(scan.said)
            try:
                count = await platform.orders(scan.base_url, scan.agents[0], scan.send, whole)
            except ShopFault as fault:
                yield Noted(finding=fault.finding, evidence=(fault.exchange,) if fault.exchange else (), proven=True)
                return
            took_ms = sum(made.timings.total_ms for made in scan.said[before:])
            scan.lists += scan.said[before : before + 1]
            scan.total = scan.total if whole else count
            count = count if whole else min(count, 1)
            scan.pages.append(PageTime(orders=count, took_ms=took_ms))
            if took_ms >= _SLOW_MS:
                told = finding("slow-pages", Confidence.HIGH, f"{count} orders, as an import reads them", orders=count,
                               host=urlsplit(scan.base_url).hostname or "?", seconds=round(took_ms / 1000))  # fmt: skip
                yield Noted(finding=told, evidence=tuple(scan.said[-1:]))
        scan.purpose = "in which time zone the shop lives"
        scan.time_zone = await platform.time_zone(scan.base_url, scan.agents[0], scan.send)


CHECK = Reads()
