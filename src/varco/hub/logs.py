"""The log of a process: one line per event on standard error, without the installation's secrets."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final
from urllib.parse import unquote, urlsplit

from varco.hub.config import Config
from varco.model.secret import HIDDEN, Secret

_TALKATIVE: Final = ("procrastinate", "waitress", "asyncio", "psycopg.pool", "django.request", "fontTools", "fpdf")
"""Others' loggers that tell at INFO or WARNING what is no event of ours: heard from ERROR on, or all with DEBUG."""
_SHORTEST_SECRET: Final = 6


class OneLine(logging.Formatter):
    """A line per event. An error tells what and where; its whole traceback comes with DEBUG only."""

    def __init__(self, secrets: Sequence[str], *, whole: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = sorted(secrets, key=len, reverse=True)
        self._whole = whole

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).strftime(datefmt or "%Y-%m-%dT%H:%M:%SZ")

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, error, trace = ei
        if kind is None:
            return ""
        if self._whole:
            return super().formatException(ei)
        places = traceback.extract_tb(trace)[-3:]
        where = " < ".join(f"{Path(place.filename).name}:{place.lineno} {place.name}" for place in reversed(places))
        return f"{kind.__name__}: {error} ({where})"

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text if self._whole else " | ".join(text.splitlines())


def configure(config: Config, *, level: str = "") -> None:
    """Of the whole process, at the level of the settings or another one."""
    wanted = level or config.log_level
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(secrets_of(config), whole=wanted == "DEBUG"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(wanted)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.DEBUG if wanted == "DEBUG" else logging.ERROR)


def secrets_of(config: Config) -> list[str]:
    """Every text that a log must not hold: keys, and the passwords within addresses."""
    whole = [*config.secret_keys, *(s for s in (config.database_url, config.smtp_url) if s is not None)]
    texts = [secret.reveal() for secret in whole]
    texts += [word for secret in whole for word in _password(secret)]
    return [text for text in texts if len(text) >= _SHORTEST_SECRET]


def _password(address: Secret) -> list[str]:
    try:
        password = urlsplit(address.reveal()).password
    except ValueError:
        return []
    return [password, unquote(password)] if password else []
