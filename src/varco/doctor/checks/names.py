"""Each further name of the identity, on the same question that the first one was answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Answer, NotAsked, Scan
from varco.model.exchange import Exchange
from varco.model.finding import Confidence

_NOT_THE_NAME: Final = ("rate-limited", "server-down")
"""What a server says when it has had enough is not about the name."""


class Names:
    layer: ClassVar = Layer.SERVER
    step: ClassVar = 40
    needs: ClassVar[frozenset[str]] = frozenset({"server"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "whether each of the platform's names passes"
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        passed: Answer | None = None
        for agent in scan.agents:
            answer = await _asked(scan, agent)
            if answer.passed:
                passed = passed or answer
            elif answer.refused and answer.finding is not None and answer.finding.code in _NOT_THE_NAME:
                yield Noted(finding=answer.finding, evidence=(answer.exchange,))
            elif answer.refused:
                yield _refused(scan, agent, answer.exchange, passed.exchange if passed else None)


async def _asked(scan: Scan, agent: str) -> Answer:
    if scan.platform is None:
        raise NotAsked("the shop's software is not known")
    probe = next(probe for probe in scan.platform.probes(scan.base_url, agent) if probe.request.method == "GET")
    answer = await scan.ask(probe)
    scan.cells["GET", agent] = answer
    return answer


def _refused(scan: Scan, agent: str, refused: Exchange, passed: Exchange | None) -> Noted:
    told = str(refused.response.status) if refused.response else refused.failure.kind if refused.failure else "?"
    rests_on = "the same call under another name passes" if passed else "the shop's index passes under this name"
    return Noted(
        finding=finding("refused-name", Confidence.HIGH if passed else Confidence.MEDIUM, rests_on, agent=agent,
                        host=urlsplit(scan.base_url).hostname or "?", how=told),
        evidence=(refused, passed) if passed else (refused,),
        proven=passed is not None,
    )  # fmt: skip


CHECK = Names()
