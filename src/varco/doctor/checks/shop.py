"""Which shop software answers under the identity's name, and at which address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.recognise import by_its_pages, recognise
from varco.doctor.scan import Scan
from varco.model.errors import ShopFault
from varco.model.exchange import Exchange
from varco.model.finding import Confidence, Severity


class ShopSoftware:
    layer: ClassVar = Layer.APPLICATION
    step: ClassVar = 30
    needs: ClassVar[frozenset[str]] = frozenset({"answer"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "which shop software answers"
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        if scan.stopped or scan.platform is not None:
            return
        scan.fault = await recognise(scan, scan.agents[0])
        if scan.fault is not None and by_its_pages(scan, scan.fault):
            scan.hidden, scan.fault = scan.fault, None
            scan.reached |= {"shop", "server"}
            if not scan.target.credentials:
                yield Noted(finding=scan.hidden.finding, evidence=evidence_of(scan.hidden), severity=Severity.AMBER)
        elif scan.fault is not None:
            yield Noted(finding=scan.fault.finding, evidence=evidence_of(scan.fault))
        elif scan.answering is not None:
            scan.reached |= {"shop", "server"}
            for noted in _moved(scan.target.url, scan.answering.base_url):
                yield noted


def evidence_of(fault: ShopFault) -> tuple[Exchange, ...]:
    return (fault.exchange,) if fault.exchange else ()


def _moved(asked: str, final: str) -> list[Noted]:
    if asked == final:
        return []
    old, new = urlsplit(asked), urlsplit(final)
    if old.hostname == new.hostname and old.scheme != new.scheme and old.path == new.path:
        code = "moved-to-https"
    elif (old.hostname or "").removeprefix("www.") == (new.hostname or "").removeprefix("www."):
        code = "moved-to-other-name" if old.hostname != new.hostname else "redirected"
    else:
        code = "redirected"
    told = finding(
        code, Confidence.CERTAIN, "redirects of the interface's index", host=old.hostname or "?", location=final
    )
    return [Noted(finding=told, severity=Severity.AMBER)]


CHECK = ShopSoftware()
