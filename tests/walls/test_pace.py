"""Limits by pace in real servers: named by a thorough run, not provoked by a careful one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.walls.conftest import Need
from tests.walls.doctor import EVERYTHING, Scores, causes, examined
from tests.walls.process import HOST, free_ports, let_in, running
from tests.walls.servers import APACHE_MODULES, NEEDS, nginx_with
from varco.doctor.scan import CAREFUL
from varco.sandbox.process import Running

EVASIVE = APACHE_MODULES / "mod_evasive20.so"


@pytest.fixture
def nginx(shops: Running, need: Need, tmp_path: Path) -> Iterator[list[str]]:
    """Two sites, each with a limit of its own: 16 calls at once, and then one in a minute."""
    need(*NEEDS["nginx"])
    ports = free_ports(2)
    zone = "limit_req_zone $server_port zone=calls:1m rate=1r/m;\n"
    sites = "".join(
        f"server {{ listen {HOST}:{port}; location / {{ limit_req zone=calls burst=15 nodelay; "
        f"limit_req_status 429; proxy_pass {shops.shops[0].url}; }} }}\n"
        for port in ports
    )
    with nginx_with(tmp_path, zone + sites, ports):
        yield [f"http://{HOST}:{port}" for port in ports]


async def test_a_limit_of_nginx_is_named_by_a_thorough_run_and_not_met_by_a_careful_one(
    nginx: list[str], scores: Scores
) -> None:
    careful, thorough = nginx
    report = await examined(careful, CAREFUL)
    scores.add("nginx: 16 calls at once", CAREFUL, [], report)
    assert causes(report) == []
    report = await examined(thorough, EVERYTHING)
    scores.add("nginx: 16 calls at once", EVERYTHING, ["pace-limited"], report)
    assert causes(report) == ["pace-limited"]
    refused = [call for call in report.calls if call.status == 429]
    assert len(refused) == 1, "no further than the first refusal"


async def test_mod_evasive_is_told_from_a_rule_about_a_method(
    shops: Running, need: Need, tmp_path: Path, scores: Scores
) -> None:
    """As installed it refuses, for ten seconds, who asks for one address too often in a second."""
    need(*NEEDS["apache"], str(EVASIVE))
    let_in(tmp_path)
    (port,) = free_ports(1)
    modules = "".join(
        f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n"
        for name in ("mpm_event", "authz_core", "proxy", "proxy_http")
    )
    config = tmp_path / "apache.conf"
    config.write_text(
        f"ServerRoot {tmp_path}\nDefaultRuntimeDir {tmp_path}\nPidFile {tmp_path}/pid\nServerName {HOST}\n"
        f"ErrorLog {tmp_path}/error.log\nServerLimit 1\nStartServers 1\nThreadsPerChild 4\nMaxRequestWorkers 4\n"
        f"{modules}LoadModule evasive20_module {EVASIVE}\nDOSPageCount 3\nDOSPageInterval 30\nDOSSiteCount 500\n"
        f"DOSBlockingPeriod 10\nDOSLogDir {tmp_path}\nUser nobody\nGroup nogroup\nListen {HOST}:{port}\n"
        f"ProxyPass / http://{HOST}:{urlsplit(shops.shops[0].url).port}/\n"
    )
    with running(["/usr/sbin/apache2", "-DFOREGROUND", "-f", str(config)], tmp_path, [port]):
        report = await examined(f"http://{HOST}:{port}", CAREFUL)
    scores.add("apache: mod_evasive, asked without pauses", CAREFUL, ["refused-meanwhile"], report)
    assert causes(report) == ["refused-meanwhile"]
    assert len([call for call in report.calls if call.status == 403]) == 2, "the first refusal, and one look again"
