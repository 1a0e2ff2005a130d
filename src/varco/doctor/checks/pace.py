"""Calls in quick succession, as an import of many pages makes them: whether they pass, and whether they must wait.

Only in a thorough run, last of all, and no further than the first refusal: one refusal bans nobody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from statistics import median
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import CouldNotTell, Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Answer, Scan
from varco.model.finding import Confidence
from varco.model.probe import Probe

_CALLS: Final = 8
"""mod_evasive's usual limit is two in a second, nginx's examples have bursts of five."""
_WAITED_MS: Final = 700
"""A limit of one call per second makes each wait about so long."""


class Pace:
    layer: ClassVar = Layer.EDGE
    step: ClassVar = 92
    needs: ClassVar[frozenset[str]] = frozenset({"server"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "whether calls in quick succession pass"
    mild: ClassVar = False

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        if scan.limits.refusals == 1:
            raise CouldNotTell("not tested: calls in quick succession may run into a limit")
        plain = scan.cells.get(("GET", scan.agents[0]))
        if plain is None or not plain.passed or scan.platform is None:
            return
        answers = await scan.in_a_row(_probes(scan))
        host, last = urlsplit(scan.base_url).hostname or "?", answers[-1]
        if last.refused:
            told = finding("pace-limited", Confidence.HIGH, "the same calls pass with pauses", host=host,
                           passed=len(answers) - 1, how=_how(last))  # fmt: skip
            yield Noted(finding=told, evidence=(last.exchange, plain.exchange), proven=True,
                        instead_of=("rate-limited",))  # fmt: skip
        elif _waits(answers, plain):
            seconds = f"{answers[-1].exchange.timings.total_ms / 1000:.1f}"
            told = finding("pace-slowed", Confidence.MEDIUM, "the same calls are answered faster with pauses",
                           host=host, seconds=seconds)  # fmt: skip
            yield Noted(finding=told, evidence=(last.exchange, plain.exchange), proven=True)


def _probes(scan: Scan) -> list[Probe]:
    """Each at another path that nothing answers, so that no memory does."""
    found = []
    for _ in range(_CALLS):
        asked = scan.platform.probes(scan.base_url, scan.agents[0]) if scan.platform else ()
        found += [probe for probe in asked if probe.request.method == "GET"][:1]
    return found


def _waits(answers: Sequence[Answer], plain: Answer) -> bool:
    """The last ones take much longer than one alone did."""
    took = median(answer.exchange.timings.total_ms for answer in answers[-3:])
    return took >= plain.exchange.timings.total_ms + _WAITED_MS


def _how(answer: Answer) -> str:
    response, failure = answer.exchange.response, answer.exchange.failure
    return str(response.status) if response else failure.kind.value if failure else "?"


CHECK = Pace()
