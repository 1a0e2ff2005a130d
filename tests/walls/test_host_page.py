"""The lines of docs/host/README.md for hosting providers, in the real servers: they let us in and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

import pytest

from tests.docs.pages import DOCS, fences_of
from tests.walls.conftest import Need
from tests.walls.process import HOST, free_ports, let_in, running
from tests.walls.servers import NEEDS, core_rule_set, modsecurity, nginx_with

PAGE: Final = DOCS / "host" / "README.md"
OURS: Final = "Varco/0.1 (WooCommerce; https://varco.example)"
BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64)"
STRANGER: Final = "127.0.0.2"
ORDER: Final = "/wp-json/wc/v3/orders/17/notes"
NOTE: Final = b'{"note":"Shipped, https://carrier.example/track?number=1"}'
FORGED: Final = {"X-Forwarded-For": HOST, "SHIP_OK": "1", "REDIRECT_SHIP_OK": "1"}
_MODULES: Final = "mpm_event authn_core authz_core authz_host dir env mime rewrite setenvif unique_id security2".split()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where servers that give up root's rights can read."""
    let_in(tmp_path)
    return tmp_path


def lines(language: str) -> list[str]:
    """The page's examples, with our address in the place of the one that stands there."""
    return [fence.text.replace("203.0.113.10", HOST) for fence in fences_of(PAGE, language)]


def status(
    port: int, agent: str = OURS, *, path: str = ORDER, source: str = HOST, headers: Mapping[str, str] | None = None
) -> int:
    """Of a POST with a note in it."""
    connection = HTTPConnection(HOST, port, timeout=10, source_address=(source, 0))
    connection.putrequest("POST", path, skip_accept_encoding=True)
    sent = {"User-Agent": agent, "Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
    for name, value in {**sent, "Content-Length": str(len(NOTE))}.items():
        connection.putheader(name, value)
    connection.endheaders(NOTE)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def others(port: int) -> list[int]:
    """Everybody whom the lines must leave where they were: strangers, forgers, other names, other paths."""
    return [
        status(port, source=STRANGER),
        status(port, source=STRANGER, headers=FORGED),
        status(port, BROWSER, source=STRANGER),
        status(port, path="/wp-admin/post.php"),
        status(port, path="/wp-json/../wp-admin/post.php"),
    ]


@pytest.mark.parametrize(("lines_in_place", "ours"), [(False, 403), (True, 200)])
def test_nginx_lets_us_in_and_nobody_else(lines_in_place: bool, ours: int, folder: Path, need: Need) -> None:
    need(*NEEDS["nginx"])
    http, server = lines("nginx")
    rule = server if lines_in_place else "if ($request_method !~ ^(GET|HEAD)$) { return 403; }"
    (port,) = free_ports(1)
    site = f"{http}\nserver {{ listen {HOST}:{port};\n{rule}\nlocation / {{ return 200 shop; }} }}"
    with nginx_with(folder, site, [port]):
        assert status(port) == ours
        assert [status(port, BROWSER), *others(port)] == [403] * 6


def htaccess(name: str) -> str:
    """A `.htaccess` with a rule that stops writing, and the page's lines for it; `none` leaves them out."""
    marker, rules = lines("apache")[:2]
    require, conditions = (
        re.findall(rf"(?:^{word} .*\n)+", rules, re.MULTILINE)[0] for word in ("Require", "RewriteCond")
    )
    (clear,) = re.findall(r"^SetEnvIfExpr .*\n", rules, re.MULTILINE)
    front = "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . /index.html [L]\n"
    stop = "RewriteEngine On\nRewriteCond %{REQUEST_METHOD} !^(GET|HEAD)$\n"
    listed = 'SetEnvIfNoCase User-Agent "varco|mozilla" bad_bot\n'
    unlisted = "<RequireAll>\nRequire all granted\nRequire not env bad_bot\n</RequireAll>\n"
    return {
        "none": f"{front}<LimitExcept GET>\nRequire all denied\n</LimitExcept>\n",
        "limit": f"{marker}{front}<LimitExcept GET>\nRequire all denied\n{require}</LimitExcept>\n",
        "rewrite": f"{marker}{stop}{conditions}RewriteRule .* - [F]\n{front}",
        "list of bots": f"{marker}{front}{listed}{clear}{unlisted}",
    }[name]


@contextmanager
def apache(folder: Path, rules: str, further: str = "") -> Iterator[int]:
    """A site whose pages all come from one front page, as WordPress's do."""
    (port,) = free_ports(1)
    root = folder / "root"
    root.mkdir()
    (root / "index.html").write_text("shop")
    (root / ".htaccess").write_text(rules)
    modules = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in _MODULES)
    config = folder / "apache.conf"
    config.write_text(
        f"ServerRoot {folder}\nDefaultRuntimeDir {folder}\nPidFile {folder}/apache.pid\nServerName shop.example\n"
        f"ErrorLog {folder}/error.log\nStartServers 1\nTypesConfig /etc/mime.types\nListen {HOST}:{port}\n{modules}\n"
        f"User nobody\nGroup nogroup\nDocumentRoot {root}\n{further}\n"
        f"<Directory {root}>\nAllowOverride All\nRequire all granted\n</Directory>\n"
    )
    with running(["/usr/sbin/apache2", "-DFOREGROUND", "-f", str(config)], folder, [port]):
        yield port


@pytest.mark.parametrize(("name", "ours"), [("none", 403), ("limit", 200), ("rewrite", 200), ("list of bots", 200)])
def test_lines_for_htaccess_let_us_in_and_nobody_else(name: str, ours: int, folder: Path, need: Need) -> None:
    need(*NEEDS["apache"])
    with apache(folder, htaccess(name)) as port:
        assert status(port) == ours
        assert [status(port, BROWSER), *others(port)] == [403] * 6


@pytest.mark.parametrize(("lines_in_place", "ours"), [(False, 403), (True, 200)])
def test_lines_for_modsecurity_let_our_notes_in_and_nobody_elses(
    lines_in_place: bool, ours: int, folder: Path, need: Need
) -> None:
    need(*NEEDS["apache"])
    front = "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . /index.html [L]\n"
    rule = lines("apache")[3] if lines_in_place else ""
    with apache(folder, front, modsecurity(folder) + core_rule_set(2, rule)) as port:
        assert status(port) == ours
        assert [status(port, BROWSER), *others(port)] == [403] * 6
        assert status(port, path="/wp-json/wc/v3/orders?x=<script>alert(1)</script>") == 403
