"""Backups: `pg_dump` into one file, and back through a fresh database, so that a failed restore loses nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, LiteralString

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
            _run(database, "pg_dump", ["-Fc"], stdout=file)
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
    name = str(conninfo_to_dict(_url(database))["dbname"])
    fresh, old = f"{name}_restored", f"{name}_before_restore"
    with _maintenance(database) as connection:
        _execute(connection, "DROP DATABASE IF EXISTS {}", fresh)
        _execute(connection, "CREATE DATABASE {}", fresh)
    try:
        _run(database, "pg_restore", ["--exit-on-error", "--no-owner", str(file)], into=fresh)
    except BadInput:
        with _maintenance(database) as connection:
            _execute(connection, "DROP DATABASE IF EXISTS {}", fresh)
        raise
    with _maintenance(database) as connection:
        _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
        with _closed(connection, name), connection.transaction():
            _execute(connection, "ALTER DATABASE {} RENAME TO {}", name, old)
            _execute(connection, "ALTER DATABASE {} RENAME TO {}", fresh, name)
        _execute(connection, "ALTER DATABASE {} ALLOW_CONNECTIONS true", old)
    return old


@contextmanager
def _maintenance(database: Server | str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection beside the database. Whoever may not make databases hears so in clear words."""
    try:
        with psycopg.connect(make_conninfo(_url(database), dbname="postgres"), autocommit=True) as connection:
            yield connection
    except psycopg.Error as error:
        raise BadInput(
            f"The database server says: {str(error).strip()}. To restore, its user must be allowed to make databases."
        ) from None


@contextmanager
def _closed(connection: psycopg.Connection[tuple[object, ...]], name: str) -> Iterator[None]:
    """Nobody is connected to it, nor can come back meanwhile; where the block fails it is opened again."""
    _execute(connection, "ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
    try:
        connection.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
    except psycopg.Error:
        _execute(connection, "ALTER DATABASE {} ALLOW_CONNECTIONS true", name)
        raise


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
    ours, theirs = _version(found), _server_version(database)
    if ours < theirs:
        raise BadInput(f"{name} is version {ours} and the server is {theirs}: install newer client programs.")
    return found


def _version(program: str) -> int:
    """The major version in `pg_dump (PostgreSQL) 18.4 (Debian …)`."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", said)
    if found is None:
        raise BadInput(f"{program} does not tell its version: is it PostgreSQL's?")
    return int(found[1])


def _server_version(database: str) -> int:
    try:
        with psycopg.connect(database) as connection:
            return connection.info.server_version // 10000
    except psycopg.OperationalError as error:
        raise BadInput(f"The database of DATABASE_URL does not answer: {str(error).strip()}") from None


def _run(
    database: Server | str,
    program: str,
    arguments: Sequence[str],
    *,
    into: str | None = None,
    stdout: IO[bytes] | int = subprocess.PIPE,
) -> None:
    """The password travels in the environment: every account of the machine can read the arguments of a program."""
    parts: dict[str, Any] = conninfo_to_dict(_url(database)) | ({"dbname": into} if into else {})
    password = parts.pop("password", None)
    result = subprocess.run(
        [_program(database, program), "-d", make_conninfo("", **parts), *arguments],
        env=os.environ | ({"PGPASSWORD": str(password)} if password else {}),
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )
    if result.returncode:
        said = result.stderr.decode(errors="replace").strip().splitlines()
        raise BadInput(f"{program} failed: {said[-1] if said else 'no reason given'}")
