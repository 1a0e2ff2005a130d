"""The start of a process, in a process of its own: settings, database, keys, Django."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from varco.hub.keys import FILE, new_key

CODE = """
from varco.hub.boot import booted
from varco.hub.config import read
from varco.model.errors import BadInput
try:
    with booted(read()) as state:
        from django.db import connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), current_setting('server_encoding')")
            print(*cursor.fetchone(), state.config.embedded, len(state.keys))
except BadInput as error:
    print(error)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vt") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def started(place: Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VARCO_", "DJANGO_"))}
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", CODE],
        env={**kept, "VARCO_DATA_DIR": str(place / "data"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in process.stderr, process.stderr
    return process.stdout.strip()


def test_an_empty_folder_is_enough_and_is_left_at_rest(place: Path) -> None:
    assert started(place) == "varco UTF8 True 1"
    keys = (place / "data" / FILE).read_text()
    assert not (place / "data" / "pg18" / "postmaster.pid").exists()
    assert started(place) == "varco UTF8 True 1"
    assert (place / "data" / FILE).read_text() == keys


def test_a_foreign_database_needs_keys_of_its_own(place: Path) -> None:
    said = started(place, DATABASE_URL="postgresql://anna:hush-hush@127.0.0.1:1/varco")
    assert "VARCO_SECRET_KEYS" in said
    assert "hush" not in said


def test_a_wrong_setting_is_said_before_anything_is_made(place: Path) -> None:
    assert "VARCO_SECRET_KEYS" in started(place, VARCO_SECRET_KEYS=new_key().reveal()[:-2])
    assert not (place / "data").exists()
