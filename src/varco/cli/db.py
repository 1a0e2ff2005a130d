"""`varco db`: backup of the hub's data, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from varco.cli.hub import needs_hub
from varco.cli.output import json_option, print_json
from varco.model.errors import BadInput

if TYPE_CHECKING:
    from varco.hub.config import Config
    from varco.hub.postgres import Server


@click.group()
def db() -> None:
    """Back up the data, and put a backup back."""


@db.command()
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), help="Folder; `backups` beside the data if none."
)
@json_option
def backup(to: Path | None, as_json: bool) -> None:
    """Write one file with all data. The hub may go on working. The encryption keys are not in it."""
    with _database() as (config, database):
        from varco.hub import postgres

        made = postgres.backup(database, to or config.data_dir / "backups", datetime.now(UTC))
    if as_json:
        print_json({"file": str(made), "bytes": made.stat().st_size})
        return
    click.echo(f"{made} ({made.stat().st_size // 1024} kB)")
    click.echo(_where_keys_are(config))


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def restore(file: Path, yes: bool, as_json: bool) -> None:
    """Put the backup FILE in the place of the data. What is there now is kept under another name."""
    if not yes:
        click.confirm("The data that is there now will no longer be used. Go on?", abort=True, err=True)
    with _database() as (config, database):
        from varco.hub import postgres

        _refuse_if_used(database if isinstance(database, str) else database.url)
        old = postgres.restore(database, file)
    if as_json:
        print_json({"restored": str(file), "kept_as": old})
        return
    click.echo(f"Restored. What was there before is kept as the database {old}; start the hub, or run `varco migrate`.")
    click.echo(_where_keys_are(config))


@contextmanager
def _database() -> Iterator[tuple[Config, Server | str]]:
    """Ours, started if it does not run, or the address of a foreign one. Django is not needed."""
    needs_hub()
    from varco.hub import config, postgres

    settings = config.read()
    if settings.database_url is not None:
        yield settings, settings.database_url.reveal()
        return
    with postgres.start(settings.data_dir, account=settings.db_account) as server:
        yield settings, server


def _refuse_if_used(url: str) -> None:
    """A hub that runs would write into what was just restored, by tables of another version maybe."""
    import psycopg

    with psycopg.connect(url) as connection:
        there = connection.execute("SELECT to_regclass('worker') IS NOT NULL").fetchone()
        if there is None or not there[0]:
            return
        lives = connection.execute(
            "SELECT count(*) FROM worker WHERE seen_at > now() - interval '30 seconds'"
        ).fetchone()
        if lives is not None and lives[0]:
            raise BadInput("The hub is running. Stop `varco serve` and every worker first.")


def _where_keys_are(config: Config) -> str:
    if config.secret_keys or not config.embedded:
        return "The keys in VARCO_SECRET_KEYS belong to it: keep them apart."
    from varco.hub.keys import FILE

    return f"The keys in {config.data_dir / FILE} belong to it: keep a copy of them apart."
