"""Web servers and proxies: each rule that stops the platform, before and after the lines that let it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.walls.conftest import Need
from tests.walls.fixes.apache import NEEDS as PHP_NEEDS
from tests.walls.fixes.apache import php
from tests.walls.fixes.calls import PROXY, STRANGER, US4, US6, call, fix_for, others, ours, shop, text
from tests.walls.fixes.table import note, record
from tests.walls.process import free_ports, let_in, running
from tests.walls.servers import NEEDS, nginx_with
from varco.model.fix import Fix

METHOD = "$request_method !~ ^(GET|HEAD|POST)$"
Rules = tuple[str, str, str]
"""nginx: at http level, in the server, in its location."""


@dataclass(frozen=True)
class Scenario:
    server: str
    name: str
    before: Rules
    after: Callable[[Fix], Rules]
    refused: set[int | str]
    """What the platform sees before."""


def _if(condition: str, status: str) -> tuple[Rules, Callable[[Fix], Rules]]:
    def after(fix: Fix) -> Rules:
        lines = text(fix, "if").replace(METHOD, condition).replace("return 405", f"return {status}")
        return text(fix, "who"), lines, ""

    return ("", f"if ({condition}) {{ return {status}; }}", ""), after


def _nginx(name: str, before: Rules, after: Callable[[Fix], Rules], refused: set[int | str]) -> Scenario:
    return Scenario("nginx", name, before, after, refused)


NGINX = [
    _nginx("method 405", *_if(METHOD, "405"), {200, 405}),
    _nginx("method 444", *_if(METHOD, "444"), {200, "closed"}),
    _nginx("list of names", *_if('$http_user_agent ~* "cloud|python"', "403"), {403}),
    _nginx("maintenance", *_if('$remote_addr != "203.0.113.1"', "503"), {503}),
    _nginx(
        "limit_except",
        ("", "", "limit_except GET POST { deny all; }"),
        lambda fix: (text(fix, "who"), text(fix, "limit-except"), ""),
        {200, 403},
    ),
    _nginx(
        "deny",
        ("", "", "allow 203.0.113.0/24; deny all;"),
        lambda fix: (text(fix, "who"), "", f"{text(fix, 'addresses')}\nallow 203.0.113.0/24; deny all;"),
        {403},
    ),
    _nginx(
        "password",
        ("", 'auth_basic "Staging"; auth_basic_user_file {folder}/passwords;', ""),
        lambda fix: (
            f"{text(fix, 'who')}\n{text(fix, 'password-realm')}",
            f"{text(fix, 'password')}\nauth_basic_user_file {{folder}}/passwords;",
            "",
        ),
        {401},
    ),
]


def _proxy(server: str, name: str, before: str, after: Callable[[Fix], str], refused: set[int | str]) -> Scenario:
    return Scenario(server, name, ("", before, ""), lambda fix: ("", after(fix), ""), refused)


def _haproxy(condition: str, action: str = "deny") -> Callable[[Fix], str]:
    def after(fix: Fix) -> str:
        rule = text(fix, "deny").replace("!{ method GET HEAD POST }", condition).replace("deny if", f"{action} if")
        return f"{text(fix, 'who')}\n{rule}"

    return after


def _caddy(rule: str) -> Callable[[Fix], str]:
    stock = "@others not method GET HEAD POST\n    respond @others 405"
    return lambda fix: f"{text(fix, 'who')}\n{text(fix, 'rules')}".replace(stock, rule).replace(
        "127.0.0.1:8080", "127.0.0.1:{shop}"
    )


def _varnish(condition: str, status: int, head: str = "") -> tuple[str, Callable[[Fix], str]]:
    def after(fix: Fix) -> str:
        rule = text(fix, "rule").replace('req.method !~ "^(GET|HEAD|POST)$"', condition).replace("405", str(status))
        return f"{head}{text(fix, 'who')}\nsub vcl_recv {{ {rule} }}"

    return f"{head}sub vcl_recv {{ if ({condition}) {{ return (synth({status})); }} }}", after


CADDY_PASSWORD = "basicauth {\n        editor $2a$14$3fQCB50e/qkFKG032Q8jbOl4CCMNurYIuLsvQCay/0NTjsIaqoFzm\n    }"
RATE = "stick-table type ipv6 size 10k expire 1h store http_req_rate(1h)\nhttp-request track-sc0 src\n"


def _lighttpd(rule: str) -> Callable[[Fix], str]:
    return lambda fix: f"{rule}\n{text(fix, 'allow')}"


PROXIES = [
    _proxy(
        "haproxy",
        "method",
        "http-request deny if !{ method GET HEAD POST }",
        _haproxy("!{ method GET HEAD POST }"),
        {200, 403},
    ),
    _proxy(
        "haproxy",
        "list of names",
        "http-request deny if { hdr_sub(user-agent) -i cloud }",
        _haproxy("{ hdr_sub(user-agent) -i cloud }"),
        {403},
    ),
    _proxy(
        "haproxy",
        "reject by address",
        "http-request reject if !{ src 203.0.113.0/24 }",
        _haproxy("!{ src 203.0.113.0/24 }", "reject"),
        {"closed"},
    ),
    _proxy(
        "caddy",
        "method",
        "@others not method GET HEAD POST\nrespond @others 405\nreverse_proxy 127.0.0.1:{shop}",
        _caddy("@others not method GET HEAD POST\nrespond @others 405"),
        {200, 405},
    ),
    _proxy(
        "caddy",
        "list of names",
        "@bad header_regexp User-Agent (?i)cloud\nabort @bad\nreverse_proxy 127.0.0.1:{shop}",
        _caddy("@bad header_regexp User-Agent (?i)cloud\nabort @bad"),
        {"closed"},
    ),
    _proxy(
        "caddy",
        "address",
        "@outside not remote_ip 203.0.113.0/24\nrespond @outside 403\nreverse_proxy 127.0.0.1:{shop}",
        _caddy("@outside not remote_ip 203.0.113.0/24\nrespond @outside 403"),
        {403},
    ),
    _proxy(
        "lighttpd",
        "method",
        '$HTTP["request-method"] !~ "^(GET|HEAD|POST)$" { url.access-deny = ("") }',
        _lighttpd('$HTTP["request-method"] !~ "^(GET|HEAD|POST)$" { url.access-deny = ("") }'),
        {200, 403},
    ),
    _proxy(
        "lighttpd",
        "list of names",
        '$HTTP["user-agent"] =~ "(?i)cloud" { url.access-deny = ("") }',
        _lighttpd('$HTTP["user-agent"] =~ "(?i)cloud" { url.access-deny = ("") }'),
        {403},
    ),
    _proxy(
        "lighttpd",
        "address",
        '$HTTP["remote-ip"] != "203.0.113.0/24" { url.access-deny = ("") }',
        _lighttpd('$HTTP["remote-ip"] != "203.0.113.0/24" { url.access-deny = ("") }'),
        {403},
    ),
    _proxy(
        "haproxy",
        "password",
        "http-request auth realm Staging if { always_true }",
        _haproxy("{ always_true }", "auth realm Staging"),
        {401},
    ),
    _proxy(
        "haproxy",
        "maintenance",
        "http-request return status 503 if { always_true }",
        _haproxy("{ always_true }", "return status 503"),
        {503},
    ),
    _proxy(
        "haproxy",
        "one call an hour",
        RATE + "http-request deny deny_status 429 if { sc_http_req_rate(0) gt 1 }",
        lambda fix: RATE + _haproxy("{ sc_http_req_rate(0) gt 1 }", "deny deny_status 429")(fix),
        {200, 429},
    ),
    _proxy(
        "caddy",
        "password",
        CADDY_PASSWORD + "\nreverse_proxy 127.0.0.1:{shop}",
        _caddy(CADDY_PASSWORD),
        {401},
    ),
    _proxy("caddy", "maintenance", "respond 503\nreverse_proxy 127.0.0.1:{shop}", _caddy("respond 503"), {503}),
    _proxy("varnish", "method", *_varnish('req.method !~ "^(GET|HEAD|POST)$"', 405), {200, 405}),
    _proxy("varnish", "list of names", *_varnish('req.http.User-Agent ~ "(?i)cloud"', 403), {403}),
    _proxy("varnish", "address", *_varnish("client.ip !~ office", 403, 'acl office { "203.0.113.0"/24; }\n'), {403}),
    _proxy("varnish", "password", *_varnish('req.http.Authorization != "Basic ZWRpdG9yOngx"', 401), {401}),
    _proxy("varnish", "maintenance", *_varnish("req.url", 503), {503}),
]


@contextmanager
def nginx(folder: Path, port: int, behind: int, rules: Rules) -> Iterator[None]:
    http, server, location = (part.replace("{folder}", str(folder)) for part in rules)
    (folder / "passwords").write_text("editor:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")
    site = f"listen {US4}:{port}; listen [{US6}]:{port};\n{server}\n"
    passed = f"location / {{ {location}\nproxy_pass http://{US4}:{behind}; }}"
    with nginx_with(folder, f"{http}\nserver {{ {site}{passed} }}", [port]):
        yield


@contextmanager
def nginx_with_php(folder: Path, port: int, behind: int, rules: Rules) -> Iterator[None]:
    """Paths that are no files are led on to `index.php` within the server, which then looks at its rules again."""
    (folder / "index.php").write_text("<?php\n")
    site = (
        f"root {folder};\ntry_files $uri /index.php?$args;\n}}\n"
        "location ~ \\.php$ {\ninclude /etc/nginx/fastcgi_params;\n"
        f"fastcgi_param SCRIPT_FILENAME {folder}/index.php;\nfastcgi_pass {US4}:{behind};\n{rules[2]}\n"
    )
    with nginx(folder, port, behind, (rules[0], rules[1], f"{rules[2]}\n{site}}}\nlocation /unused {{")):
        yield


@contextmanager
def haproxy(folder: Path, port: int, behind: int, rules: Rules) -> Iterator[None]:
    config = folder / "haproxy.cfg"
    config.write_text(
        "defaults\n  mode http\n  timeout connect 2s\n  timeout client 10s\n  timeout server 10s\n"
        f"frontend site\n  bind {US4}:{port}\n  bind [{US6}]:{port}\n{rules[1]}\n  default_backend shop\n"
        f"backend shop\n  server one {US4}:{behind}\n"
    )
    with running(["/usr/sbin/haproxy", "-db", "-f", str(config)], folder, [port]):
        yield


@contextmanager
def caddy(folder: Path, port: int, behind: int, rules: Rules) -> Iterator[None]:
    config = folder / "Caddyfile"
    block = rules[1].replace("{shop}", str(behind))
    config.write_text(f"{{\nadmin off\nauto_https off\n}}\nhttp://:{port} {{\nbind {US4} {US6}\n{block}\n}}\n")
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = ["/usr/bin/caddy", "run", "--adapter", "caddyfile", "--config", str(config)]
    with running(command, folder, [port], home):
        yield


@contextmanager
def lighttpd(folder: Path, port: int, behind: int, rules: Rules) -> Iterator[None]:
    config = folder / "lighttpd.conf"
    proxy = f'proxy.server = ("" => (("host" => "{US4}", "port" => {behind})))\n'
    config.write_text(
        f'server.modules = ("mod_access", "mod_proxy")\nserver.document-root = "{folder}"\n'
        f'server.bind = "{US4}"\nserver.port = {port}\n$SERVER["socket"] == "[{US6}]:{port}" {{ }}\n{proxy}{rules[1]}\n'
    )
    with running(["/usr/sbin/lighttpd", "-D", "-f", str(config)], folder, [port]):
        yield


@contextmanager
def varnish(folder: Path, port: int, behind: int, rules: Rules) -> Iterator[None]:
    config = folder / "rules.vcl"
    config.write_text(
        f'vcl 4.1;\nbackend shop {{ .host = "{US4}"; .port = "{behind}"; }}\n{rules[1]}\n'
        "sub vcl_recv { return (pass); }\n"
    )
    listen = ["-a", f"{US4}:{port}", "-a", f"[{US6}]:{port}"]
    command = ["/usr/sbin/varnishd", "-F", "-j", "none", "-n", str(folder), "-s", "default,16m", "-f", str(config)]
    with running([*command, *listen], folder, [port]):
        yield


START = {"nginx": nginx, "haproxy": haproxy, "caddy": caddy, "lighttpd": lighttpd, "varnish": varnish}


@pytest.mark.parametrize("scenario", [*NGINX, *PROXIES], ids=lambda one: f"{one.server}: {one.name}")
def test_the_lines_let_the_platform_in_and_leave_everybody_else_where_he_was(
    scenario: Scenario, tmp_path: Path, need: Need
) -> None:
    need(*NEEDS[scenario.server])
    start = START[scenario.server]
    fix, not_ours = fix_for(scenario.server), fix_for(scenario.server, addresses="198.51.100.7 2001:db8::7")
    with ExitStack() as stack:
        behind = stack.enter_context(shop())
        ports = free_ports(3)
        for port, rules in zip(ports, (scenario.before, scenario.after(fix), scenario.after(not_ours)), strict=True):
            folder = tmp_path / str(port)
            folder.mkdir(mode=0o755)
            stack.enter_context(start(folder, port, behind, rules))
        before, after, for_another = ports
        assert ours(before) == scenario.refused
        assert ours(after) == {200}
        assert ours(for_another) == scenario.refused, "addresses that are not in the list get in"
        assert others(after) == others(before)
        record(scenario.server, scenario.name, before, after)


PHP_IN_SERVER = [one for one in NGINX if one.name != "limit_except"]


@pytest.mark.parametrize("scenario", PHP_IN_SERVER, ids=lambda one: one.name)
def test_the_lines_hold_where_nginx_leads_a_path_on_to_php(scenario: Scenario, tmp_path: Path, need: Need) -> None:
    need(*NEEDS["nginx"], *PHP_NEEDS)
    let_in(tmp_path)
    with ExitStack() as stack:
        behind = stack.enter_context(php(tmp_path))
        before, after = free_ports(2)
        for port, rules in ((before, scenario.before), (after, scenario.after(fix_for("nginx")))):
            folder = tmp_path / str(port)
            folder.mkdir(mode=0o755)
            stack.enter_context(nginx_with_php(folder, port, behind, rules))
        assert ours(before) == scenario.refused
        assert ours(after) == {200}
        assert others(after) == others(before)


def test_nginx_counts_the_platform_by_itself(tmp_path: Path, need: Need) -> None:
    need(*NEEDS["nginx"])
    fix = fix_for("nginx")
    zone = "limit_req_zone $binary_remote_addr zone=ship_others:1m rate=1r/s;"
    ports = free_ports(2)
    rules = (
        (zone, "limit_req zone=ship_others;", ""),
        (f"{text(fix, 'who')}\n{text(fix, 'rate-zone')}", text(fix, "rate").replace(" burst=5", ""), ""),
    )
    with ExitStack() as stack:
        behind = stack.enter_context(shop())
        for port, one in zip(ports, rules, strict=True):
            folder = tmp_path / str(port)
            folder.mkdir()
            stack.enter_context(nginx(folder, port, behind, one))
        before, after = ports
        assert [call(before) for _ in range(5)].count(200) == 1
        assert [call(after) for _ in range(30)].count(200) == 30
        assert [call(after, source=STRANGER) for _ in range(5)].count(200) == 1
    note("nginx", "limit_req, 30 calls at once", "1 of 5", "all", "5 | 0")


def test_nginx_takes_larger_calls_on_the_interfaces_path_only(tmp_path: Path, need: Need) -> None:
    need(*NEEDS["nginx"])
    large = b"x" * 1_500_000
    with shop() as behind:
        served = f"    proxy_pass http://{US4}:{behind};\n}}"
        lines = text(fix_for("nginx"), "size").replace("}", served)
        (port,) = free_ports(1)
        with nginx(tmp_path, port, behind, ("", lines, "")):
            assert call(port, "POST", body=large) == 200
            assert call(port, "POST", body=large, path="/wp-json/wp/v2/media") == 413
    note("nginx", "1.5 MB body", "413", "200", "1 | 0")


@pytest.mark.parametrize("with_the_line", [False, True])
def test_nginx_behind_a_proxy_knows_us_and_no_forger(with_the_line: bool, tmp_path: Path, need: Need) -> None:
    need(*NEEDS["nginx"])
    fix, real_ip = fix_for("nginx"), text(fix_for("nginx-real-ip", proxies=(PROXY,)), "real-ip")
    rules = _if(METHOD, "405")[1](fix)
    http = f"{rules[0]}\n{real_ip if with_the_line else ''}"
    through = {"X-Forwarded-For": US4}
    with shop() as behind:
        (port,) = free_ports(1)
        with nginx(tmp_path, port, behind, (http, rules[1], "")):
            assert call(port, "PATCH", source=PROXY, headers=through) == (200 if with_the_line else 405)
            assert call(port, "PATCH", source=STRANGER, headers=through) == 405
            assert call(port, "PATCH", source=PROXY, headers={"X-Forwarded-For": f"{US4}, {STRANGER}"}) == 405
    note("nginx-real-ip", "PATCH through a proxy", "405", "200", "2 | 0")
