"""Each rule of the table, in the real server, with a real shop behind it."""

from __future__ import annotations

import pytest

from tests.walls.calls import BROWSER, door, outcome_of
from tests.walls.conftest import Walls
from tests.walls.rules import RULES, Rule

TABLE = [pytest.param(rule, id=rule.key) for rule in RULES if rule.calls]


@pytest.mark.parametrize("rule", TABLE)
async def test_what_a_rule_does_to_each_method_is_told_by_its_finding(rule: Rule, walls: Walls) -> None:
    url = walls(rule.server, rule.name)
    expected = {method: code for methods, code in rule.calls.items() for method in methods.split()}
    async with door() as client:
        assert {method: await outcome_of(client, url, method) for method in expected} == expected


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.key) for rule in RULES if rule.browser])
async def test_a_rule_by_name_lets_a_browser_in_and_a_rule_by_address_does_not(rule: Rule, walls: Walls) -> None:
    async with door() as client:
        assert await outcome_of(client, walls(rule.server, rule.name), agent=BROWSER) == rule.browser


def test_no_two_rules_share_a_name() -> None:
    assert len({rule.key for rule in RULES}) == len(RULES)
