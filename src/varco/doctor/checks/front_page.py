"""The shop's home page as a visitor gets it: whether anything speaks HTTP there, and where it sends us.

Under a browser's name: a rule that lets a platform in opens the interface to its names, and nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.doctor.target import BROWSER
from varco.model.exchange import Exchange
from varco.model.finding import Confidence
from varco.net.diagnose import diagnose
from varco.net.redirect import followed, is_usable

_REDIRECTS: Final = (301, 302, 303, 307, 308)
_MOST_HOPS: Final = 5
_PERHAPS_A_RULE: Final = ("connection-dropped", "answer-timeout")
"""A rule may do this to some names or paths alone: the interface itself is asked, and tells."""


class FrontPage:
    layer: ClassVar = Layer.REDIRECT
    step: ClassVar = 20
    needs: ClassVar[frozenset[str]] = frozenset({"connection"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "what a visitor of the shop is given"
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        hops = [await scan.look(f"{scan.target.url}/", BROWSER)]
        while len(hops) <= _MOST_HOPS and _leads_on(hops[-1]):
            hops.append(await scan.look(_location(hops[-1]), BROWSER))
        scan.front_page = hops[-1]
        told = diagnose(hops[-1])
        if hops[-1].response is not None or (told is not None and told.code in _PERHAPS_A_RULE):
            scan.reached.add("answer")
        for noted in _noted(hops):
            yield noted


def _noted(hops: Sequence[Exchange]) -> list[Noted]:
    last = hops[-1]
    told = diagnose(last)
    if _leads_on(last):
        host = urlsplit(hops[0].request.url).hostname or "?"
        circle = finding("redirect-circle", Confidence.CERTAIN, f"{len(hops)} redirects and no end", host=host)
        return [Noted(finding=circle, evidence=tuple(hops[:3]), instead_of=("redirected",))]
    if told is None or told.code in _PERHAPS_A_RULE or (last.failure is None and not _is_redirect(last)):
        return []
    astray = diagnose(hops[-2]) if len(hops) > 1 else None
    found = [Noted(finding=astray, evidence=tuple(hops[-2:]))] if astray is not None else []
    return [*found, Noted(finding=told, evidence=(last,))]


def _is_redirect(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.status in _REDIRECTS


def _leads_on(exchange: Exchange) -> bool:
    response = exchange.response
    return (
        response is not None
        and response.status in _REDIRECTS
        and is_usable(exchange.request.url, response.header("Location"))
    )


def _location(exchange: Exchange) -> str:
    response = exchange.response
    return followed(exchange.request.url, response.header("Location")) if response is not None else ""


CHECK = FrontPage()
