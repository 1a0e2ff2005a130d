"""Backups: `pg_dump` into one file, and back through a fresh database, so that a failed restore loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from varco.hub.postgres.launcher import Server
from varco.model.errors import BadInput

SUFFIX: Final = ".dump"


def backup(database: Server | str, folder: Path, now: datetime) -> Path:
    """One file, named by its UTC time, readable by its owner only. `database` is ours, or a connection string."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"varco-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
    partial = target.with_suffix(".part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _run([_program(database, "pg_dump"), "-Fc", "-d", _url(database)], stdout=file)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def backup_before_migration(server: Server, folder: Path, now: datetime, keep: int) -> Path | None:
    """A backup of the embedded data, and only the newest `keep` of them; None where the settings want none."""
    if keep == 0:
        return None
    made = backup(server, folder, now)
    for old in sorted(folder.glob(f"varco-*{SUFFIX}"))[:-keep]:
        old.unlink()
    return made


def restore(database: Server | str, file: Path) -> str:
    """Put the backup in the place of what is there; the name under which the old database is kept.

    1. The backup is read into a fresh database.  2. Names are swapped.  The old one stays until it is dropped by hand.
    """
    if not file.is_file():
        raise BadInput(f"There is no backup {file}.")
    name = conninfo_to_dict(_url(database)).get("dbname")
    fresh, old = f"{name}_restored", f"{name}_before_restore"
    maintenance = make_conninfo(_url(database), dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        _execute(connection, "DROP DATABASE IF EXISTS {}", fresh)
        _execute(connection, "CREATE DATABASE {}", fresh)
    target = make_conninfo(_url(database), dbname=fresh)
    try:
        _run([_program(database, "pg_restore"), "--exit-on-error", "--no-owner", "-d", target, str(file)])
    except BadInput:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            _execute(connection, "DROP DATABASE IF EXISTS {}", fresh)
        raise
    with psycopg.connect(maintenance, autocommit=True) as connection:
        _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [name],
        )
        _execute(connection, "ALTER DATABASE {} RENAME TO {}", str(name), old)
        _execute(connection, "ALTER DATABASE {} RENAME TO {}", fresh, str(name))
    return old


def _execute(connection: psycopg.Connection[tuple[object, ...]], statement: LiteralString, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _url(database: Server | str) -> str:
    return database if isinstance(database, str) else database.url


def _program(database: Server | str, name: str) -> str:
    """Ours for our own server; for another one the PATH's, if it is not older than that server."""
    if isinstance(database, Server):
        return str(database.binaries[name])
    found = shutil.which(name)
    if found is None:
        raise BadInput(
            f"{name} is not installed here. The database of DATABASE_URL is its owner's to back up and restore, or "
            "install PostgreSQL's client programs."
        )
    version = _version(found)
    with psycopg.connect(database) as connection:
        server = connection.info.server_version // 10000
    if version < server:
        raise BadInput(f"{name} is version {version} and the server is {server}: install newer client programs.")
    return found


def _version(program: str) -> int:
    """The major version in `pg_dump (PostgreSQL) 18.4 (Debian …)`."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.partition(")")[2].split()[0].partition(".")[0])


def _run(command: Sequence[str], stdout: IO[bytes] | int = subprocess.PIPE) -> None:
    result = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, check=False)
    if result.returncode:
        said = result.stderr.decode(errors="replace").strip().splitlines()
        raise BadInput(f"{Path(command[0]).name} failed: {said[-1] if said else 'no reason given'}")
