"""Writes the page of all commands from what they say of themselves: `make reference`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from varco.cli.main import varco

COMMANDS_PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "commands.md"
_HEAD: Final = """# Commands

`varco` is one program with a command for each task. `varco COMMAND --help` prints what stands here. This page is made
from the program itself by `make reference`.

**Exit codes** are the same for every command and do not change:

| code | meaning |
| --- | --- |
| 0 | good: done, or nothing wrong found |
| 1 | a problem was found, or a shop refused |
| 2 | wrong use: an argument or a setting cannot be right; nothing was done |
| 3 | could not tell: no worker, no database, no answer in time |
| 130 | ended by Ctrl-C |

**For scripts:** `--json` prints one JSON value on standard output. Problems go to standard error as one line. There is
no colour in a pipe, and `NO_COLOR` is honoured. What a command needs to know of the installation it reads from the
[settings](settings.md); where several organisations share one Varco, `--organisation` says whose data is meant.
"""


def leaves() -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, by its words."""
    return list(_below((), varco))


def _below(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is not None and not found.hidden:
            yield from _below((*path, name), found)


def commands_page() -> str:
    return "\n".join([_HEAD, *(_section(path, command) for path, command in leaves())])


def _section(path: tuple[str, ...], command: click.Command) -> str:
    words = " ".join(("varco", *path))
    usage = " ".join((words, *command.collect_usage_pieces(click.Context(command))))
    parts = [f"## `{words}`", inspect.cleandoc(command.help or ""), f"```text\n{usage}\n```"]
    options = [_option(parameter) for parameter in command.params if isinstance(parameter, click.Option)]
    if options:
        parts.append("\n".join(("| option | |", "| --- | --- |", *options)))
    return "\n\n".join(parts) + "\n"


def _option(option: click.Option) -> str:
    value = "" if option.is_flag else f" {option.make_metavar(click.Context(varco))}"
    names = ", ".join((*option.opts, *option.secondary_opts))
    default = f" Default: `{option.default}`." if option.show_default and option.default not in (None, "") else ""
    return f"| `{names}{value}` | {_cell(option.help or '')}{default} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    COMMANDS_PAGE.parent.mkdir(parents=True, exist_ok=True)
    COMMANDS_PAGE.write_text(commands_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
