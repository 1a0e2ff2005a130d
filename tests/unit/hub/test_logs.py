"""The log: a line per event, and no secret in it."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from varco.hub.config import read
from varco.hub.logs import OneLine, secrets_of

DATABASE = "postgresql://hub:p%40ssword@db.example/hub"
KEY = "A" * 43 + "="


def _record(message: str, error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("varco.hub", logging.ERROR, __file__, 1, message, (), info)


def _raised(make: Callable[[], object]) -> Exception:
    try:
        make()
    except ValueError as error:
        return error
    raise AssertionError


def _broken() -> None:
    raise ValueError("first\nsecond")


def test_an_error_is_one_line_with_its_place() -> None:
    line = OneLine([], whole=False).format(_record("it broke", _raised(_broken)))
    assert "\n" not in line
    assert "it broke" in line
    assert "ValueError: first" in line
    assert "test_logs.py" in line
    assert "_broken" in line


def test_debugging_shows_the_whole_traceback() -> None:
    assert "Traceback (most recent call last)" in OneLine([], whole=True).format(_record("x", _raised(_broken)))


def test_times_are_utc() -> None:
    record = _record("x")
    record.created = 0
    assert OneLine([], whole=False).format(record).startswith("1970-01-01T00:00:00Z ERROR varco.hub: x")


def test_secrets_of_the_settings_are_taken_out() -> None:
    config = read(
        {"DATABASE_URL": DATABASE, "VARCO_SECRET_KEYS": KEY, "VARCO_SMTP_URL": "smtp://a:mail-word@m.example"}
    )
    formatter = OneLine(secrets_of(config), whole=False)
    line = formatter.format(_record(f"cannot use {DATABASE}, p@ssword, p%40ssword, {KEY}, mail-word"))
    for secret in ("p@ssword", "p%40ssword", KEY, "mail-word"):
        assert secret not in line


def test_a_secret_too_short_to_search_for_does_not_blacken_the_log(tmp_path: Path) -> None:
    config = dataclasses.replace(read({"VARCO_SMTP_URL": "smtp://a:e@mail.example"}), data_dir=tmp_path)
    assert OneLine(secrets_of(config), whole=False).format(_record("seen here")).endswith("seen here")


@pytest.mark.parametrize("name", ["procrastinate", "waitress"])
def test_talkative_libraries_are_heard_from_errors_on(name: str) -> None:
    from varco.hub import logs

    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        logs.configure(read({}))
        assert logging.getLogger(name).getEffectiveLevel() == logging.ERROR
        assert logging.getLogger("varco").getEffectiveLevel() == logging.INFO
    finally:
        logging.getLogger().handlers[:], _ = before
        logging.getLogger().setLevel(before[1])
