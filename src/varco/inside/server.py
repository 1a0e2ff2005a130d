"""`varco-server.pyz`: `logs` and `audit` on a server where nothing can be installed."""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
from typing import Callable, Sequence

from varco.inside import face
from varco.inside.errors import WrongUse
from varco.inside.known import Known, known_from
from varco.inside.options import AUDIT, AUDIT_HELP, LOGS, LOGS_HELP, Option

_INTERRUPTED = 130
_OLDEST = (3, 8)


def main(arguments: Sequence[str] | None = None) -> int:
    """Its exit code; no failure leaves a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] = stream.reconfigure  # type: ignore[union-attr]
        reconfigure(errors="replace")
    known = known_from((pkgutil.get_data("varco.inside", "known.json") or b"").decode())
    try:
        status = _run(arguments, known)
        sys.stdout.flush()
    except WrongUse as error:
        sys.stderr.write(f"varco-server: {error}\n")
        return 2
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _run(arguments: Sequence[str] | None, known: Known) -> int:
    parser = argparse.ArgumentParser(
        prog="varco-server", description="Looks at a shop's server from the inside. Changes nothing and calls nobody."
    )
    parser.add_argument("--version", action="version", version=known.version)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _command(commands, "logs", LOGS_HELP, LOGS, face.logs)
    _command(commands, "audit", AUDIT_HELP, AUDIT, face.audit)
    options = vars(parser.parse_args(arguments))
    do: Callable[..., int] = options.pop("do")
    return do(options.pop("paths"), options, known)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    text: str,
    options: Sequence[Option],
    do: Callable[..., int],
) -> None:
    command = commands.add_parser(
        name,
        help=text.split("\n", 1)[0],
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("paths", nargs="+", metavar="FILE" if name == "logs" else "PATH")
    for option in options:
        if option.metavar:
            command.add_argument(
                option.name, dest=option.key, metavar=option.metavar, default=option.default, help=option.help
            )
        else:
            command.add_argument(option.name, dest=option.key, action="store_true", help=option.help)
    command.set_defaults(do=do)
