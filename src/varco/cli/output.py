"""How answers are shown: tables and plain lines for people, JSON for programs. No colour where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

Command = TypeVar("Command", bound=Callable[..., Any])

UNBROKEN: Final = 10_000
"""Columns of a pipe: lines are never broken there."""


def json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(command)


def print_json(value: object) -> None:
    """Times as ISO 8601, decimals as text."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def console(*, err: bool = False) -> Console:
    """Rich decides about colour: none in a pipe, none with NO_COLOR."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    width = None if stream.isatty() else UNBROKEN
    return Console(file=stream, width=width, highlight=False, soft_wrap=True)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """Nothing is cut off: on a narrow screen cells are folded."""
    if not rows:
        click.echo(empty, err=True)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    console().print(table)


def print_pairs(pairs: Mapping[str, object]) -> None:
    """Names and values below each other."""
    longest = max(map(len, pairs), default=0)
    for name, value in pairs.items():
        click.echo(f"{name:<{longest}}  {_cell(value)}".rstrip())


def _cell(value: object) -> str:
    if value is None or value == "":
        return "-"
    return str(value)
