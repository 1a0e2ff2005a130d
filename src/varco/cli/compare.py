"""`varco compare`: two reports of one shop, from two places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from varco.cli.exits import Exit
from varco.cli.output import console, json_option, print_json, print_table

if TYPE_CHECKING:
    from varco.doctor.report import Report


@click.command()
@click.argument("first", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("second", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", default="", help="Language of what is found: en or it. Otherwise the terminal's.")
@json_option
def compare(first: Path, second: Path, language: str, as_json: bool) -> Exit:
    """Compare two reports (`varco check --json`) of one shop, made in two places: FIRST and SECOND.

    What differs is a rule by address: one place alone can never prove it. Exit code 1 if something differs.
    """
    from varco.app.language import translator
    from varco.app.words import words
    from varco.doctor.comparison import compare as compared

    found = compared(_read(first), _read(second))
    if as_json:
        print_json(found)
        return Exit.PROBLEM if found.finding else Exit.GOOD
    _ = translator(language)
    rows = [(each.user_agent, each.method, each.first, each.second) for each in found.differences]
    columns = [_("Name (User-Agent)"), _("Method"), first.name, second.name]
    print_table(columns, rows, empty=_("No call was answered in one place and refused in the other."))
    for name, codes in ((first.name, found.only_first), (second.name, found.only_second)):
        if codes:
            click.echo(f"{name}: {', '.join(codes)}")
    if found.finding is None:
        return Exit.GOOD
    told = words(found.finding.code, found.finding.params, _)
    out = console()
    out.print(told.title, style="bold red", markup=False, end="")
    out.print(f"  ({told.code})", markup=False)
    out.print(told.sentence, markup=False)
    out.print(told.advice, markup=False)
    return Exit.PROBLEM


def _read(path: Path) -> Report:
    import msgspec

    from varco.doctor.report import Report
    from varco.model.errors import BadInput

    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except (msgspec.DecodeError, OSError) as error:
        raise BadInput(f"{path} holds no report of `varco check --json`: {error}.") from None
