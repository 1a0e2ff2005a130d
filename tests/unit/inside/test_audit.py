"""Broken configurations, each with the line that stops a platform, and others that stop nobody who should come in.

In `broken/` a comment `-> FINDING METHODS` stands right above the line that is to be named; `?>` where it depends on
the addresses. In `spared/` stand configurations as they are shipped (written anew), and such as keep strangers out and
let the platform's addresses in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from varco.app.inside import known
from varco.cli.exits import Exit
from varco.cli.main import run
from varco.inside.audit.problems import Problem
from varco.inside.audit.read import Report, audit
from varco.inside.caller import caller_from
from varco.inside.errors import WrongUse
from varco.inside.fixing import fix_command

HERE: Final = Path(__file__).parent
BROKEN: Final = sorted((HERE / "broken").iterdir())
SPARED: Final = sorted((HERE / "spared").iterdir())
ADDRESSES: Final = "203.0.113.10 2001:db8::10"
_EXPECTED: Final = re.compile(r"^\s*[#;] (?P<sure>[-?])> (?P<finding>[\w-]+) (?P<methods>[A-Z ]+)$")


def examined(*paths: Path | str, ips: str = "", platform: str = "", identity: str = "sendcloud") -> Report:
    return audit([str(path) for path in paths], caller_from(known(), identity, ips=ips, platform=platform))


def expected(path: Path) -> Iterator[tuple[int, str, tuple[str, ...], bool]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    for at, text in enumerate(lines):
        match = _EXPECTED.match(text)
        if match:
            below = next(number for number in range(at + 1, len(lines)) if not _EXPECTED.match(lines[number]))
            yield below + 1, match["finding"], tuple(match["methods"].split()), match["sure"] == "-"


def found(problems: tuple[Problem, ...]) -> set[tuple[int, str, tuple[str, ...], bool]]:
    return {(one.line, one.finding, one.methods, one.certain) for one in problems}


def test_there_are_enough_of_them() -> None:
    assert len(BROKEN) >= 40
    assert len({one[1] for path in BROKEN for one in expected(path)}) >= 15


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_the_line_that_stops_a_platform_is_named_and_no_other(path: Path) -> None:
    report = examined(path)
    assert found(report.problems) == set(expected(path))
    assert {one.file for one in report.problems} == {str(path)}
    assert {one.finding for one in report.problems} <= set(known().kinds)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_the_call_that_is_named_prints_lines_that_mend_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for problem in examined(path).problems:
        finding, target = problem.finding, problem.target
        words = {"target": target, "identity": "sendcloud", "platform": "woocommerce", "folder": ""}
        command = fix_command(known(), finding, **words).replace("FILE", "8.8.4.4")
        assert not command or run(command.split()[1:]) == Exit.GOOD
    assert "can do nothing" not in capsys.readouterr().err


@pytest.mark.parametrize("path", SPARED, ids=lambda path: path.name)
def test_what_stops_nobody_who_should_come_in_is_no_problem(path: Path) -> None:
    report = examined(path, ips=ADDRESSES)
    assert report.problems == ()
    assert report.files == (str(path),)


@pytest.mark.parametrize("path", SPARED, ids=lambda path: path.name)
def test_without_addresses_what_depends_on_them_is_no_alarm(path: Path) -> None:
    assert examined(path).certain == ()


def test_an_allow_list_is_judged_by_the_addresses(tmp_path: Path) -> None:
    path = tmp_path / "nginx.conf"
    path.write_text("http { server { server_name shop.example; allow 203.0.113.0/24; deny all; } }\n")
    assert {(one.certain, one.finding) for one in examined(path).problems} == {(False, "refused-by-address")}
    assert examined(path, ips="203.0.113.10").problems == ()
    (one,) = examined(path, ips="203.0.113.10 198.51.100.7").problems
    assert (one.certain, one.addresses, one.user_agents) == (True, ("198.51.100.7",), ())


def test_a_ban_of_one_address_stops_only_that_one(tmp_path: Path) -> None:
    path = tmp_path / ".htaccess"
    path.write_text("<RequireAll>\nRequire all granted\nRequire not ip 203.0.113.0/24\n</RequireAll>\n")
    assert [one.line for one in examined(path, ips="203.0.113.10").problems] == [3]
    assert examined(path, ips="198.51.100.7").problems == ()


def test_included_files_are_read_and_named(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "nginx.conf").write_text("http {\n    include conf.d/*.conf;\n}\n")
    site = tmp_path / "conf.d" / "shop.conf"
    site.write_text("server {\n    server_name shop.example;\n    location / {\n        deny all;\n    }\n}\n")
    (one,) = examined(tmp_path).problems
    assert (one.file, one.line, one.site) == (str(site), 4, "shop.example")


def test_files_that_include_each_other_come_to_an_end(tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text("http { include nginx.conf; server { deny all; } }\n")
    (tmp_path / "apache2.conf").write_text("Include apache2.conf\n<Location />\nRequire all denied\n</Location>\n")
    assert {one.layer for one in examined(tmp_path).problems} == {"nginx", "apache"}


def test_virtual_hosts_are_judged_each_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "httpd.conf"
    path.write_text(
        "<VirtualHost *:80>\nServerName open.example\n<Location />\nRequire all granted\n</Location>\n</VirtualHost>\n"
        "<VirtualHost *:80>\nServerName shut.example\n<Location />\nRequire all denied\n</Location>\n</VirtualHost>\n"
    )
    assert [(one.site, one.line) for one in examined(path).problems] == [("shut.example", 10)]


def test_the_shops_own_htaccess_is_read_where_the_server_reads_it(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / ".htaccess").write_text("<LimitExcept GET POST>\nRequire all denied\n</LimitExcept>\n")
    server = tmp_path / "apache2.conf"
    text = f"DocumentRoot {root}\n<Directory {root}>\nAllowOverride All\nRequire all granted\n</Directory>\n"
    server.write_text(text)
    (one,) = examined(server).problems
    assert (one.file, one.line) == (str(root / ".htaccess"), 2)
    server.write_text(text.replace("AllowOverride All", "AllowOverride None"))
    assert examined(server).problems == ()


def test_a_platform_that_is_named_alone_counts(tmp_path: Path) -> None:
    path = tmp_path / "shop.nginx.conf"
    path.write_text("server {\n    location /api/ {\n        deny all;\n    }\n}\n")
    assert [one.platforms for one in examined(path).problems] == [("prestashop",)]
    assert examined(path, platform="magento").problems == ()


def test_another_identity_is_judged_by_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / ".htaccess"
    path.write_text('SetEnvIfNoCase User-Agent "^varco" bad\nOrder allow,deny\nAllow from all\nDeny from env=bad\n')
    assert [one.finding for one in examined(path, identity="varco").problems] == ["refused-name"]
    assert examined(path).problems == ()


@pytest.mark.parametrize("path", [*BROKEN, *SPARED], ids=lambda path: path.name)
def test_a_file_that_is_cut_off_anywhere_is_read_as_far_as_it_goes(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for end in range(7, len(text), 97):
        (tmp_path / path.name).write_text(text[:end])
        examined(tmp_path / path.name)
        examined(tmp_path / path.name, ips=ADDRESSES)


def test_what_is_no_configuration_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Call the host on Monday.\n")
    report = examined(tmp_path)
    assert (report.files, report.passed_over) == ((), (str(tmp_path / "notes.txt"),))
    with pytest.raises(WrongUse, match="no file"):
        examined(tmp_path / "none")
