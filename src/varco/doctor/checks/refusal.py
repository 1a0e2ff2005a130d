"""The interface was refused under our name. What a browser is told there tells a rule about names from one about us.

Where that passes, the name is what is refused. Where it is refused too, the home page tells a closed path from a closed
door; and what is left is a rule about addresses, countries or reputation, of which nobody outside can be sure.
Where the home page was refused under a browser's name already, nothing more is asked: a third refusal teaches nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.recognise import recognise
from varco.doctor.scan import REFUSALS, Answer, Scan, is_refusal
from varco.doctor.target import BROWSER
from varco.model.exchange import Exchange, header
from varco.model.finding import Confidence
from varco.model.probe import AnsweredBy
from varco.net.diagnose import diagnose

_BY_A_SERVICE = ("service-block", "robot-test")
_SAID_BY_ITSELF = ("rate-limited", "server-down", "answer-timeout", *_BY_A_SERVICE)
"""Codes that already name what it is: the comparison only adds whether our name matters."""


class Refusal:
    layer: ClassVar = Layer.SERVER
    step: ClassVar = 32
    needs: ClassVar[frozenset[str]] = frozenset({"answer"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "whether a browser's name is refused as well"
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        refused = scan.fault.exchange if scan.fault is not None else None
        if refused is None or scan.fault is None or not is_refusal(refused):
            return
        code, agent = scan.fault.finding.code, header(refused.request.headers, "User-Agent")
        page = scan.front_page
        if page is not None and page.failure is not None:
            return  # nobody is let in at all: the fault says so itself
        compared = page if page is not None and is_refusal(page) else await scan.look(refused.request.url, BROWSER)
        if not is_refusal(compared) and compared.failure is None:
            if code == "server-down":
                return
            scan.cells["GET", agent] = Answer(exchange=refused, by=AnsweredBy.INTERMEDIARY, finding=diagnose(refused))
            yield _by_name(scan, refused, compared, agent)
            await recognise(scan, BROWSER)
        elif code not in _SAID_BY_ITSELF:
            yield _for_everybody(scan, refused, compared)


def _by_name(scan: Scan, refused: Exchange, compared: Exchange, agent: str) -> Noted:
    told = diagnose(refused)
    if told is not None and told.code in _BY_A_SERVICE:
        return Noted(finding=told, evidence=(refused, compared), proven=True, instead_of=(told.code,))
    return Noted(
        finding=finding("refused-name", Confidence.HIGH, "the same call under a browser's name passes", agent=agent,
                        host=_host(scan), how=how(refused)),
        evidence=(refused, compared),
        proven=True,
        instead_of=tuple(REFUSALS),
    )  # fmt: skip


def _for_everybody(scan: Scan, refused: Exchange, compared: Exchange) -> Noted:
    """A page that opens beside an interface that does not: the path is closed."""
    page = scan.front_page
    if page is not None and page.response is not None and page.response.status < 400:
        told = finding("path-closed", Confidence.HIGH, "the home page opens from the same place, the interface does "
                       "not, whatever the name", host=_host(scan), path=urlsplit(refused.request.url).path,
                       how=how(refused))  # fmt: skip
        return Noted(finding=told, evidence=(refused, compared), instead_of=tuple(REFUSALS))
    told = finding("refused-from-here", Confidence.MEDIUM, "refused whatever the name", host=_host(scan),
                   how=how(refused))  # fmt: skip
    return Noted(finding=told, evidence=(refused, compared), instead_of=tuple(REFUSALS))


def _host(scan: Scan) -> str:
    return urlsplit(scan.target.url).hostname or "?"


def how(exchange: Exchange) -> str:
    """What the caller was told, in as few letters as can be: `403`, `connection-dropped`."""
    if exchange.response is not None:
        return str(exchange.response.status)
    return exchange.failure.kind.value if exchange.failure else "?"


CHECK = Refusal()
