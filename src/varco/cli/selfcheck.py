"""`varco self-check`: what is wrong with the installation itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import click

from varco.cli.exits import Exit
from varco.cli.hub import hub
from varco.cli.output import console, json_option, print_json

if TYPE_CHECKING:
    from varco.hub.selfcheck import Result

_COLOURS: Final = {"good": "green", "problem": "red", "could-not-tell": "yellow", "off": "dim"}


@click.command()
@click.option("--mail-to", default="", metavar="ADDRESS", help="Also send a test mail there.")
@json_option
def self_check(mail_to: str, as_json: bool) -> Exit:
    """Look at the installation: address, proxy, callback, clock, mail, disk, worker, tables, keys, backups.

    Exit code 1 if something is wrong, 3 if something could not be told.
    """
    with hub(fit=False):
        from varco.hub import selfcheck

        results = selfcheck.inside()
        if all(result.name != "schema" or result.state == "good" for result in results):
            results += asyncio.run(selfcheck.outside(selfcheck.facts(mail_to)))
    if as_json:
        print_json(results)
    else:
        _show(results)
    return exit_of(results)


def exit_of(results: list[Result]) -> Exit:
    states = {result.state.value for result in results}
    if "problem" in states:
        return Exit.PROBLEM
    return Exit.COULD_NOT_TELL if "could-not-tell" in states else Exit.GOOD


def _show(results: list[Result]) -> None:
    out = console()
    for result in results:
        out.print(f"{result.state.value:<14}", style=_COLOURS[result.state.value], end="", markup=False)
        out.print(f"  {result.title}: {result.says}", markup=False)
        if result.advice:
            out.print(f"{'':<14}  {result.advice}", markup=False)
