"""Whether the tables fit this version, and how they are brought to it: one process at a time, after a backup."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from varco.hub import postgres, runtime
from varco.hub.config import Config
from varco.model.errors import BadInput

_LOCK: Final = int.from_bytes(b"varco-db")
"""Any number that nobody else uses."""

log = logging.getLogger(__name__)


def pending() -> list[str]:
    """The steps that are missing, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _ in plan]


def unknown() -> list[str]:
    """Steps that were taken and that this version does not know: a newer one took them."""
    loader = MigrationLoader(connection)
    taken = loader.applied_migrations.keys() - loader.disk_migrations.keys()
    return sorted(f"{app}.{name}" for app, name in taken if app in loader.migrated_apps)


def require() -> None:
    """`BadInput` if the tables do not fit this version."""
    _refuse_newer()
    if pending():
        raise BadInput("The database is not ready for this version of Varco. Run `varco migrate` first.")


def migrate() -> list[str]:
    """Take the missing steps, and tell which. Processes that start together wait for each other.

    Embedded data is backed up before; a foreign database is its owner's to back up.
    """
    with _alone():
        _refuse_newer()
        steps = pending()
        if not steps:
            return []
        _back_up()
        call_command("migrate", interactive=False, verbosity=0)
        log.info("the database was brought to this version: %d steps", len(steps))
    return steps


def _refuse_newer() -> None:
    newer = unknown()
    if newer:
        raise BadInput(
            f"The database was used by a newer version of Varco ({newer[-1]}). Install that version again, or restore "
            "a backup made before."
        )


@contextmanager
def _alone() -> Iterator[None]:
    """The lock is a transaction's on a connection of its own, so that it works behind a connection pooler too."""
    with psycopg.connect(runtime.current().database) as other:
        other.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        other.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def _back_up() -> None:
    config = runtime.current().config
    if not config.embedded or not MigrationLoader(connection).applied_migrations:
        return
    with postgres.start(config.data_dir, account=config.db_account) as server:
        made = postgres.backup_before_migration(server, backup_folder(config), runtime.clock().now(), config.backups)
    if made is not None:
        log.info("the data was backed up before: %s", made)


def backup_folder(config: Config) -> Path:
    return config.data_dir / "backups"
