"""Backups are whole and closed to others; a restore that fails loses nothing."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from varco.hub.postgres import Server, backup, backup_before_migration, restore, temporary
from varco.model.errors import BadInput

NOW = datetime(2026, 11, 23, 20, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with temporary() as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    """With one table of three rows."""
    with psycopg.connect(running.url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 3) AS n")
    return running


def rows(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n")]


def change(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO kept VALUES (4)")


def databases(server: Server) -> set[str]:
    with psycopg.connect(server.url) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def test_a_backup_brings_back_what_was_there(server: Server, tmp_path: Path) -> None:
    made = backup(server, tmp_path / "backups", NOW)
    assert made.name == "varco-20261123T201500Z.dump"
    change(server.url)
    old = restore(server, made)
    assert rows(server.url) == [1, 2, 3]
    assert rows(server.url.replace("dbname=varco", f"dbname={old}")) == [1, 2, 3, 4]


def test_a_backup_can_be_read_by_its_owner_only(server: Server, tmp_path: Path) -> None:
    made = backup(server, tmp_path / "backups", NOW)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    assert list(made.parent.iterdir()) == [made]


def test_restoring_goes_on_while_others_are_connected(server: Server, tmp_path: Path) -> None:
    made = backup(server, tmp_path, NOW)
    change(server.url)
    with psycopg.connect(server.url) as connection:
        restore(server, made)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert rows(server.url) == [1, 2, 3]


@pytest.mark.parametrize("content", [b"", b"no backup at all", b"PGDMP\x01\x0f\x00\x04\x08"])
def test_a_restore_that_fails_loses_nothing(server: Server, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.dump"
    broken.write_bytes(content)
    change(server.url)
    before = databases(server)
    with pytest.raises(BadInput, match="pg_restore failed"):
        restore(server, broken)
    assert rows(server.url) == [1, 2, 3, 4]
    assert databases(server) == before


def test_half_a_backup_is_refused(server: Server, tmp_path: Path) -> None:
    made = backup(server, tmp_path, NOW)
    whole = made.read_bytes()
    made.write_bytes(whole[: len(whole) // 2])
    change(server.url)
    with pytest.raises(BadInput):
        restore(server, made)
    assert rows(server.url) == [1, 2, 3, 4]


def test_a_missing_backup_is_named(server: Server, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no backup .*nowhere\.dump"):
        restore(server, tmp_path / "nowhere.dump")


def test_before_a_migration_only_the_newest_are_kept(server: Server, tmp_path: Path) -> None:
    (tmp_path / "my-own.dump").touch()
    made = [backup_before_migration(server, tmp_path, NOW + timedelta(days=day), keep=2) for day in range(4)]
    assert sorted(tmp_path.iterdir()) == [tmp_path / "my-own.dump", *made[2:]]
    assert backup_before_migration(server, tmp_path, NOW + timedelta(days=9), keep=0) is None


class TestForeignServer:
    """`DATABASE_URL`: with the client programs of the PATH."""

    @pytest.fixture
    def path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        monkeypatch.setenv("PATH", str(folder))
        return folder

    def program(self, folder: Path, name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    def test_without_pg_dump_it_is_said_whose_the_backup_is(self, server: Server, tmp_path: Path, path: Path) -> None:
        with pytest.raises(BadInput, match="owner's to back up"):
            backup(server.url, tmp_path, NOW)

    def test_a_pg_dump_that_is_too_old_is_named(self, server: Server, tmp_path: Path, path: Path) -> None:
        self.program(path, "pg_dump", 'echo "pg_dump (PostgreSQL) 15.4 (Debian 15.4-1)"')
        with pytest.raises(BadInput, match="pg_dump is version 15 and the server is 18"):
            backup(server.url, tmp_path, NOW)

    def test_something_else_by_that_name_is_not_run(self, server: Server, tmp_path: Path, path: Path) -> None:
        self.program(path, "pg_dump", "echo hello")
        with pytest.raises(BadInput, match="is it PostgreSQL's"):
            backup(server.url, tmp_path, NOW)

    def test_a_server_that_does_not_answer_is_said(self, tmp_path: Path, path: Path) -> None:
        self.program(path, "pg_dump", 'echo "pg_dump (PostgreSQL) 18.4"')
        with pytest.raises(BadInput, match="does not answer") as told:
            backup("postgresql://anna:hush-hush@127.0.0.1:1/varco", tmp_path, NOW)
        assert "hush" not in str(told.value)

    def test_a_backup_that_fails_leaves_no_file(self, server: Server, tmp_path: Path, path: Path) -> None:
        self.program(
            path,
            "pg_dump",
            '[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 18.4" && exit 0; echo half; echo no ink >&2; exit 1',
        )
        with pytest.raises(BadInput, match="pg_dump failed: no ink"):
            backup(server.url, tmp_path / "backups", NOW)
        assert list((tmp_path / "backups").iterdir()) == []

    def test_the_password_stands_in_no_argument(self, server: Server, tmp_path: Path, path: Path) -> None:
        self.program(
            path,
            "pg_dump",
            'if [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) 18.4"; else echo "$* / $PGPASSWORD"; fi',
        )
        made = backup(f"{server.url} password=hush-hush", tmp_path, NOW)
        arguments, _, password = made.read_text().strip().partition(" / ")
        assert password == "hush-hush"
        assert "dbname=varco" in arguments
        assert "hush" not in arguments

    def test_with_the_right_programs_backup_and_restore_work(self, server: Server, tmp_path: Path, path: Path) -> None:
        for name in ("pg_dump", "pg_restore"):
            (path / name).symlink_to(server.binaries[name])
        made = backup(server.url, tmp_path, NOW)
        change(server.url)
        restore(server.url, made)
        assert rows(server.url) == [1, 2, 3]

    def test_a_user_who_may_not_make_databases_hears_so(self, server: Server, tmp_path: Path) -> None:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("DROP ROLE IF EXISTS small")
            connection.execute("CREATE ROLE small LOGIN")
        made = backup(server, tmp_path, NOW)
        with pytest.raises(BadInput, match="must be allowed to make databases"):
            restore(server.url.replace("user=varco", "user=small"), made)
        assert rows(server.url) == [1, 2, 3]


def test_tests_find_the_programs_of_the_wheel(server: Server) -> None:
    assert os.access(server.binaries["pg_dump"], os.X_OK)
    assert shutil.which(str(server.binaries["pg_restore"]))
