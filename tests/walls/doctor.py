"""Examinations of walls, and the score over all of them: cause, code that must be found, code that was."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.docs.pages import DOCS
from tests.walls.calls import ALLOWED, PATIENCE_S, door
from varco.app.check import identity_named, target_of
from varco.doctor.report import Colour, Report
from varco.doctor.runner import examine
from varco.doctor.scan import CAREFUL, Limits
from varco.model.exchange import Exchange, Request
from varco.model.finding import Confidence, Severity
from varco.net.reach import reach

EVERYTHING: Final = Limits(pause_s=0, refusals=60)
"""As a thorough run, without its waiting: nobody bans us here."""
MANNERS: Final = (CAREFUL, EVERYTHING)
RIGHT: Final = {"careful": 0.80, "thorough": 0.95}
"""What part of the set-ups must have exactly the codes that name the cause at its finest."""
ENOUGH: Final = 50
"""So many set-ups make a part worth telling."""
SAID: Final = frozenset(("insecure-http", "service-in-front"))
"""Not causes: that the sandbox speaks plain http, and which service lets us through."""
STOPS_NOTHING: Final = frozenset(
    ("method-refused", "method-cut-off", "methods-read-only", "methods-rule-set", "methods-seven-g", "pace-limited")
)
"""For the hub, which writes to WooCommerce by POST."""
PAGE: Final = DOCS / "develop" / "told.md"
_HEAD: Final = """# What the doctor made of real walls

Written by `make walls` with `VARCO_WALLS_TABLE=1`. Each line is a set-up in the real software with a shop behind it:
the codes that must be found, and what a careful and a thorough run found. A dash means that nothing is wrong, or that
what was asked shows nothing.

| set-up | must be found | careful | thorough |
| --- | --- | --- | --- |
"""


async def no_time(_seconds: float) -> None:
    """Nothing is waited for."""


async def examined(
    url: str,
    limits: Limits,
    extra_ca: Path | None = None,
    rest: Callable[[float], Awaitable[object]] = no_time,
) -> Report:
    """As the hub, from this machine."""
    async with door(extra_ca) as client:

        async def send(request: Request) -> Exchange:
            return await client.send(request, key="walls")

        target = target_of(url, identity_named("varco"), platform="woocommerce")
        reached = await reach(url, allowed_networks=ALLOWED, extra_ca=extra_ca, patience_s=PATIENCE_S)
        return await examine(target, send, limits=limits, reach=reached, sleep=rest)


def causes(report: Report) -> list[str]:
    return sorted(told.finding.code for told in report.findings if told.finding.code not in SAID)


@dataclass(frozen=True)
class Judged:
    setup: str
    manner: str
    expected: Sequence[str]
    report: Report

    @property
    def wrongly_certain(self) -> list[str]:
        """Codes that were called certain and are not the cause."""
        return [
            told.finding.code
            for told in self.report.findings
            if told.finding.confidence is Confidence.CERTAIN and told.finding.code not in {*self.expected, *SAID}
        ]

    @property
    def is_wrong_colour(self) -> bool:
        """Green though something stops us, or red though nothing does."""
        stopped = bool(set(self.expected) - STOPS_NOTHING)
        green = self.report.colour_of("import") is self.report.colour_of("write-back") is Colour.GREEN
        red = any(told.severity is Severity.RED for told in self.report.findings)
        return green if stopped else red


@dataclass
class Scores:
    judged: list[Judged] = field(default_factory=list)

    def add(self, setup: str, limits: Limits, expected: Sequence[str], report: Report) -> None:
        self.judged.append(Judged(setup, limits.manner, expected, report))

    def judge(self) -> None:
        """Over all set-ups of the run."""
        known = {(each.setup, each.manner): each for each in self.judged}
        for manner, part in RIGHT.items():
            made = [each for each in self.judged if each.manner == manner]
            wrong = [each.setup for each in made if causes(each.report) != list(_expected(known, each.setup))]
            assert len(made) < ENOUGH or len(wrong) <= (1 - part) * len(made), (manner, wrong)
        assert not [(each.setup, each.wrongly_certain) for each in self.judged if each.wrongly_certain]
        assert not [(each.setup, each.manner) for each in self.judged if each.is_wrong_colour]

    def write(self) -> None:
        """The table, where it is asked for."""
        if os.environ.get("VARCO_WALLS_TABLE") != "1" or not self.judged:
            return
        found = {(each.setup, each.manner): each for each in self.judged}
        rows = [
            f"| {setup} | {_codes(_expected(found, setup))} | "
            f"{' | '.join(_codes(_found(found, setup, manner)) for manner in RIGHT)} |"
            for setup in sorted({each.setup for each in self.judged})
        ]
        PAGE.write_text(_HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def _expected(found: dict[tuple[str, str], Judged], setup: str) -> Sequence[str]:
    """What a thorough run must find is the cause at its finest."""
    return (found.get((setup, "thorough")) or found[setup, "careful"]).expected


def _found(found: dict[tuple[str, str], Judged], setup: str, manner: str) -> Sequence[str]:
    each = found.get((setup, manner))
    return causes(each.report) if each else []


def _codes(codes: Sequence[str]) -> str:
    return ", ".join(f"[{code}](../findings/{code}.md)" for code in codes) or "–"
