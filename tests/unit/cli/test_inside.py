"""`varco logs` and `varco audit` as people use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.running import varco
from tests.unit.inside.logs import combined
from varco.cli.exits import Exit


@pytest.mark.parametrize(
    ("lines", "code"),
    [(combined("PUT", 403), Exit.PROBLEM), (combined(), Exit.GOOD), ("", Exit.COULD_NOT_TELL)],
)
def test_the_exit_code_of_logs_says_what_was_found(lines: str, code: Exit, tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(lines)
    assert varco("logs", str(tmp_path / "access.log")).returncode == code


def test_logs_lead_to_the_lines_that_mend_it(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(combined() + combined("PUT", 403, path="/shop/wp-json/wc/v3/orders/1"))
    (tmp_path / "ips.txt").write_text("203.0.113.0/24  # of the platform\n")
    asked = ("logs", str(tmp_path / "access.log"), "--ips", str(tmp_path / "ips.txt"))
    (site,) = json.loads(varco(*asked, "--json").stdout)["sites"]
    (stopped,) = site["stopped"]
    assert stopped["first_at"] == "2026-11-25T05:00:00Z"
    assert stopped["fix"].endswith("--platform woocommerce --ips FILE --folder /shop")
    told = varco(*asked).stdout
    assert stopped["fix"] in told
    assert "2026-11-25 05:00:00 UTC (06:00:00 +0100)" in told
    words = stopped["fix"].replace("FILE", "192.0.2.1").split()[1:]
    assert varco(*words, "--allow-private", "--for", "nginx").returncode == Exit.GOOD
    assert "respinte" in varco(*asked, "--language", "it").stdout


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        ("deny all;", (), Exit.PROBLEM),
        ("deny 192.0.3.0/24;", ("--ips", "192.0.3.128/25"), Exit.PROBLEM),
        ("deny 192.0.3.1;", ("--ips", "192.0.3.0/24"), Exit.COULD_NOT_TELL),
        ("deny 192.0.3.1;", (), Exit.COULD_NOT_TELL),
        ("deny 192.0.3.1;", ("--ips", "198.51.100.7"), Exit.GOOD),
    ],
)
def test_the_exit_code_of_audit_says_what_was_found(
    text: str, more: tuple[str, ...], code: Exit, tmp_path: Path
) -> None:
    (tmp_path / "nginx.conf").write_text(f"server {{ location / {{ {text} }} }}")
    assert varco("audit", str(tmp_path), *more).returncode == code


def test_audit_names_file_and_line_and_the_lines_that_mend_it(tmp_path: Path) -> None:
    path = tmp_path / ".htaccess"
    path.write_text("<LimitExcept GET POST>\nRequire all denied\n</LimitExcept>\n")
    done = varco("audit", str(path), "--language", "it")
    assert f"{path}:2\n" in done.stdout
    assert "ferma OPTIONS PUT PATCH DELETE con qualsiasi nome" in done.stdout
    (problem,) = json.loads(varco("audit", str(path), "--json").stdout)["problems"]
    assert problem["fix"].startswith("varco fix --for apache-htaccess --finding methods-read-only")


@pytest.mark.parametrize(
    "words",
    [
        ("logs",),
        ("audit",),
        ("logs", "/no/such/file"),
        ("audit", "/no/such/file"),
        ("logs", ".", "--since", "yesterday"),
        ("logs", ".", "--ips", "all"),
        ("logs", ".", "--identity", "nobody"),
        ("audit", ".", "--platform", "shopware"),
        ("logs", ".", "--format", "$host"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(words: tuple[str, ...], tmp_path: Path) -> None:
    done = varco(*words)
    assert (done.returncode, done.stdout) == (Exit.WRONG_USE, "")
    assert "Traceback" not in done.stderr
