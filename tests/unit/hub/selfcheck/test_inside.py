"""What the self-check finds on the machine itself."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from varco.hub import runtime
from varco.hub.models import KeyCheck
from varco.hub.selfcheck import Result, State, inside
from varco.hub.store import workers

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The data folder in force."""
    before = runtime.current()
    (tmp_path / "secret-keys").touch(0o600)
    runtime.use(dataclasses.replace(before, config=dataclasses.replace(before.config, data_dir=tmp_path)))
    yield tmp_path
    runtime.use(before)


def _result(name: str) -> Result:
    return {result.name: result for result in inside()}[name]


def test_a_sound_installation_has_no_problem(folder: Path) -> None:
    workers.sign_in(uuid4())
    (folder / "backups").mkdir()
    (folder / "backups" / "varco-20260101T000000Z.dump").touch()
    assert {result.state for result in inside()} <= {State.GOOD, State.OFF}


def test_no_worker_is_a_problem_with_what_to_start(folder: Path) -> None:
    found = _result("worker")
    assert found.state is State.PROBLEM
    assert "varco worker" in found.advice


def test_tables_that_lack_a_step_are_named_and_nothing_else_in_them_is_asked(folder: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    results = {result.name: result for result in inside()}
    assert results["schema"].state is State.PROBLEM
    assert "varco migrate" in results["schema"].advice
    assert "worker" not in results


def test_tables_of_a_newer_version_are_named(folder: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('hub', '9999_later', now())")
    found = _result("schema")
    assert found.state is State.PROBLEM
    assert "hub.9999_later" in found.says


def test_keys_that_others_can_read_are_a_problem(folder: Path) -> None:
    (folder / "secret-keys").chmod(0o644)
    found = _result("keys")
    assert found.state is State.PROBLEM
    assert "chmod 600" in found.advice


def test_keys_that_do_not_open_the_data_are_a_problem(folder: Path) -> None:
    KeyCheck.objects.create(key_id="00" * 8, check_value=b"sealed by another")
    assert _result("keys").state is State.PROBLEM


def test_an_old_backup_is_a_problem_and_none_cannot_be_judged(folder: Path) -> None:
    assert _result("backups").state is State.UNKNOWN
    (folder / "backups").mkdir()
    file = folder / "backups" / "varco-20260101T000000Z.dump"
    file.touch()
    assert _result("backups").state is State.GOOD
    old = (datetime.now(UTC) - timedelta(days=8)).timestamp()
    os.utime(file, (old, old))
    assert _result("backups").state is State.PROBLEM
