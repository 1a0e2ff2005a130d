"""Walls that show only with a large request, with many of them, or with certain words in them."""

from __future__ import annotations

import json

import pytest

from tests.walls.calls import OURS, changed, door, outcome, outcome_of, probe
from tests.walls.conftest import Walls
from tests.walls.rules import SHOP

KIB = 1024


def json_of(values: int, letters: int = 1) -> bytes:
    return json.dumps({f"k{number}": "x" * letters for number in range(values)}).encode()


LARGE = [
    ("nginx", "no rule", json_of(1, 900 * KIB), SHOP),
    ("nginx", "small bodies", json_of(1, 60 * KIB), SHOP),
    ("nginx", "small bodies", json_of(1, 64 * KIB), "request-too-large"),
    ("apache", "core rule set", json_of(900), SHOP),
    ("apache", "core rule set", json_of(1001), "request-too-large"),  # SecArgumentsLimit 1000 by default: a 400
    ("apache", "core rule set", json_of(1, 100 * KIB), SHOP),
    ("apache", "core rule set", json_of(1, 130 * KIB), "request-too-large"),  # SecRequestBodyNoFilesLimit 128 KiB
    ("lighttpd", "no rule", json_of(1, 60 * KIB), SHOP),
    ("lighttpd", "no rule", json_of(1, 66 * KIB), "request-too-large"),  # server.max-request-size 64 in this test
]


@pytest.mark.parametrize(("server", "name", "body", "expected"), LARGE, ids=lambda value: str(value)[:30])
async def test_a_size_limit_is_told_from_a_refusal(
    server: str, name: str, body: bytes, expected: str, walls: Walls
) -> None:
    async with door() as client:
        assert await outcome(client, changed(probe(walls(server, name), "POST"), body=body)) == expected


@pytest.mark.parametrize("server", ["nginx", "apache", "lighttpd"])
async def test_an_address_that_is_too_long_is_a_size_limit(server: str, walls: Walls) -> None:
    asked = probe(walls(server, "no rule"), "GET")
    async with door() as client:
        assert await outcome(client, changed(asked, query=f"?search={'a' * 9000}")) == "request-too-large"


@pytest.mark.parametrize("server", ["nginx", "apache"])
async def test_headers_that_are_too_large_are_a_size_limit(server: str, walls: Walls) -> None:
    asked = changed(probe(walls(server, "no rule"), "GET"), headers=(("X-Note", "a" * 9000),))
    async with door() as client:
        assert await outcome(client, asked) == "request-too-large"


@pytest.mark.parametrize("name", ["limit_req", "limit_req 429"])
async def test_nginx_asks_to_slow_down_once_there_are_too_many_calls(name: str, walls: Walls) -> None:
    """Its zone counts by address, so both rules share it: the first call of all may have been the other's."""
    url = walls("nginx", name)
    async with door() as client:
        await outcome_of(client, url)
        assert await outcome_of(client, url) == "rate-limited"


NOTE = json.dumps({"note": "Tracking: https://carrier.example/track?code=RR473124829GB"}).encode()
WEBHOOK = json.dumps({"topic": "order.created", "delivery_url": "https://varco.example/hooks/1"}).encode()
ADDRESS = json.dumps({"last_name": "D'Angelo", "address_1": "via dell'Orso 12/B -- scala A"}).encode()
CONTENT = [
    ("core rule set", NOTE, SHOP),
    ("core rule set", WEBHOOK, SHOP),
    ("core rule set", ADDRESS, SHOP),
    ("core rule set, paranoia level 2", NOTE, "refused-by-server"),
    ("core rule set, paranoia level 2", WEBHOOK, "refused-by-server"),
    ("core rule set, paranoia level 2", ADDRESS, "refused-by-server"),
]


@pytest.mark.parametrize(("name", "body", "expected"), CONTENT, ids=lambda value: str(value)[:40])
async def test_the_core_rule_set_takes_links_and_apostrophes_for_attacks_at_level_two(
    name: str, body: bytes, expected: str, walls: Walls
) -> None:
    async with door() as client:
        assert await outcome(client, changed(probe(walls("apache", name), "POST"), body=body)) == expected


async def test_the_core_rule_set_would_refuse_the_name_of_a_library_at_level_two(walls: Walls) -> None:
    url = walls("apache", "core rule set, paranoia level 2")
    async with door() as client:
        assert await outcome_of(client, url, agent="python-requests/2.32") == "refused-by-server"
        assert await outcome_of(client, url, agent=OURS) == SHOP
