"""Which shop software answers under the identity's name, and at which address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.recognise import recognise
from varco.doctor.scan import Scan
from varco.model.finding import Confidence, Severity


class ShopSoftware:
    layer: ClassVar = Layer.APPLICATION
    step: ClassVar = 30
    needs: ClassVar[frozenset[str]] = frozenset({"answer"})
    applies_to: ClassVar[frozenset[str]] = frozenset()

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        if scan.stopped:
            return
        scan.fault = await recognise(scan, scan.agents[0])
        if scan.fault is not None:
            said = scan.fault.exchange
            yield Noted(finding=scan.fault.finding, evidence=(said,) if said else ())
        elif scan.answering is not None:
            scan.reached.add("shop")
            for noted in _moved(scan.target.url, scan.answering.base_url):
                yield noted


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
