"""The entry point: finds the command by its name, and turns every failure into one line and an exit code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from varco import __version__
from varco.cli.exits import CouldNotTell, Exit
from varco.model.errors import BadInput, ShopFault, VarcoError

COMMANDS: Final = {
    "allow": "fix",
    "audit": "inside",
    "check": "check",
    "compare": "compare",
    "config": "settings",
    "db": "db",
    "demo": "demo",
    "fix": "fix",
    "integration": "integration",
    "letter": "letter",
    "logs": "inside",
    "migrate": "run",
    "orders": "orders",
    "secrets": "secrets",
    "self-check": "selfcheck",
    "serve": "run",
    "ship": "ship",
    "user": "user",
    "version": "version",
    "web": "run",
    "worker": "run",
}
"""Command to the file beside this one that holds it: only what is called is loaded."""
DATABASE_ERRORS: Final = ("OperationalError", "PoolTimeout")
"""Of psycopg and of Django: known by name, since the light installation has neither."""


class Commands(click.Group):
    """Loads a command when it is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"varco.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def varco() -> None:
    """Connects self-hosted web shops to shipping, and names the wall when a shop's server shuts it out.

    Exit codes: 0 good, 1 a problem was found, 2 wrong use, 3 could not tell.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; its exit code. No failure leaves a traceback."""
    _keep_log_from_terminal()
    try:
        outcome = varco.main(args=arguments, prog_name="varco", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return Exit.INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return Exit.GOOD
    except Exception as error:
        return _failed(error)
    return outcome if isinstance(outcome, int) else Exit.GOOD


def _keep_log_from_terminal() -> None:
    """Where a command sets up no log, Python would print what is logged, tracebacks too. With DEBUG it may."""
    ours = logging.getLogger("varco")
    if not (ours.handlers or _debugging()):
        ours.addHandler(logging.NullHandler())


def _debugging() -> bool:
    return os.environ.get("VARCO_LOG_LEVEL", "").upper() == "DEBUG"


def _failed(error: Exception) -> Exit:
    say(_sentence(error))
    if isinstance(error, BadInput):
        return Exit.WRONG_USE
    if isinstance(error, CouldNotTell) or not isinstance(error, VarcoError):
        return Exit.COULD_NOT_TELL
    return Exit.PROBLEM


def _sentence(error: Exception) -> str:
    if isinstance(error, ShopFault):
        from varco.app.language import translator
        from varco.app.words import words

        told = words(error.finding.code, error.finding.params, translator())
        return f"{told.sentence} {told.advice}"
    if isinstance(error, VarcoError):
        return str(error)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds.intersection(DATABASE_ERRORS):
        return f"The database cannot be reached: {_first_line(error)}"
    if _debugging():
        import traceback

        traceback.print_exception(error)
    return (
        f"This should not happen: {type(error).__name__}: {_first_line(error)}. "
        "Set VARCO_LOG_LEVEL=DEBUG to see where, and please report it."
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else "no reason given"


def say(sentence: str) -> None:
    """One line on standard error."""
    click.echo(f"varco: {sentence}", err=True)


def _forget_output() -> None:
    """Whoever read our output has gone: do not complain while Python closes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
