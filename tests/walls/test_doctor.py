"""The examination against each rule of the table, in the real server, with a real shop behind it: cause and code."""

from __future__ import annotations

import pytest

from tests.walls.conftest import Walls
from tests.walls.doctor import EVERYTHING, MANNERS, STOPS_NOTHING, Scores, causes, examined
from tests.walls.rules import RULES, Rule
from varco.doctor.report import Colour
from varco.doctor.scan import CAREFUL, Limits
from varco.doctor.target import BROWSER

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
    "path refused": (["path-closed"], ["path-closed"]),
    "path hung up on": (["path-closed"], ["path-closed"]),
    "robot test": (["robot-test"], ["robot-test"]),
    "coming soon": (["coming-soon-page"], ["coming-soon-page"]),
    "login": (["sent-to-login"], ["sent-to-login"]),
    "7G": (["method-refused"], ["methods-seven-g"]),
    "only browsers": NAME,
}
"""By the name of the rule: what a careful and a thorough run must find. The shop behind a closed path believes to be at
its own port, and its home page says so."""


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.key) for rule in RULES])
@pytest.mark.parametrize("limits", MANNERS, ids=lambda limits: limits.manner)
async def test_each_rule_has_its_cause(rule: Rule, limits: Limits, walls: Walls, scores: Scores) -> None:
    report = await examined(walls(rule.server, rule.name), limits)
    expected = EXPECTED[rule.name][limits is EVERYTHING]
    scores.add(rule.key, limits, expected, report)
    assert causes(report) == expected
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


def test_there_are_many_set_ups() -> None:
    assert len({rule.key for rule in RULES}) >= 60
    assert EXPECTED.keys() == {rule.name for rule in RULES}
