"""Apache: what shop owners and hosts write into a `.htaccess` or a virtual host, before and after our lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.walls.conftest import Need
from tests.walls.fixes.apache import FRONT, MODULES, NEEDS, apache, php
from tests.walls.fixes.calls import BROWSER, PROXY, STRANGER, US4, Seen, call, fix_for, others, ours, text
from tests.walls.fixes.table import note, record
from varco.model.fix import Fix

ONLY_READS = "RewriteCond %{REQUEST_METHOD} !^(GET|HEAD|POST)$\n"
BOTS = 'SetEnvIfNoCase User-Agent "cloud|python" bad_bot\n'
SEVEN_G = (
    "RewriteEngine On\nRewriteCond %{REQUEST_METHOD} ^(connect|delete|put|trace|track) [NC,OR]\n"
    "RewriteCond %{QUERY_STRING} (select|union) [NC]\nRewriteRule .* - [F]\n"
    "RewriteCond %{HTTP_USER_AGENT} (cloud|python) [NC]\nRewriteRule .* - [F]\n"
)
OFFICE = "Require ip 203.0.113.0/24\n"
PASSWORD = 'AuthType Basic\nAuthName "Staging"\nAuthUserFile {folder}/passwords\nRequire valid-user\n'


@dataclass(frozen=True)
class Scenario:
    name: str
    before: str
    after: Callable[[Fix], str]
    refused: set[Seen]


def _inside(step: str, head: str, tail: str) -> tuple[str, Callable[[Fix], str]]:
    """The step's lines between a head and a tail, which together are what stood there before."""
    return head + tail, lambda fix: f"{head}{text(fix, step)}\n{tail}"


def _bots(fix: Fix) -> str:
    return f"{BOTS}{text(fix, 'bad-bot')}\n"


def _not_office(fix: Fix) -> str:
    return text(fix, "require-all").replace("192.0.2.0/24", "127.0.0.0/8 ::1") + "\n"


SCENARIOS = [
    Scenario(
        "LimitExcept",
        *_inside("require", "<LimitExcept GET POST>\nRequire all denied\n", "</LimitExcept>\n"),
        {200, 403},
    ),
    Scenario(
        "LimitExcept, old spelling",
        *_inside("order", "<LimitExcept GET POST>\nOrder deny,allow\nDeny from all\n", "</LimitExcept>\n"),
        {200, 403},
    ),
    Scenario("office addresses", *_inside("require", OFFICE, ""), {403}),
    Scenario("password", *_inside("require", PASSWORD, ""), {401}),
    Scenario(
        "addresses denied",
        "<RequireAll>\nRequire all granted\nRequire not ip 127.0.0.0/8 ::1\n</RequireAll>\n",
        _not_office,
        {403},
    ),
    Scenario(
        "method by rewriting",
        *_inside("rewrite", f"RewriteEngine On\n{ONLY_READS}", "RewriteRule .* - [F]\n"),
        {200, 403},
    ),
    Scenario(
        "method by rewriting, 405",
        *_inside("rewrite", f"RewriteEngine On\n{ONLY_READS}", "RewriteRule .* - [R=405,L]\n"),
        {200, 405},
    ),
    Scenario(
        "only browsers",
        *_inside(
            "rewrite", "RewriteEngine On\nRewriteCond %{HTTP_USER_AGENT} !^Mozilla [NC]\n", "RewriteRule .* - [F]\n"
        ),
        {403},
    ),
    Scenario("maintenance", *_inside("rewrite", "RewriteEngine On\n", "RewriteRule .* - [R=503,L]\n"), {503}),
    Scenario("7G", SEVEN_G, lambda fix: f"RewriteEngine On\n{text(fix, 'rewrite-block')}\n{SEVEN_G}", {403}),
    Scenario(
        "list of bots",
        f"{BOTS}<RequireAll>\nRequire all granted\nRequire not env bad_bot\n</RequireAll>\n",
        lambda fix: f"{_bots(fix)}<RequireAll>\nRequire all granted\nRequire not env bad_bot\n</RequireAll>\n",
        {403},
    ),
    Scenario(
        "list of bots, old spelling",
        f"{BOTS}Order allow,deny\nAllow from all\nDeny from env=bad_bot\n",
        lambda fix: f"{_bots(fix)}Order allow,deny\nAllow from all\nDeny from env=bad_bot\n",
        {403},
    ),
]
IN_A_HOST = {"LimitExcept", "office addresses", "password", "method by rewriting", "7G", "list of bots"}


@pytest.fixture(scope="module")
def fastcgi(need: Need, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    need(*NEEDS)
    with php(tmp_path_factory.mktemp("php")) as port:
        yield port


def another() -> str:
    return "198.51.100.7 2001:db8::7"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_lines_of_a_htaccess_let_the_platform_in_and_nobody_else(
    scenario: Scenario, fastcgi: int, tmp_path: Path
) -> None:
    fix, not_ours = fix_for("apache-htaccess"), fix_for("apache-htaccess", addresses=another())
    files = [
        scenario.before + FRONT,
        f"{text(fix, 'who')}\n{scenario.after(fix)}{FRONT}",
        f"{text(not_ours, 'who')}\n{scenario.after(not_ours)}{FRONT}",
    ]
    with ExitStack() as stack:
        before, after, for_another = (stack.enter_context(apache(tmp_path, fastcgi, htaccess=file)) for file in files)
        assert ours(before) == scenario.refused
        assert ours(after) == {200}
        assert ours(for_another) == scenario.refused, "addresses that are not in the list get in"
        assert others(after) == others(before)
        record("apache-htaccess", scenario.name, before, after)


@pytest.mark.parametrize("scenario", [one for one in SCENARIOS if one.name in IN_A_HOST], ids=lambda one: one.name)
def test_lines_of_a_virtual_host_let_the_platform_in_and_nobody_else(
    scenario: Scenario, fastcgi: int, tmp_path: Path
) -> None:
    fix = fix_for("apache")

    def host(rules: str) -> str:
        """Rewriting stands in the host itself, the rest in a block."""
        return rules if "Rewrite" in rules else f'<Location "/">\n{rules}</Location>\n'

    with ExitStack() as stack:
        before = stack.enter_context(apache(tmp_path, fastcgi, host=host(scenario.before)))
        lines = f"{text(fix, 'who')}\n{host(scenario.after(fix))}"
        after = stack.enter_context(apache(tmp_path, fastcgi, host=lines))
        assert ours(before) == scenario.refused
        assert ours(after) == {200}
        assert others(after) == others(before)
        record("apache", scenario.name, before, after)


@pytest.mark.parametrize("allow", ["All", "FileInfo", "FileInfo AuthConfig Limit", "AuthConfig Limit", "None"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_no_line_breaks_a_shop_whose_server_allows_less(
    scenario: Scenario, allow: str, fastcgi: int, tmp_path: Path
) -> None:
    fix = fix_for("apache-htaccess")
    files = [scenario.before + FRONT, f"{text(fix, 'who')}\n{scenario.after(fix)}{FRONT}"]
    seen = []
    for file in files:
        with apache(tmp_path, fastcgi, htaccess=file, allow=allow) as port:
            seen.append(call(port, agent=BROWSER, path="/"))
    before, after = seen
    assert before == after


@pytest.mark.parametrize("missing", ["setenvif", "rewrite", "setenvif rewrite"])
@pytest.mark.parametrize(("name", "step"), [("apache-htaccess", "who"), ("php-authorization", "")])
def test_a_module_that_is_missing_breaks_nothing(
    name: str, step: str, missing: str, fastcgi: int, tmp_path: Path
) -> None:
    fix = fix_for(name)
    lines = "\n".join(one.text for one in fix.steps if step in ("", one.name))
    modules = " ".join(module for module in MODULES.split() if module not in missing.split())
    with apache(tmp_path, fastcgi, htaccess=f"{lines}\n{FRONT}", modules=modules) as port:
        assert call(port, path="/index.php") == 200


@pytest.mark.parametrize(("step", "expected"), [("", 401), ("header", 200), ("header-rewrite", 200)])
def test_php_sees_the_shops_keys(step: str, expected: int, fastcgi: int, tmp_path: Path) -> None:
    lines = text(fix_for("php-authorization"), step) if step else ""
    with apache(tmp_path, fastcgi, htaccess=f"{lines}\n{FRONT}") as port:
        keys = {"Authorization": "Basic Y2tfMTpjc18x"}
        assert call(port, path="/wp-json/wc/v3/orders?keys=1", headers=keys) == expected
        assert call(port, path="/wp-json/wc/v3/orders?keys=1") == 401
    note("php-authorization", "keys in the header", "401", "200", "1 | 0")


@pytest.mark.parametrize("with_the_line", [False, True])
def test_apache_behind_a_proxy_knows_us_and_no_forger(with_the_line: bool, fastcgi: int, tmp_path: Path) -> None:
    fix, real_ip = fix_for("apache-htaccess"), text(fix_for("apache-remoteip", proxies=(PROXY,)), "real-ip")
    limit = next(one for one in SCENARIOS if one.name == "LimitExcept")
    htaccess = f"{text(fix, 'who')}\n{limit.after(fix)}{FRONT}"
    through = {"X-Forwarded-For": US4}
    modules = f"{MODULES} remoteip"
    server = real_ip if with_the_line else ""
    with apache(tmp_path, fastcgi, htaccess=htaccess, modules=modules, server=server) as port:
        assert call(port, "PATCH", source=PROXY, headers=through) == (200 if with_the_line else 403)
        assert call(port, "PATCH", source=STRANGER, headers=through) == 403
        assert call(port, "PATCH", source=PROXY, headers={"X-Forwarded-For": f"{US4}, {STRANGER}"}) == 403
    note("apache-remoteip", "PATCH through a proxy", "403", "200", "2 | 0")


def test_mod_evasive_leaves_the_platform_alone_and_stops_a_stranger(need: Need, fastcgi: int, tmp_path: Path) -> None:
    need("/usr/lib/apache2/modules/mod_evasive20.so")
    loaded = "LoadModule evasive20_module /usr/lib/apache2/modules/mod_evasive20.so\n"
    limits = "DOSPageCount 3\nDOSSiteCount 50\nDOSPageInterval 2\nDOSBlockingPeriod 10\nDOSLogDir {folder}\n"
    line = text(fix_for("mod-evasive", addresses="127.0.0.1 ::1"), "whitelist")
    with apache(tmp_path, fastcgi, server=f"{loaded}{limits}") as port:
        assert 403 in [call(port) for _ in range(10)]
    with apache(tmp_path, fastcgi, server=f"{loaded}{limits}{line}\n") as port:
        assert [call(port) for _ in range(10)] == [200] * 10
        assert [call(port, to="::1") for _ in range(10)] == [200] * 10
        assert 403 in [call(port, source=STRANGER) for _ in range(10)]
    note("mod-evasive", "10 calls at once", "some 403", "200 ×10", "10 | 0")
