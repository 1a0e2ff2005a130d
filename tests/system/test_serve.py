"""`varco serve`, `web`, `worker` as processes: first start, end, crash, several at once."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.system.processes import Running, data_folder, free_port, processes_in, started, until
from tests.unit.cli.running import varco
from varco.cli.exits import Exit
from varco.hub import postgres
from varco.hub.keys import new_key


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as made:
        yield made


def settings(folder: Path, **more: str) -> dict[str, str]:
    return {"VARCO_DATA_DIR": str(folder), **more}


def connect(folder: Path) -> psycopg.Connection[tuple[object, ...]]:
    """To the embedded database of a hub that runs."""
    return psycopg.connect(host=str(folder / "run"), user="varco", dbname="varco", autocommit=True)


def _workers(folder: Path) -> object:
    with connect(folder) as database:
        row = database.execute("SELECT count(*) FROM worker").fetchone()
    return row[0] if row else None


def test_first_start_leads_to_the_set_up_and_ends_in_time(folder: Path) -> None:
    with started("serve", folder) as hub:
        until(hub.is_well, "the worker lives")
        link = re.search(r"http://127\.0\.0\.1:\d+(/setup/\?token=\S+)", hub.said)
        assert link is not None
        assert hub.get(link[1])[0] == 200
        status, headers, _ = hub.get("/login/")
        assert (status, headers["location"]) == (302, "/setup/")
        assert "server" not in headers
        code, took_s = hub.end()
    assert code == Exit.GOOD
    assert took_s < 5
    assert processes_in(folder) == []


def test_ctrl_c_ends_it_too_and_quietly(folder: Path) -> None:
    with started("serve", folder) as hub:
        code, took_s = hub.end(signal.SIGINT)
        assert (code, took_s < 5) == (Exit.GOOD, True)
        assert "Traceback" not in hub.said


def test_told_to_end_while_it_starts_it_gives_the_database_back(folder: Path) -> None:
    assert varco("migrate", settings=settings(folder)).returncode == Exit.GOOD
    hub = Running("serve", folder, free_port(), {})
    until((folder / "pg18" / "postmaster.pid").exists, "the database starts")
    code, _ = hub.end()
    assert code == Exit.GOOD
    assert processes_in(folder) == []


def test_after_kill_9_it_starts_again_with_its_data(folder: Path) -> None:
    with started("serve", folder) as hub:
        made = varco(
            "user", "create", "anna@shop.example", "--organisation", "Bottega", settings=settings(folder), typed=""
        )
        assert made.returncode == Exit.GOOD, made.stderr
        hub.process.kill()
        hub.process.wait()
    assert processes_in(folder), "the database outlives its killed owner"
    with started("serve", folder) as hub:
        until(hub.is_well, "everything lives again")
        assert hub.get("/login/")[0] == 200
        assert "first account" not in hub.said
        assert hub.end()[0] == Exit.GOOD
    assert processes_in(folder) == []


def test_pages_and_workers_run_apart_on_one_database(folder: Path) -> None:
    assert varco("migrate", settings=settings(folder)).returncode == Exit.GOOD
    with started("web", folder) as first, started("web", folder) as second:
        assert first.get("/healthz")[0] == 503, "no worker yet"
        with started("worker", folder, port=1), started("worker", folder, port=2):
            until(lambda: first.is_well() and second.is_well(), "both see a worker")
            until(lambda: _workers(folder) == 2, "both workers signed in")
        assert _workers(folder) == 0, "a worker that ends in order signs out"
    assert processes_in(folder) == []


def test_two_first_starts_at_once_both_come_up(folder: Path) -> None:
    hubs = [Running("serve", folder, free_port(), {}) for _ in range(2)]
    for hub in hubs:
        until(hub.is_well, "both live")
    assert [hub.end()[0] for hub in hubs] == [Exit.GOOD, Exit.GOOD]
    assert processes_in(folder) == []


def test_a_killed_database_is_started_again_and_the_worker_comes_back(folder: Path) -> None:
    with started("serve", folder) as hub:
        until(hub.is_well, "the worker lives")
        with connect(folder) as database:
            before = database.execute("SELECT token FROM worker").fetchall()
        psutil.Process(int((folder / "pg18" / "postmaster.pid").read_text().splitlines()[0])).kill()

        def another_life() -> bool:
            try:
                with connect(folder) as database:
                    now = database.execute("SELECT token FROM worker").fetchall()
            except psycopg.Error:
                return False
            return bool(set(now) - set(before))

        until(another_life, "a worker signs in anew")
        assert hub.get("/login/")[0] == 302
        assert hub.end()[0] == Exit.GOOD


def test_a_foreign_database_needs_its_keys_and_works_the_same(folder: Path) -> None:
    with postgres.temporary() as foreign:
        url = {"DATABASE_URL": f"postgresql:///{foreign.database}?host={foreign.socket_dir}&user={foreign.user}"}
        refused = varco("serve", settings=settings(folder, **url))
        assert refused.returncode == Exit.WRONG_USE
        assert "VARCO_SECRET_KEYS" in refused.stderr
        url["VARCO_SECRET_KEYS"] = new_key().reveal()
        with started("serve", folder, settings=url) as hub:
            until(hub.is_well, "everything lives")
            code, took_s = hub.end()
        assert (code, took_s < 5) == (Exit.GOOD, True)
        other = varco("worker", settings=settings(folder, **(url | {"VARCO_SECRET_KEYS": new_key().reveal()})))
        assert other.returncode == Exit.WRONG_USE
        assert "none of the keys" in other.stderr


def test_tables_that_are_not_ready_are_refused(folder: Path) -> None:
    for command in ("web", "worker"):
        answer = varco(command, settings=settings(folder, VARCO_LISTEN=f"127.0.0.1:{free_port()}"))
        assert answer.returncode == Exit.WRONG_USE
        assert "varco migrate" in answer.stderr


def test_tables_of_a_newer_version_are_refused(folder: Path) -> None:
    assert varco("migrate", settings=settings(folder)).returncode == Exit.GOOD
    with postgres.start(folder) as server, psycopg.connect(server.url, autocommit=True) as database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('hub', '9999_later', now())")
    answer = varco("serve", settings=settings(folder, VARCO_LISTEN=f"127.0.0.1:{free_port()}"))
    assert answer.returncode == Exit.WRONG_USE
    assert "newer version" in answer.stderr


def test_data_is_backed_up_before_a_migration(folder: Path) -> None:
    first = varco("migrate", "--json", settings=settings(folder))
    assert first.returncode == Exit.GOOD
    assert not (folder / "backups").exists(), "nothing was there to back up"
    with postgres.start(folder) as server, psycopg.connect(server.url, autocommit=True) as database:
        database.execute("DROP TABLE django_session")
        database.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert varco("migrate", "--check", settings=settings(folder)).returncode == Exit.PROBLEM
    assert varco("migrate", settings=settings(folder)).returncode == Exit.GOOD
    assert len(list((folder / "backups").glob("varco-*.dump"))) == 1
    assert varco("migrate", "--check", settings=settings(folder)).returncode == Exit.GOOD
    assert len(list((folder / "backups").glob("varco-*.dump"))) == 1, "nothing to do, nothing to back up"


def test_a_taken_port_is_said_before_anything_is_started(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = varco("serve", settings=settings(folder, VARCO_LISTEN=f"127.0.0.1:{port}"))
    assert answer.returncode == Exit.WRONG_USE
    assert f"127.0.0.1:{port} is taken" in answer.stderr
    assert not (folder / "pg18").exists()
