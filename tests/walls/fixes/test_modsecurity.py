"""ModSecurity 2 on Apache and 3 on nginx, with the core rules: they stay on for the platform, but let it work."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from tests.walls.conftest import Need
from tests.walls.fixes.apache import FRONT, MODULES, apache, php
from tests.walls.fixes.apache import NEEDS as APACHE
from tests.walls.fixes.calls import BROWSER, STRANGER, US4, US6, call, fix_for, others, ours, shop, text
from tests.walls.fixes.table import note, record
from tests.walls.process import free_ports, running
from tests.walls.servers import NEEDS, modsecurity
from tests.walls.servers import core_rule_set as packaged_rules

RECOMMENDED: Final = Path("/etc/nginx/modsecurity.conf")
OTHER_RULES: Final = os.environ.get("VARCO_WALLS_CRS", "")
"""A folder with a release of the core rules (4.x, say) to run these tests with, instead of the package's."""
MODULE: Final = "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so"
ATTACKS: Final = (
    f"/wp-json/wc/v3/orders?x={quote('<script>alert(1)</script>')}",
    "/wp-json/wc/v3/orders?id=1%27%20or%20%271%27%3D%271",
    f"/wp-json/wc/v3/orders?f={quote('../../../../etc/passwd')}",
)
NOTE: Final = json.dumps({"note": "Tracking: https://carrier.example/track?code=RR473124829GB"}).encode()
WEBHOOK: Final = json.dumps({"topic": "order.created", "delivery_url": "https://varco.example/hooks/1"}).encode()
ADDRESS: Final = json.dumps({"last_name": "D'Angelo", "address_1": "via dell'Orso 12/B -- scala A"}).encode()
CONSENT: Final = "/wc-auth/v1/authorize?app_name=Varco&scope=read_write&return_url=https%3A%2F%2Fvarco.example%2Fback"


def core_rule_set(level: int, exceptions: str = "") -> str:
    if not OTHER_RULES:
        return packaged_rules(level, exceptions)
    levels = f"setvar:tx.blocking_paranoia_level={level},setvar:tx.detection_paranoia_level={level}"
    action = f'SecAction "id:900000,phase:1,nolog,pass,t:none,{levels}"'
    setup, rules = f"Include {OTHER_RULES}/crs-setup.conf.example", f"Include {OTHER_RULES}/rules/*.conf"
    return f"SecRuleEngine On\n{setup}\n{action}\n{exceptions}\n{rules}\n"


@contextmanager
def two(folder: Path, level: int, rules: str, behind: int) -> Iterator[int]:
    """On Apache, with PHP behind it."""
    server = modsecurity(folder) + core_rule_set(level, rules)
    with apache(folder, behind, htaccess=FRONT, server=server, modules=f"{MODULES} security2") as port:
        yield port


@contextmanager
def three(folder: Path, level: int, rules: str, behind: int) -> Iterator[int]:
    """On nginx, with a shop behind it."""
    (port,) = free_ports(1)
    own = folder / f"nginx-{port}"
    own.mkdir(parents=True)
    main = own / "main.conf"
    lines = RECOMMENDED.read_text().replace("unicode.mapping", str(RECOMMENDED.with_name("unicode.mapping")))
    kept = [line for line in lines.splitlines() if not line.startswith(("SecAudit", "SecTmpDir", "SecDataDir"))]
    main.write_text("\n".join([*kept, "SecAuditEngine Off", core_rule_set(level, rules)]))
    temporary = "".join(f"{name}_temp_path {own}/{name};\n" for name in "client_body proxy fastcgi uwsgi scgi".split())
    config = own / "nginx.conf"
    config.write_text(
        f"load_module {MODULE};\nuser root;\ndaemon off;\nworker_processes 1;\npid {own}/nginx.pid;\n"
        f"error_log stderr error;\nevents {{ worker_connections 64; }}\nhttp {{\naccess_log off;\n{temporary}"
        f"server {{ listen {US4}:{port}; listen [{US6}]:{port};\nmodsecurity on;\nmodsecurity_rules_file {main};\n"
        f"location / {{ proxy_pass http://{US4}:{behind}; }} }}\n}}\n"
    )
    command = ["/usr/sbin/nginx", "-p", str(own), "-e", "stderr", "-c", str(config)]
    with running(command, own, [port]):
        yield port


START = {"ModSecurity 2": two, "ModSecurity 3": three}


@pytest.fixture(scope="module")
def behind(need: Need, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    need(*APACHE, *NEEDS["apache"], *NEEDS["nginx"], MODULE)
    with php(tmp_path_factory.mktemp("php")) as fastcgi, shop() as port:
        yield {"ModSecurity 2": fastcgi, "ModSecurity 3": port}


@pytest.mark.parametrize("version", START)
@pytest.mark.parametrize("step", ["methods", "content"])
def test_all_methods_pass_and_attacks_do_not(version: str, step: str, behind: dict[str, int], tmp_path: Path) -> None:
    fix, not_ours = fix_for("modsecurity"), fix_for("modsecurity", addresses="198.51.100.7 2001:db8::7")
    with ExitStack() as stack:
        before, after, for_another = (
            stack.enter_context(START[version](tmp_path, 1, rules, behind[version]))
            for rules in ("", text(fix, step), text(not_ours, step))
        )
        assert ours(before) == {200, 403}
        assert ours(after) == {200}
        assert ours(for_another) == {200, 403}, "addresses that are not in the list get in"
        assert others(after) == others(before)
        for method in ("GET", "DELETE"):
            assert {call(after, method, path=path) for path in ATTACKS} == {403}
        record("modsecurity", f"{version}, core rules at level 1, “{step}”", before, after)


@pytest.mark.parametrize("version", START)
def test_links_and_apostrophes_pass_at_a_higher_level_and_attacks_do_not(
    version: str, behind: dict[str, int], tmp_path: Path
) -> None:
    fix = fix_for("modsecurity")
    rules = f"{text(fix, 'content')}\n{text(fix, 'consent')}"
    with ExitStack() as stack:
        before, after = (
            stack.enter_context(START[version](tmp_path, 2, lines, behind[version])) for lines in ("", rules)
        )
        for body in (NOTE, WEBHOOK, ADDRESS):
            assert call(before, "POST", body=body) == 403
            assert call(after, "POST", body=body) == 200
            assert call(after, "POST", body=body, source=STRANGER) == 403
            assert call(after, "POST", body=body, agent=BROWSER) == 403
        assert {call(after, path=path) for path in ATTACKS} == {403}
        assert call(before, path=CONSENT, agent=BROWSER, source=STRANGER) == 403
        assert call(after, path=CONSENT, agent=BROWSER, source=STRANGER) == 200
        assert call(after, path=f"{CONSENT}&more=https%3A%2F%2Fevil.example", agent=BROWSER) == 403
    note("modsecurity", f"{version}, names and links at level 2", "403", "200", "7 | 0")


def test_larger_calls_pass_on_the_interfaces_path_only(behind: dict[str, int], tmp_path: Path) -> None:
    many = json.dumps({f"k{number}": "x" for number in range(1500)}).encode()
    large = json.dumps({f"k{number}": "x" * 400 for number in range(500)}).encode()
    lines = text(fix_for("modsecurity"), "size")
    server = modsecurity(tmp_path) + core_rule_set(1)
    kept = tmp_path / "bodies"
    kept.mkdir()
    kept.chmod(0o777)
    server += f"SecTmpDir {kept}\n"
    modules = f"{MODULES} security2"
    with ExitStack() as stack:
        before, after = (
            stack.enter_context(apache(tmp_path, behind["ModSecurity 2"], server=server, host=host, modules=modules))
            for host in ("", lines)
        )
        assert [call(before, "POST", body=body) for body in (many, large)] == [400, 413]
        assert [call(after, "POST", body=body) for body in (many, large)] == [200, 200]
        assert [call(after, "POST", body=body, path="/wp-json/wp/v2/x") for body in (many, large)] == [400, 413]
        assert call(after, "POST", body=json.dumps({"k": "x" * 2_000_000}).encode()) == 413
