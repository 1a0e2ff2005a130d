"""The shop's home page as a visitor gets it: whether anything speaks HTTP there, and where it sends us."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, Final
from urllib.parse import urljoin, urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.exchange import Exchange
from varco.model.finding import Confidence
from varco.net.diagnose import diagnose

_REDIRECTS: Final = (301, 302, 303, 307, 308)
_MOST_HOPS: Final = 5


class FrontPage:
    layer: ClassVar = Layer.REDIRECT
    step: ClassVar = 20
    needs: ClassVar[frozenset[str]] = frozenset({"connection"})
    applies_to: ClassVar[frozenset[str]] = frozenset()

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        url, agent = f"{scan.target.url}/", scan.agents[0]
        hops = [await scan.look(url, agent)]
        for _ in range(_MOST_HOPS):
            location = _location(hops[-1])
            if not location.startswith(("http://", "https://")):
                break
            hops.append(await scan.look(location, agent))
        scan.front_page = hops[-1]
        if hops[-1].response is not None:
            scan.reached.add("answer")
        if _location(hops[-1]):
            yield Noted(
                finding=finding("redirect-circle", Confidence.CERTAIN, f"{len(hops)} redirects and no end",
                                host=urlsplit(url).hostname or "?"),
                evidence=tuple(hops[:3]),
                instead_of=("redirected",),
            )  # fmt: skip
        elif hops[-1].failure is not None:
            found = diagnose(hops[-1])
            for noted in _led_astray(hops):
                yield noted
            if found is not None:
                yield Noted(finding=found, evidence=(hops[-1],))
                if found.code == "connection-dropped":
                    scan.reached.add("answer")  # a rule may hang up on our name alone: the next questions tell


def _led_astray(hops: Sequence[Exchange]) -> list[Noted]:
    """A redirect to where nobody answers."""
    if len(hops) < 2:
        return []
    told = diagnose(hops[-2])
    return [Noted(finding=told, evidence=tuple(hops[-2:]))] if told is not None else []


def _location(exchange: Exchange) -> str:
    response = exchange.response
    if response is None or response.status not in _REDIRECTS:
        return ""
    return urljoin(exchange.request.url, response.header("Location"))


CHECK = FrontPage()
