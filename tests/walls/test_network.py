"""Firewalls and name servers, in a network of the test's own."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.walls.calls import BROWSER, OURS, door, outcome, outcome_of, probe
from tests.walls.conftest import Need
from tests.walls.doctor import MANNERS, Scores, causes, examined
from tests.walls.namespace import PORT, THEM, US, Namespace, name_server, namespace
from tests.walls.process import HOST, START_S, free_ports, running
from tests.walls.rules import SHOP
from tests.walls.servers import NEEDS, nginx_config
from varco.doctor.scan import Limits

URL = f"http://{THEM}:{PORT}"
PATIENCE_S = 1.5
FROM_US = f"ip saddr {US} tcp dport {PORT}"

NFT = {
    "counter": SHOP,
    "drop": "connect-timeout",
    "reject": "connection-refused",  # ICMP port unreachable
    "reject with tcp reset": "connection-refused",
    "reject with icmp type host-unreachable": "host-unreachable",
    "reject with icmp type admin-prohibited": "host-unreachable",  # firewalld's way
    "reject with icmp type net-prohibited": "host-unreachable",
}
STRING = [
    ("DROP", "Varco/", OURS, "GET", "answer-timeout"),
    ("DROP", "Varco/", BROWSER, "GET", SHOP),
    ("DROP", "PATCH /", OURS, "PATCH", "answer-timeout"),
    ("DROP", "PATCH /", OURS, "GET", SHOP),
    ("REJECT", "Varco/", OURS, "GET", "connection-dropped"),
    ("REJECT", "Varco/", BROWSER, "GET", SHOP),
]
NAMES = {
    "none": "name-server-failed",
    "2": "name-server-failed",  # SERVFAIL
    "5": "name-server-failed",  # REFUSED
    "3": "name-not-found",  # NXDOMAIN
    "0": "name-not-found",  # the name is there, without an address
}


@pytest.fixture(scope="module")
def space(need: Need, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Namespace]:
    """With nginx and a shop behind it inside."""
    need(*NEEDS["nginx"], "/usr/sbin/nft", "/usr/sbin/iptables", "/sbin/ip", network=True)
    with ExitStack() as stack:
        space = stack.enter_context(namespace())
        folder = tmp_path_factory.mktemp("network")
        (inside,) = free_ports(1)
        shop = space.command(sys.executable, "-m", "varco.sandbox", "--plain", "--port", str(inside), "--orders", "0")
        stack.enter_context(running(shop, folder, []))
        site = f"server {{ listen {THEM}:{PORT}; location / {{ proxy_pass http://{HOST}:{inside}; }} }}"
        stack.enter_context(running(space.command(*nginx_config(folder, site)), folder, []))
        asyncio.run(_until_the_shop_answers())
        yield space


async def _until_the_shop_answers() -> None:
    until = time.monotonic() + START_S
    async with door() as client:
        while (seen := await outcome_of(client, URL)) != SHOP:
            assert time.monotonic() < until, seen
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(("verdict", "expected"), NFT.items())
async def test_what_a_firewall_does_with_us_is_told(verdict: str, expected: str, space: Namespace) -> None:
    with space.nft(f"{FROM_US} {verdict}"):
        async with door() as client:
            assert await outcome(client, probe(URL, "GET"), PATIENCE_S) == expected


@pytest.mark.parametrize(("verdict", "expected"), NFT.items())
@pytest.mark.parametrize("limits", MANNERS, ids=lambda limits: limits.manner)
async def test_an_examination_names_what_a_firewall_does(
    verdict: str, expected: str, limits: Limits, space: Namespace, scores: Scores
) -> None:
    with space.nft(f"{FROM_US} {verdict}"):
        report = await examined(URL, limits)
    codes = [] if expected == SHOP else [expected]
    scores.add(f"nftables: {verdict}", limits, codes, report)
    assert causes(report) == codes


@pytest.mark.parametrize("limits", MANNERS, ids=lambda limits: limits.manner)
async def test_an_examination_names_a_firewall_that_reads_our_name(
    limits: Limits, space: Namespace, scores: Scores
) -> None:
    rule = f"-p tcp --dport {PORT} -m string --algo bm --string Varco/ -j REJECT --reject-with tcp-reset"
    with space.iptables(*rule.split()):
        report = await examined(URL, limits)
    scores.add("iptables: reset by name", limits, ["refused-name"], report)
    assert causes(report) == ["refused-name"]


@pytest.mark.parametrize(("verdict", "text", "agent", "method", "expected"), STRING)
async def test_a_firewall_that_reads_what_we_say_is_told(
    verdict: str, text: str, agent: str, method: str, expected: str, space: Namespace
) -> None:
    rule = f"-p tcp --dport {PORT} -m string --algo bm -j {verdict}".split()
    reset = ["--reject-with", "tcp-reset"] if verdict == "REJECT" else []
    with space.iptables(*rule, *reset, "--string", text):
        async with door() as client:
            assert await outcome(client, probe(URL, method, agent), PATIENCE_S) == expected


async def test_a_port_where_nobody_listens_is_told(space: Namespace) -> None:
    async with door() as client:
        assert await outcome_of(client, f"http://{THEM}:{PORT + 1}") == "connection-refused"


async def test_a_ban_after_the_first_calls_is_seen_as_a_refusal(space: Namespace) -> None:
    """As fail2ban and `ufw limit` do it."""
    meter = f"{FROM_US} ct state new limit rate over 1/minute burst 2 packets reject with tcp reset"
    seen = []
    with space.nft(meter):
        for _ in range(6):
            async with door() as client:  # a new connection each time
                seen.append(await outcome_of(client, URL))
    assert (seen[0], seen[-1]) == (SHOP, "connection-refused")
    assert seen == sorted(seen, key=lambda code: code != SHOP)


@pytest.mark.parametrize(("rcode", "expected"), NAMES.items())
def test_what_a_name_server_says_is_told(rcode: str, expected: str, space: Namespace) -> None:
    with name_server(space, HOST):
        url = "http://no-such-shop.example"
        assert space.run(sys.executable, "-m", "tests.walls.ask", url, rcode).strip() == expected
