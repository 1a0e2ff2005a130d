"""The settings: every variable, its file, and clear words about what cannot be."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from ipaddress import ip_network
from pathlib import Path

import pytest

from varco.hub import config, runtime
from varco.hub.config import Config, read, settings, shown
from varco.hub.keys import new_key
from varco.model.errors import BadInput
from varco.model.secret import Secret

KEYS = ",".join(new_key().reveal() for _ in range(2))
URL = "postgresql://anna:hush-hush@db.example/varco?sslmode=require"
MAIL = "smtp://anna:hush-hush@mail.example:587"
GOOD: dict[str, tuple[str, object]] = {
    "VARCO_DATA_DIR": ("/srv/a b", Path("/srv/a b")),
    "DATABASE_URL": (URL, Secret(URL)),
    "VARCO_DB_ACCOUNT": ("postgres", "postgres"),
    "VARCO_DB_POOL": ("7", 7),
    "VARCO_SECRET_KEYS": (KEYS, tuple(Secret(key) for key in KEYS.split(","))),
    "VARCO_LISTEN": ("[::1]:80", ("::1", 80)),
    "VARCO_PUBLIC_URL": ("https://hub.example/", "https://hub.example"),
    "VARCO_TRUSTED_PROXIES": ("10.0.0.1, fd00::/8", (ip_network("10.0.0.1"), ip_network("fd00::/8"))),
    "VARCO_ALLOWED_NETWORKS": ("192.168.7.0/24", (ip_network("192.168.7.0/24"),)),
    "VARCO_EXTRA_CA": ("/etc/ca.pem", Path("/etc/ca.pem")),
    "VARCO_OPERATOR_URL": ("https://who.example", "https://who.example"),
    "VARCO_EGRESS_ADDRESSES": ("198.51.100.7", (ip_network("198.51.100.7"),)),
    "VARCO_EGRESS_NEXT": ("2026-12-01: 203.0.113.9", (date(2026, 12, 1), (ip_network("203.0.113.9"),))),
    "VARCO_POLL_INTERVAL_S": ("60", 60),
    "VARCO_WEBHOOK_POLL_INTERVAL_S": ("1800", 1800),
    "VARCO_OVERLAP_S": ("0", 0),
    "VARCO_QUIET_S": ("5", 5),
    "VARCO_LEASE_S": ("30", 30),
    "VARCO_IN_FLIGHT": ("10", 10),
    "VARCO_PER_ADDRESS": ("1", 1),
    "VARCO_SMTP_URL": (MAIL, Secret(MAIL)),
    "VARCO_MAIL_FROM": ("hub@shop.example", "hub@shop.example"),
    "VARCO_PING_URL": ("https://ping.example/x", "https://ping.example/x"),
    "VARCO_EXCHANGE_DAYS": ("1", 1),
    "VARCO_EXCHANGE_COUNT": ("20", 20),
    "VARCO_RAW_DAYS": ("0", 0),
    "VARCO_BACKUPS": ("0", 0),
    "VARCO_WEEKLY_CHECK": ("no", False),
    "VARCO_PUBLIC_CHECK": ("yes", True),
    "VARCO_LOG_LEVEL": ("debug", "DEBUG"),
    "VARCO_DEMO": ("yes", True),
}
BAD = [
    ("DATABASE_URL", "hush-hush nonsense"),
    ("DATABASE_URL", "postgresql://anna:hush-hush@db.example"),
    ("VARCO_DB_POOL", "0"),
    ("VARCO_DB_POOL", "²"),
    ("VARCO_POLL_INTERVAL_S", "-1"),
    ("VARCO_OVERLAP_S", "two minutes"),
    ("VARCO_OVERLAP_S", "99999999999"),
    ("VARCO_SECRET_KEYS", "hush-hush"),
    ("VARCO_LISTEN", "localhost"),
    ("VARCO_LISTEN", "127.0.0.1:99999"),
    ("VARCO_PUBLIC_URL", "hub.example"),
    ("VARCO_PUBLIC_URL", "https://hub.example:port"),
    ("VARCO_PUBLIC_URL", "ftp://hub.example"),
    ("VARCO_TRUSTED_PROXIES", "10.0.0.1/8"),
    ("VARCO_ALLOWED_NETWORKS", "intranet"),
    ("VARCO_EXTRA_CA", "~no-such-account-here/ca.pem"),
    ("VARCO_SMTP_URL", "mail.example"),
    ("VARCO_SMTP_URL", "smtp://anna:hush-hush@mail.example:mail"),
    ("VARCO_LOG_LEVEL", "loud"),
    ("VARCO_DEMO", "perhaps"),
]


def test_the_table_of_this_test_names_every_setting() -> None:
    assert GOOD.keys() == {variable for _, variable, _ in settings()}


@pytest.mark.parametrize("variable", GOOD)
def test_every_variable_is_read(variable: str) -> None:
    text, value = GOOD[variable]
    name = next(item.name for item, found, _ in settings() if found == variable)
    assert getattr(read({variable: f" {text}\n"}), name) == value


@pytest.mark.parametrize("variable", GOOD)
def test_every_variable_can_stand_in_a_file(variable: str, tmp_path: Path) -> None:
    (tmp_path / "value").write_text(f"{GOOD[variable][0]}\n", encoding="utf-8")
    assert read({f"{variable}_FILE": str(tmp_path / "value")}) == read({variable: GOOD[variable][0]})


def test_every_setting_says_what_it_is_for_in_a_sentence() -> None:
    assert all(text.endswith(".") and len(text) > 10 for _, _, text in settings())
    assert len(fields(Config)) == len(GOOD)


def test_without_any_variable_the_defaults_hold() -> None:
    found = read({"PATH": "/bin", "VARCO_TEST_SHOP": "https://shop.example", "VARCO_PUBLIC_URL": ""})
    assert found == Config()
    assert found.embedded


def test_a_value_and_its_file_are_not_both_set(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"DATABASE_URL and DATABASE_URL_FILE are both set") as told:
        read({"DATABASE_URL": URL, "DATABASE_URL_FILE": str(tmp_path / "x")})
    assert "hush" not in str(told.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"VARCO_SMTP_URL_FILE names .*missing.*: No such file"):
        read({"VARCO_SMTP_URL_FILE": str(tmp_path / "missing")})
    with pytest.raises(BadInput, match="cannot be read"):
        read({"VARCO_SMTP_URL_FILE": str(tmp_path)})
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="no text file"):
        read({"VARCO_SMTP_URL_FILE": str(tmp_path / "binary")})


@pytest.mark.parametrize("name", ["VARCO_PUBLICURL", "VARCO_X", "VARCO_PUBLIC_URL_FILES", "VARCO_"])
def test_a_mistyped_setting_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match=name):
        read({name: "1"})


@pytest.mark.parametrize(("variable", "text"), BAD)
def test_a_bad_value_is_named_with_what_it_should_be_and_no_secret(variable: str, text: str) -> None:
    with pytest.raises(BadInput, match=variable) as told:
        read({variable: text})
    help_ = next(help_ for _, found, help_ in settings() if found == variable)
    assert help_ in str(told.value)
    assert "hush" not in str(told.value)


def test_what_is_in_force_is_shown_with_its_secrets_hidden() -> None:
    lines = shown(read({variable: text for variable, (text, _) in GOOD.items()}))
    assert lines.keys() == GOOD.keys()
    assert lines["DATABASE_URL"] == lines["VARCO_SMTP_URL"] == "***"
    assert lines["VARCO_SECRET_KEYS"] == "***, ***"
    assert lines["VARCO_LISTEN"] == "[::1]:80"
    assert lines["VARCO_TRUSTED_PROXIES"] == "10.0.0.1/32, fd00::/8"
    assert lines["VARCO_DEMO"] == "yes"
    assert shown(Config())["VARCO_EXTRA_CA"] == "-"
    assert "hush" not in repr(lines) + repr(read({"DATABASE_URL": URL, "VARCO_SMTP_URL": MAIL}))


def test_data_go_into_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/anna")
    assert config.default_data_dir() == Path("/home/anna/.local/share/varco")
    monkeypatch.setenv("XDG_DATA_HOME", "/data/anna")
    assert config.default_data_dir() == Path("/data/anna/varco")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert config.default_data_dir() == Path("/var/lib/varco")


def test_the_parts_of_the_mail_server_are_taken_apart() -> None:
    backend, parts = runtime.mail_settings(read({"VARCO_SMTP_URL": "smtps://anna%40x:p%2Fw@mail.example"}))
    assert backend.endswith("smtp.EmailBackend")
    assert parts == {
        "host": "mail.example",
        "port": 465,
        "user": "anna@x",
        "password": "p/w",
        "starttls": False,
        "ssl": True,
    }
    assert runtime.mail_settings(read({"VARCO_SMTP_URL": "smtp://mail.example:25"}))[1]["starttls"] is False
    assert "dummy" in runtime.mail_settings(Config())[0]


def test_the_database_of_an_address_keeps_its_tls_options() -> None:
    state = runtime.Runtime(config=read({"DATABASE_URL": URL, "VARCO_DB_POOL": "3"}), keys=[new_key()], database=URL)
    options = runtime.database_options(state)
    assert options["sslmode"] == "require"
    assert options["pool"]["max_size"] == 3
    assert "hush" not in repr(options)
