"""The installation's settings: environment variables only, read once at start and checked with clear words.

A secret `VARCO_X` can also be given as `VARCO_X_FILE`, the path of a file that holds it.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from varco.hub.keys import read_keys
from varco.model.errors import BadInput
from varco.model.secret import HIDDEN, Secret

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _text(value: str) -> str:
    return value


def _database(value: str) -> Secret:
    try:
        parts = conninfo_to_dict(value)
    except psycopg.ProgrammingError:  # whose words hold the password
        parts = {}
    if not parts.get("dbname"):
        raise ValueError("it must look like postgresql://user:password@host/name")
    return Secret(value)


def _mail_server(value: str) -> Secret:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        usable = False
    if not usable:
        raise ValueError("it must look like smtp://user:password@mail.example:587 or smtps://mail.example:465")
    return Secret(value)


def _path(value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(str(error)) from None


def _whole_number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise ValueError("must be a whole number")
    return int(value)


def _at_least_one(value: str) -> int:
    number = _whole_number(value)
    if number < 1:
        raise ValueError("must be at least 1")
    return number


def _yes_or_no(value: str) -> bool:
    known = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
    if value.lower() not in known:
        raise ValueError("must be yes or no")
    return known[value.lower()]


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("must be an address that begins with https:// or http://")
    return value.rstrip("/")


def _networks(value: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())


def _change(value: str) -> tuple[date, tuple[Network, ...]]:
    day, _, addresses = value.partition(":")
    networks = _networks(addresses)
    if not networks:
        raise ValueError("it must look like 2026-12-01: 203.0.113.9, 2001:db8::9")
    return date.fromisoformat(day.strip()), networks


def _listen(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("must end with a port, as in 127.0.0.1:8321")
    return host.strip("[]") or "127.0.0.1", int(port)


def _log_level(value: str) -> str:
    if value.upper() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return value.upper()


def default_data_dir() -> Path:
    """The user's data folder; for root, the system's."""
    if os.geteuid() == 0:
        return Path("/var/lib/varco")
    try:
        base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    except RuntimeError:
        raise BadInput("This account has no home folder: set VARCO_DATA_DIR.") from None
    return Path(base) / "varco"


def _setting(variable: str, read: Callable[[str], Any], default: Any, help_: str) -> Any:
    """A field of `Config`: its variable, how its text is read, and what it is for."""
    meta = {"variable": variable, "read": read, "help": help_}
    if callable(default):
        return field(default_factory=default, metadata=meta)
    return field(default=default, metadata=meta)


@dataclass(frozen=True, kw_only=True)
class Config:
    data_dir: Path = _setting(
        "VARCO_DATA_DIR", _path, default_data_dir, "Folder of the embedded database, keys and backups."
    )
    database_url: Secret | None = _setting(
        "DATABASE_URL",
        _database,
        None,
        "PostgreSQL to use instead of the embedded one: postgresql://user:password@host/name.",
    )
    db_account: str = _setting(
        "VARCO_DB_ACCOUNT",
        _text,
        "nobody",
        "When started by root: the existing account that runs the embedded database.",
    )
    db_pool: int = _setting("VARCO_DB_POOL", _at_least_one, 10, "Database connections per process.")
    secret_keys: tuple[Secret, ...] = _setting(
        "VARCO_SECRET_KEYS",
        read_keys,
        (),
        "Keys that encrypt credentials: base64 of 32 bytes, newest first, separated by commas.",
    )
    listen: tuple[str, int] = _setting(
        "VARCO_LISTEN", _listen, ("127.0.0.1", 8321), "Address and port of the pages and the API."
    )
    public_url: str = _setting("VARCO_PUBLIC_URL", _url, "", "Where people and shops reach the hub, with https.")
    trusted_proxies: tuple[Network, ...] = _setting(
        "VARCO_TRUSTED_PROXIES",
        _networks,
        (),
        "Addresses of the reverse proxies whose X-Forwarded headers are believed.",
    )
    allowed_networks: tuple[Network, ...] = _setting(
        "VARCO_ALLOWED_NETWORKS", _networks, (), "Private networks with shops that the hub may call; none by default."
    )
    extra_ca: Path | None = _setting(
        "VARCO_EXTRA_CA", _path, None, "PEM file of a further certificate authority to trust."
    )
    operator_url: str = _setting(
        "VARCO_OPERATOR_URL", _url, "", "Named in the User-Agent, so that a host sees whom to ask."
    )
    egress_addresses: tuple[Network, ...] = _setting(
        "VARCO_EGRESS_ADDRESSES", _networks, (), "The addresses from which this hub calls shops, for allow-lists."
    )
    egress_next: tuple[date, tuple[Network, ...]] | None = _setting(
        "VARCO_EGRESS_NEXT",
        _change,
        None,
        "The next change of these addresses, announced beforehand: a day and all addresses from then on.",
    )
    poll_interval_s: int = _setting("VARCO_POLL_INTERVAL_S", _at_least_one, 240, "Seconds between two polls of a shop.")
    webhook_poll_interval_s: int = _setting(
        "VARCO_WEBHOOK_POLL_INTERVAL_S",
        _at_least_one,
        900,
        "Seconds between two polls of a shop whose webhooks work.",
    )
    overlap_s: int = _setting(
        "VARCO_OVERLAP_S", _whole_number, 120, "How far each poll reaches back behind the last one."
    )
    quiet_s: int = _setting(
        "VARCO_QUIET_S", _whole_number, 120, "Wait after an unclear answer to a write, before looking."
    )
    lease_s: int = _setting(
        "VARCO_LEASE_S", _at_least_one, 180, "How long a worker may hold a shop without a sign of life."
    )
    in_flight: int = _setting("VARCO_IN_FLIGHT", _at_least_one, 400, "Calls to shops at one time, per worker.")
    per_address: int = _setting("VARCO_PER_ADDRESS", _at_least_one, 2, "Calls to one server address at one time.")
    smtp_url: Secret | None = _setting(
        "VARCO_SMTP_URL",
        _mail_server,
        None,
        "Mail server: smtp://user:password@host:587 (STARTTLS) or smtps://host:465.",
    )
    mail_from: str = _setting("VARCO_MAIL_FROM", _text, "varco@localhost", "Sender of the hub's e-mails.")
    ping_url: str = _setting(
        "VARCO_PING_URL", _url, "", "Called every minute while the hub is well, so that a dead one is noticed."
    )
    exchange_days: int = _setting("VARCO_EXCHANGE_DAYS", _whole_number, 30, "How long the log of calls is kept.")
    exchange_count: int = _setting(
        "VARCO_EXCHANGE_COUNT", _at_least_one, 500, "How many calls of a shop the log keeps."
    )
    raw_days: int = _setting(
        "VARCO_RAW_DAYS", _whole_number, 14, "How long the text of an unreadable order is kept, encrypted."
    )
    backups: int = _setting("VARCO_BACKUPS", _whole_number, 5, "How many backups made before a migration are kept.")
    log_level: str = _setting("VARCO_LOG_LEVEL", _log_level, "INFO", "DEBUG, INFO, WARNING or ERROR.")
    weekly_check: bool = _setting(
        "VARCO_WEEKLY_CHECK",
        _yes_or_no,
        True,
        "Whether each healthy shop is looked at once a week with a few questions.",
    )
    public_check: bool = _setting(
        "VARCO_PUBLIC_CHECK", _yes_or_no, False, "Whether anybody may have a shop examined on the page /check."
    )
    demo: bool = _setting(
        "VARCO_DEMO", _yes_or_no, False, "Set by `varco demo`: shows the demo's login on the login page."
    )

    @property
    def embedded(self) -> bool:
        """Whether we run the database ourselves."""
        return self.database_url is None


def settings() -> Iterator[tuple[Field[Any], str, str]]:
    """Each field of `Config` with its variable and what it is for."""
    for item in fields(Config):
        yield item, item.metadata["variable"], item.metadata["help"]


def read(environment: Mapping[str, str] | None = None) -> Config:
    """The settings in force; `BadInput` names the variable that cannot be right, never its value if secret."""
    environ = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for item, variable, _ in settings():
        text = _raw(environ, variable)
        if text:
            values[item.name] = _parsed(item, variable, text)
    _refuse_unknown(environ)
    return Config(**values)


def shown(config: Config) -> dict[str, str]:
    """Variable to value, secrets as `***`: what `varco config` prints."""
    return {variable: _shown(getattr(config, item.name)) for item, variable, _ in settings()}


def _raw(environ: Mapping[str, str], variable: str) -> str:
    path = environ.get(f"{variable}_FILE")
    if not path:
        return environ.get(variable, "").strip()
    if environ.get(variable):
        raise BadInput(f"{variable} and {variable}_FILE are both set: keep one of them.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadInput(f"{variable}_FILE names {path}, which cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{variable}_FILE names {path}, which is no text file.") from None


def _parsed(item: Field[Any], variable: str, text: str) -> Any:
    try:
        return item.metadata["read"](text)
    except ValueError as error:
        raise BadInput(f"{variable} cannot be used: {error}. It is: {item.metadata['help']}") from None


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    """A mistyped setting that is silently ignored is a trap."""
    known = {variable for _, variable, _ in settings()}
    for name in environ:
        if name.startswith("VARCO_") and name.removesuffix("_FILE") not in known and not name.startswith("VARCO_TEST_"):
            raise BadInput(f"{name} is not a setting of Varco. `varco config` lists them.")


def _shown(value: Any) -> str:
    match value:
        case None | () | "":
            return "-"
        case Secret():
            return HIDDEN
        case (date() as day, tuple() as networks):
            return f"{day}: {_shown(networks)}"
        case (str() as host, int() as port):
            return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        case tuple():
            return ", ".join(_shown(part) for part in value)
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
