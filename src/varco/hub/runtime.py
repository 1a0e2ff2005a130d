"""What this process runs with: settings, keys and the database. Set once, before Django is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from varco.hub.config import Config
from varco.hub.keys import FILE, Keyring, keys_in, new_key
from varco.model.clock import SYSTEM_CLOCK, Clock
from varco.model.errors import BadInput
from varco.model.secret import Secret


@dataclass(frozen=True, kw_only=True)
class Runtime:
    config: Config
    keys: Sequence[Secret]
    database: str
    """A libpq connection string."""
    pooled: bool = True
    clock: Clock = SYSTEM_CLOCK

    @cached_property
    def keyring(self) -> Keyring:
        config = self.config
        beside_data = config.embedded and not config.secret_keys and (config.data_dir / FILE).exists()
        return Keyring(self.keys, partial(keys_in, config.data_dir / FILE) if beside_data else None)


class MailSettings(TypedDict, total=False):
    host: str
    port: int
    user: str
    password: str
    starttls: bool
    ssl: bool


_current: Runtime | None = None


def use(runtime: Runtime) -> None:
    """Make it this process's runtime. Tests may call it again; a running hub does not."""
    global _current  # noqa: PLW0603  the one place where a process keeps what it runs with
    _current = runtime


def current() -> Runtime:
    """The runtime in force. Tools that only look at the tables (type checker, migrations) get a bare one."""
    if _current is None:
        return Runtime(config=Config(data_dir=Path("/nonexistent")), keys=[new_key()], database="dbname=varco")
    return _current


def clock() -> Clock:
    return current().clock


def keyring() -> Keyring:
    return current().keyring


def package_folder(package_file: str | None) -> Path:
    if package_file is None:
        raise BadInput("The package varco is not installed as files; install it as a wheel or from a checkout.")
    return Path(package_file).parent


PREPARED_AFTER = 5
"""Executions after which psycopg keeps a statement's plan: planning one that stores a page costs a third of running it.
Django never does; this is for our own statements (`store.bulk`), since Django binds its own in the client."""
_DJANGO_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def database_parts(conninfo: Mapping[str, Any]) -> dict[str, str]:
    """Django's names for the parts of a connection string."""
    return {django: str(conninfo.get(libpq) or "") for libpq, django in _DJANGO_NAMES.items()}


def database_options(runtime: Runtime) -> dict[str, Any]:
    """TLS and other options of the URL, and the pool."""
    parts = conninfo_to_dict(runtime.database)
    rest: dict[str, Any] = {key: value for key, value in parts.items() if key not in _DJANGO_NAMES}
    rest["prepare_threshold"] = PREPARED_AFTER
    if runtime.pooled:
        rest["pool"] = {"min_size": 1, "max_size": runtime.config.db_pool, "timeout": 10, "max_idle": 60}
    return rest


def mail_settings(config: Config) -> tuple[str, MailSettings]:
    """Django's backend and its parameters, from `VARCO_SMTP_URL`."""
    if config.smtp_url is None:
        return "django.core.mail.backends.dummy.EmailBackend", {}
    parts = urlsplit(config.smtp_url.reveal())
    tls = parts.scheme == "smtps"
    return "django.core.mail.backends.smtp.EmailBackend", {
        "host": parts.hostname or "",
        "port": parts.port or (465 if tls else 587),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "starttls": not tls and parts.port != 25,
        "ssl": tls,
    }
