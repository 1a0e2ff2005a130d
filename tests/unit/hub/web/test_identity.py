"""What the hub says of itself to whoever lets it in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from varco.fixes.addresses import addresses_in
from varco.hub import runtime

pytestmark = pytest.mark.django_db
NOW = (ip_network("198.51.100.7/32"), ip_network("2001:db8::7/128"))
COMING = (date(2026, 12, 1), (ip_network("198.51.100.9/32"),))
Setting = Callable[..., None]


@pytest.fixture
def setting() -> Iterator[Setting]:
    before = runtime.current()

    def put(**values: Any) -> None:
        runtime.use(dataclasses.replace(before, config=dataclasses.replace(before.config, **values)))

    yield put
    runtime.use(before)


def get(name: str) -> Any:
    return Client().get(f"/.well-known/varco/{name}")


def test_it_says_who_calls_and_from_where(setting: Setting) -> None:
    setting(egress_addresses=NOW, operator_url="https://who.example")
    found = get("identity.json").json()
    assert found["addresses"] == ["198.51.100.7", "2001:db8::7"]
    assert found["next_change"] is None
    assert all(agent.startswith("Varco/") for agent in found["user_agents"])
    assert found["operator"] == "https://who.example"


def test_the_version_changes_with_the_addresses_and_with_nothing_else(setting: Setting) -> None:
    setting(egress_addresses=NOW)
    first = get("ips.json").json()["version"]
    assert get("identity.json").json()["version"] == first
    setting(egress_addresses=NOW, operator_url="https://who.example")
    assert get("ips.json").json()["version"] == first
    setting(egress_addresses=NOW, egress_next=COMING)
    assert get("ips.json").json()["version"] != first


def test_a_change_is_announced_and_its_addresses_are_in_the_lists_already(setting: Setting) -> None:
    setting(egress_addresses=NOW, egress_next=COMING)
    assert get("ips.json").json()["next_change"] == {"on": "2026-12-01", "addresses": ["198.51.100.9"]}
    text = get("ips.txt").content.decode()
    assert "# From 2026-12-01 on only: 198.51.100.9" in text
    wanted = addresses_in("198.51.100.7 198.51.100.9 2001:db8::7", private=True)
    assert addresses_in(text, private=True) == wanted
    assert addresses_in(get("ips.json").content.decode(), private=True) == wanted


def test_servers_get_it_in_their_own_form(setting: Setting) -> None:
    setting(egress_addresses=NOW)
    assert "198.51.100.7 1;\n2001:db8::7 1;\n" in get("ips.nginx.conf").content.decode()
    nft = get("ips.nft").content.decode()
    assert "define varco_ipv4 = { 198.51.100.7 }" in nft
    assert "define varco_ipv6 = { 2001:db8::7 }" in nft


@pytest.mark.parametrize("name", ["ips.txt", "ips.json", "ips.nft", "other.txt"])
def test_without_addresses_there_is_no_list_that_would_look_complete(name: str) -> None:
    assert get(name).status_code == 404
