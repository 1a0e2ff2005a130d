from __future__ import annotations

import pytest

from varco.fixes.addresses import addresses_in
from varco.model.errors import BadInput


def test_a_list_is_read_in_any_of_its_forms() -> None:
    expected = ("8.8.4.4", "8.8.8.0/24", "2a00:1450:4001::8")
    for text in (
        "8.8.8.0/24, 8.8.4.4;2A00:1450:4001:0::8",
        "# ours\n8.8.4.4   # the first\n8.8.8.0/24\r\n\n2a00:1450:4001::8\n",
        '["8.8.4.4", "8.8.8.0/24", "2a00:1450:4001::8"]',
        '{"version": "1.2", "next": "2026-12-01", "ipv4": ["8.8.4.4/32", "8.8.8.0/24"], "ipv6": ["2a00:1450:4001::8"]}',
        "::ffff:8.8.4.4 8.8.8.0/24 2a00:1450:4001::8/128",
    ):
        assert addresses_in(text) == expected


def test_lists_of_clouds_are_read_too() -> None:
    text = '{"syncToken": "17.2", "prefixes": [{"ip_prefix": "8.8.8.0/24", "region": "eu-south-1"}]}'
    assert addresses_in(text) == ("8.8.8.0/24",)


def test_what_lies_within_another_network_is_said_once() -> None:
    assert addresses_in("8.8.8.8 8.8.8.0/24 8.8.8.8/32 8.8.0.0/16") == ("8.8.0.0/16",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("# nothing", "empty"),
        ("8.8.4", "8.8.4 is no address"),
        ("8.8.4.O", "8.8.4.O is no address"),
        ("8.8.4.256", "8.8.4.256 is no address"),
        ("8.8.4.4/33", "8.8.4.4/33 is no address"),
        ("8.8.4.4/24", "write 8.8.4.4 or 8.8.4.0/24"),
        ("2a00:1450:4001:::8", "is no address"),
        ("shop.example", "shop.example is no address"),
        ("８.8.4.4", "look like"),
        ("10.1.2.3", "no public address"),
        ("192.168.1.0/24", "--allow-private"),
        ("127.0.0.1", "no public address"),
        ("fd00::1", "no public address"),
        ("::ffff:10.0.0.1", "no public address"),
        ("203.0.113.10", "for examples"),
        ("2001:db8::1", "for examples"),
        ("0.0.0.0/0", "far more addresses"),
        ("8.0.0.0/8", "far more addresses"),
        ("::/0", "far more addresses"),
        ("[8.8.4.4", "looks like JSON"),
        ("<html>", "is no address"),
        ("8.8.4.4'; drop", "is no address"),
    ],
)
def test_what_cannot_be_in_a_rule_is_said(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told.replace("(", r"\(")):
        addresses_in(text)


def test_a_network_of_ones_own_is_taken_where_it_is_meant() -> None:
    assert addresses_in("10.1.2.3 fd00::1", private=True) == ("10.1.2.3", "fd00::1")
    with pytest.raises(BadInput, match="far more addresses"):
        addresses_in("10.0.0.0/8", private=True)
