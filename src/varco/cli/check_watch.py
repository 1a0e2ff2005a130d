"""`varco check --watch`: the same examination again and again, until nothing stops a platform any more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from varco.doctor.history import new_findings

if TYPE_CHECKING:
    from varco.app.language import Translate
    from varco.doctor.report import Report

EVERY_S = 300.0
"""Careful: no firewall bans whoever asks a handful of questions every five minutes."""


async def watch(
    examine: Callable[[], Awaitable[Report]],
    is_over: Callable[[Report], bool],
    said: Callable[[Report, Report | None], None],
    *,
    every_s: float = EVERY_S,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> Report:
    """The last report. Each is said together with the one before it."""
    before: Report | None = None
    while True:
        report = await examine()
        said(report, before)
        if is_over(report):
            return report
        before = report
        await sleep(every_s)


def say_change(report: Report, before: Report, _: Translate) -> None:
    """One line per look, and what is different."""
    from varco.app.telling import telling

    click.echo(f"{datetime.now(UTC):%H:%M:%S} UTC  {telling(report, _).verdict}")
    for line in differences(before, report, _):
        click.echo(f"  {line}")


def differences(before: Report, now: Report, _: Translate) -> Iterator[str]:
    from varco.app.words import words

    for told in before.findings:
        if told.finding.code in new_findings(now, before):
            yield _("gone: {problem}").format(problem=words(told.finding.code, told.finding.params, _).title)
    for told in now.findings:
        if told.finding.code in new_findings(before, now):
            yield _("new: {problem}").format(problem=words(told.finding.code, told.finding.params, _).title)
    was = _cells(before)
    for place, cell in _cells(now).items():
        if place in was and was[place] != cell:
            yield f"{place}: {was[place]} → {cell}"


def _cells(report: Report) -> dict[str, str]:
    return {f"{cell.method} ({row.user_agent})": cell.told for row in report.matrix for cell in row.cells}
