"""`varco logs` and `varco audit`: on the shop's own server, offline. Work without the hub."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from varco.cli.exits import Exit
from varco.inside.options import AUDIT, AUDIT_HELP, LOGS, LOGS_HELP, Option
from varco.model.errors import BadInput

Command = TypeVar("Command", bound=Callable[..., Any])


def _options(options: Sequence[Option]) -> Callable[[Command], Command]:
    def added(command: Command) -> Command:
        for option in reversed(options):
            if option.metavar:
                shown = bool(option.default)
                made = click.option(
                    option.name, metavar=option.metavar, default=option.default, show_default=shown, help=option.help
                )
            else:
                made = click.option(option.name, option.key, is_flag=True, help=option.help)
            command = made(command)
        return command

    return added


@click.command(help=LOGS_HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@_options(LOGS)
def logs(files: tuple[str, ...], **options: Any) -> Exit:
    return _done("logs", files, options)


@click.command(help=AUDIT_HELP)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_options(AUDIT)
def audit(paths: tuple[str, ...], **options: Any) -> Exit:
    return _done("audit", paths, options)


def _done(name: str, paths: Sequence[str], options: dict[str, Any]) -> Exit:
    from varco.app.inside import known
    from varco.inside import face
    from varco.inside.errors import WrongUse

    try:
        return Exit(getattr(face, name)(paths, options, known()))
    except WrongUse as error:
        raise BadInput(str(error)) from None
