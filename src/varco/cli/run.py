"""`varco serve`, `web`, `worker`, `migrate`: the hub's processes."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

import click

from varco.cli.exits import Exit
from varco.cli.hub import hub, needs_hub
from varco.cli.output import json_option, print_json

if TYPE_CHECKING:
    from varco.hub.serve import Started


@click.command()
@json_option
def serve(as_json: bool) -> None:
    """Run everything on this machine: pages, worker and, unless DATABASE_URL is set, the database.

    Listens at VARCO_LISTEN. Ends with Ctrl-C or SIGTERM.
    """
    needs_hub()
    from varco.hub import config, serve

    serve.serve(config.read(), lambda started: _told(started, as_json))
    end_process()


@click.command()
@json_option
def web(as_json: bool) -> None:
    """Run the pages and the API alone; workers run elsewhere on the same database."""
    needs_hub()
    from varco.hub import config, serve

    serve.web(config.read(), lambda started: _told(started, as_json))
    end_process()


@click.command()
@json_option
def worker(as_json: bool) -> None:
    """Run a worker alone; any number may run, on any machine, on the same database."""
    needs_hub()
    from varco.hub import config, serve

    serve.worker(config.read(), lambda: print_json({"worker": os.getpid()}) if as_json else click.echo("Working."))
    end_process()


@click.command()
@click.option("--check", is_flag=True, help="Only tell what is missing: exit code 1 if something is.")
@json_option
def migrate(check: bool, as_json: bool) -> Exit:
    """Bring the database to this version. Embedded data is backed up before."""
    with hub(fit=False):
        from varco.hub import schema

        steps = schema.pending() if check else schema.migrate()
    if as_json:
        print_json({"missing" if check else "taken": steps})
    elif check:
        click.echo("\n".join(steps) if steps else "The database fits this version.")
    else:
        click.echo(f"{len(steps)} steps taken." if steps else "Nothing to do: the database fits this version.")
    return Exit.PROBLEM if check and steps else Exit.GOOD


def _told(started: Started, as_json: bool) -> None:
    if as_json:
        print_json({"address": started.address, "first_run": started.first_run or None})
        sys.stdout.flush()
        return
    click.echo(f"Varco is at {started.address}")
    if started.first_run:
        click.echo(f"Make the first account at {started.first_run}")
    click.echo("Ctrl-C ends it.")
    sys.stdout.flush()


def end_process() -> None:
    """A name server that does not answer may hold a thread for half a minute: everything is given back, so go."""
    sys.stdout.flush()
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.current_thread()):
        os._exit(Exit.GOOD)
