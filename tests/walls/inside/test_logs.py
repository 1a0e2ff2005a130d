"""Logs that real servers write: the same refusals are read out of each form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walls.conftest import Need
from tests.walls.fixes.apache import NEEDS as APACHE
from tests.walls.fixes.apache import php
from tests.walls.fixes.calls import BROWSER, call, shop
from tests.walls.fixes.test_modsecurity import MODULE
from tests.walls.inside.logging import apache_with_rules, nginx_with_rules
from tests.walls.process import let_in
from tests.walls.servers import NEEDS
from varco.app.inside import known
from varco.inside.caller import caller_from
from varco.inside.logs.files import sources
from varco.inside.logs.read import read_logs
from varco.model.identity import METHODS


@pytest.fixture(scope="module")
def behind(need: Need, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    need(*APACHE, *NEEDS["apache"], *NEEDS["nginx"], MODULE)
    with php(tmp_path_factory.mktemp("php")) as fastcgi, shop() as port:
        yield {"apache": fastcgi, "nginx": port}


@pytest.mark.parametrize("json", [False, True], ids=["own form", "JSON"])
@pytest.mark.parametrize("server", ["apache", "nginx"])
def test_the_refusals_of_the_core_rules_are_found_once_with_their_rule(
    server: str, json: bool, behind: dict[str, int], tmp_path: Path
) -> None:
    let_in(tmp_path)
    start = apache_with_rules if server == "apache" else nginx_with_rules
    with start(tmp_path, behind[server], json=json) as (port, logs):
        for method in METHODS:
            call(port, method)
            call(port, method, agent=BROWSER)
    for chosen in (logs, logs[:2], logs[1:2]):
        report = read_logs(sources([str(path) for path in chosen]), caller_from(known(), "sendcloud"))
        stopped = [one for site in report.sites for one in site.stopped]
        assert sorted((one.method, one.count) for one in stopped) == [("DELETE", 1), ("PATCH", 1), ("PUT", 1)]
        assert {(one.finding, one.target) for one in stopped} == {("methods-rule-set", "modsecurity")}
        assert all("911100" in {reason.rule for reason in one.reasons} for one in stopped)
        assert {log.unread for log in report.logs} == {0}
