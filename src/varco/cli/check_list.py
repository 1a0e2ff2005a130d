"""`varco check --list`: many shops, one JSON report per line, and a table of them all at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TextIO

import click

from varco.cli.exits import Exit

if TYPE_CHECKING:
    from varco.app.language import Translate
    from varco.doctor.report import Report

CODE = "same-server"
AT_ONCE = 4
"""Shops that are examined at the same time: each of them is asked one question after the other."""


def addresses_in(file: TextIO) -> list[str]:
    """One per line; empty lines and those that begin with # are left out."""
    lines = (line.strip() for line in file)
    return [line for line in lines if line and not line.startswith("#")]


async def examine_all(
    urls: Sequence[str], examine: Callable[[str], Awaitable[Report]], said: Callable[[Report], None]
) -> list[Report]:
    """Each report is said as soon as it is there."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(url: str) -> Report:
        async with turns:
            report = await examine(url)
        said(report)
        return report

    return list(await asyncio.gather(*map(one, urls)))


def say(report: Report) -> None:
    import msgspec

    click.echo(msgspec.json.encode(report).decode())


def show_table(reports: Sequence[Report], _: Translate) -> None:
    """On standard error, so that the reports can go into a file."""
    from rich.table import Table
    from rich.text import Text

    from varco.app.words import words
    from varco.cli.output import console
    from varco.doctor.grouping import groups

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in (_("Address"), _("Orders"), _("Tracking"), _("Problem")):
        table.add_column(column, overflow="fold")
    for report in reports:
        main = report.main
        title = words(main.finding.code, main.finding.params, _).title if main else "-"
        colours = (report.colour_of("import"), report.colour_of("write-back"))
        table.add_row(*map(Text, (report.url, *colours, title)))
    out = console(err=True)
    out.print(table)
    for group in groups(reports):
        out.print()
        told = words(CODE, {"count": len(group.urls), "server": group.server, "names": ", ".join(group.urls)}, _)
        out.print(f"{told.sentence}  ({group.code})", markup=False)
        out.print(told.advice, markup=False)


def worst_exit(reports: Sequence[Report], exit_of: Callable[[Report], Exit]) -> Exit:
    exits = {exit_of(report) for report in reports}
    return next((each for each in (Exit.PROBLEM, Exit.COULD_NOT_TELL) if each in exits), Exit.GOOD)
