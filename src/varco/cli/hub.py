"""Entering the hub from a command: is it installed, does its database fit, whose data is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from varco.model.errors import BadInput

if TYPE_CHECKING:
    from varco.hub.models import Organisation
    from varco.hub.runtime import Runtime

Command = TypeVar("Command", bound=Callable[..., Any])

ACTOR: Final = "command line"
"""Who did it, in the history of an order."""


def needs_hub() -> None:
    """`BadInput` in a light installation."""
    if any(find_spec(name) is None for name in ("django", "procrastinate", "psycopg", "cryptography", "waitress")):
        raise BadInput('This command needs the hub: install "varco[hub]".')


@contextmanager
def hub(*, fit: bool = True) -> Iterator[Runtime]:
    """The database runs and Django is ready. `BadInput` says what is wrong; `fit` False lets unfit tables pass."""
    needs_hub()
    from varco.hub import boot, config, logs

    settings = config.read()
    logs.configure(settings, level="DEBUG" if settings.log_level == "DEBUG" else "WARNING")
    with boot.booted(settings, pooled=False) as state:
        if fit:
            from varco.hub import schema
            from varco.hub.store import secrets

            schema.require()
            secrets.check_keys()
        yield state


def organisation_option(command: Command) -> Command:
    return click.option("--organisation", default="", help="Whose data, where there are several organisations.")(
        command
    )


def organisation_named(name: str) -> Organisation:
    """The only one, or the named one. `BadInput` tells which there are."""
    from varco.hub.models import Organisation

    rows = Organisation.objects.order_by("name", "pk")
    found = list(rows.filter(name__iexact=name) if name else rows[:20])
    if len(found) == 1:
        return found[0]
    names = ", ".join(rows.values_list("name", flat=True)[:20])
    if not names:
        raise BadInput(
            "There is no organisation yet: open the address that `varco serve` prints, or `varco user create`."
        )
    if not name:
        raise BadInput(f"There are several organisations: say --organisation with one of: {names}.")
    raise BadInput(f"There is {'no' if not found else 'more than one'} organisation {name}. There are: {names}.")


def needs_worker() -> None:
    """`CouldNotTell` if no worker lives: what a person would wait for would not come."""
    from varco.cli.exits import CouldNotTell
    from varco.hub.store import workers

    if not workers.alive():
        raise CouldNotTell("No worker is running, so nothing would happen. Start `varco serve` or `varco worker`.")
