"""`varco check --watch`: until nothing stops a platform, with what changed between two looks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from tests.unit.app.test_mending import report
from tests.unit.cli.running import varco
from varco.cli.check_watch import EVERY_S, differences, watch
from varco.cli.exits import Exit
from varco.doctor.report import Report

SHUT, OTHER, OPEN = report("method-refused"), report("banned-meanwhile"), report()


def watched(*reports: Report) -> tuple[Report, list[tuple[Report, Report | None]], list[float]]:
    coming: Iterator[Report] = iter(reports)
    said: list[tuple[Report, Report | None]] = []
    slept: list[float] = []

    async def examine() -> Report:
        return next(coming)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    def is_over(found: Report) -> bool:
        return not found.findings

    last = asyncio.run(watch(examine, is_over, lambda now, before: said.append((now, before)), sleep=sleep))
    return last, said, slept


def test_it_ends_when_nothing_stops_us_any_more() -> None:
    last, said, slept = watched(SHUT, SHUT, OPEN, SHUT)
    assert last is OPEN
    assert said == [(SHUT, None), (SHUT, SHUT), (OPEN, SHUT)]
    assert slept == [EVERY_S, EVERY_S]


def test_its_pace_is_careful() -> None:
    assert EVERY_S >= 300


def test_what_changed_is_named() -> None:
    assert list(differences(SHUT, OTHER, str)) == ["gone: Method refused", "new: Banned while asking"]
    assert list(differences(SHUT, SHUT, str)) == []


def test_it_is_for_people_and_not_for_programs() -> None:
    done = varco("check", "http://127.0.0.1:9", "--watch", "--json")
    assert done.returncode == Exit.WRONG_USE
    assert "leave out --json" in done.stderr
