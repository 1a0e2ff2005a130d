"""The examination against each rule of the table, in the real server, with a real shop behind it: cause and code."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.walls.calls import ALLOWED, door
from tests.walls.conftest import Need, Walls
from tests.walls.rules import RULES, Rule
from varco.app.check import identity_named, target_of
from varco.doctor.report import Colour, Report
from varco.doctor.runner import examine
from varco.doctor.scan import CAREFUL, Limits
from varco.doctor.target import BROWSER
from varco.model.exchange import Exchange, Request
from varco.net.reach import reach

EVERYTHING = Limits(pause_s=0, refusals=60)
"""As a thorough run, without its waiting: nobody bans us here."""


async def no_time(_seconds: float) -> None:
    """Nothing is waited for."""


async def examined(url: str, limits: Limits) -> Report:
    async with door() as client:

        async def send(request: Request) -> Exchange:
            return await client.send(request, key="walls")

        target = target_of(url, identity_named("varco"), platform="woocommerce")
        return await examine(
            target, send, limits=limits, reach=await reach(url, allowed_networks=ALLOWED), sleep=no_time
        )


METHODS = (["method-refused"], ["methods-read-only"])
NAME = (["refused-name"], ["refused-name"])
FROM_HERE = (["refused-from-here"], ["refused-from-here"])
DOWN = (["server-down"], ["server-down"])
LIMITED = (["rate-limited"], ["rate-limited"])
NOTHING: tuple[list[str], list[str]] = ([], [])
EXPECTED = {
    "no rule": NOTHING,
    "small bodies": NOTHING,
    "limit_except": METHODS,
    "LimitExcept": METHODS,
    "403 by method": METHODS,
    "405 by method": METHODS,
    "deny by method": METHODS,
    "444 by method": (["method-cut-off"], ["methods-read-only"]),
    "core rule set": (["method-refused"], ["methods-rule-set"]),
    "core rule set, paranoia level 2": (["method-refused"], ["links-refused", "methods-rule-set", "names-refused"]),
    "403 by name": NAME,
    "444 by name": NAME,
    "bad bots": NAME,
    "deny by name": NAME,
    "reject by name": NAME,
    "abort by name": NAME,
    "tarpit": NAME,
    "deny 429": NAME,
    "office addresses only": FROM_HERE,
    "403 by address": FROM_HERE,
    "reject by address": (["connection-dropped"], ["connection-dropped"]),
    "password": (["site-password"], ["site-password"]),
    "maintenance": (["maintenance"], ["maintenance"]),
    "dead PHP": DOWN,
    "slow PHP": DOWN,
    "dead backend": DOWN,
    "limit_req": LIMITED,
    "limit_req 429": LIMITED,
    "static files only": (["page-instead-of-data"], ["page-instead-of-data"]),
    "moved": (["name-not-found", "redirected"], ["name-not-found", "redirected"]),
    "closed path": (["interface-elsewhere"], ["interface-elsewhere"]),
}
"""By the name of the rule: what a careful and a thorough run must find. The shop behind a closed path believes to be at
its own port, and its home page says so."""
STOPS_NOTHING = {"method-refused", "method-cut-off", "methods-read-only", "methods-rule-set"}
"""For the hub, which writes to WooCommerce by POST."""


def causes(report: Report) -> list[str]:
    """Without what is only said: that the sandbox speaks plain http, and which service lets us through."""
    said = ("insecure-http", "service-in-front")
    return sorted(told.finding.code for told in report.findings if told.finding.code not in said)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.key) for rule in RULES])
@pytest.mark.parametrize("limits", [CAREFUL, EVERYTHING], ids=["careful", "thorough"])
async def test_each_rule_has_its_cause(rule: Rule, limits: Limits, walls: Walls) -> None:
    report = await examined(walls(rule.server, rule.name), limits)
    assert causes(report) == EXPECTED[rule.name][limits is EVERYTHING]
    blocked = set(causes(report)) - STOPS_NOTHING
    assert (report.colour_of("write-back") is Colour.GREEN) == (not blocked)
    assert len(report.calls) <= CAREFUL.most


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.key) for rule in RULES])
async def test_a_careful_run_is_refused_once_and_then_at_most_as_a_browser(rule: Rule, walls: Walls) -> None:
    """fail2ban's strictest usual jail bans at the second refusal."""
    report = await examined(walls(rule.server, rule.name), CAREFUL)
    refused = [call for call in report.calls if call.status in (403, 405, 429) or call.failure]
    assert len([call for call in refused if call.user_agent != BROWSER and "www" not in call.url]) <= 1
    if "core rule set" in rule.name:
        assert len(refused) == 1


JAILS = {"apache": {"apache-modsecurity": 2, "apache-auth": 5}, "nginx": {"nginx-limit-req": 5}}
"""fail2ban's usual filters, and the number of lines in its log at which each bans (jail.conf of fail2ban 1.0.2)."""
LOGS = {"apache": "apache*/error.log", "nginx": "nginx*/*-said.txt"}


def matched(lines: bytes, name: str, folder: Path) -> int:
    """How many of these lines the real filter takes for an attack."""
    log = folder / f"{name}.log"
    log.write_bytes(lines)
    command = ["fail2ban-regex", str(log), f"/etc/fail2ban/filter.d/{name}.conf"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"^Lines: .*?(\d+) matched", said, re.MULTILINE)
    return int(found[1]) if found else 0


async def would_count(rule: Rule, limits: Limits, walls: Walls, folders: pytest.TempPathFactory) -> dict[str, int]:
    """By filter: the lines that one run adds to the server's log."""
    url = walls(rule.server, rule.name)
    (log,) = {log.resolve() for log in folders.getbasetemp().glob(LOGS[rule.server])}
    before = log.stat().st_size
    await examined(url, limits)
    added = log.read_bytes()[before:]
    return {name: matched(added, name, folders.mktemp("filter")) for name in JAILS[rule.server]}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.key) for rule in RULES if rule.server in JAILS])
async def test_fail2bans_usual_jails_do_not_ban_a_careful_run(
    rule: Rule, walls: Walls, need: Need, tmp_path_factory: pytest.TempPathFactory
) -> None:
    need("/usr/bin/fail2ban-regex")
    counted = await would_count(rule, CAREFUL, walls, tmp_path_factory)
    assert all(counted[name] < most for name, most in JAILS[rule.server].items()), counted


async def test_the_same_jail_would_ban_who_asks_everything_at_once(
    walls: Walls, need: Need, tmp_path_factory: pytest.TempPathFactory
) -> None:
    need("/usr/bin/fail2ban-regex")
    (rule,) = [rule for rule in RULES if rule.key == "apache: core rule set"]
    counted = await would_count(rule, EVERYTHING, walls, tmp_path_factory)
    assert counted["apache-modsecurity"] >= 2
