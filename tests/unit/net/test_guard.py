from __future__ import annotations

from ipaddress import ip_address

import pytest

from varco.net.guard import is_allowed, networks

FORBIDDEN = (
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.100.100.200 0.0.0.0 224.0.0.1 255.255.255.255 "
    "192.0.0.192 168.63.129.16 ::1 :: fe80::1 fc00::1 fd00:ec2::254 ff02::1 2001:db8::1 ::ffff:127.0.0.1 "
    "::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::a00:1 2002:7f00:1::1 2001::1 "
    "4000::1"
).split()
PUBLIC = "93.184.216.34 2606:2800:220:1::1 ::ffff:93.184.216.34 64:ff9b::5db8:d822 172.32.0.1".split()


@pytest.mark.parametrize("text", FORBIDDEN)
def test_addresses_inside_are_forbidden(text: str) -> None:
    assert not is_allowed(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_allowed(text: str) -> None:
    assert is_allowed(ip_address(text))


@pytest.mark.parametrize("text", ["127.0.0.9", "::ffff:127.0.0.9", "64:ff9b::7f00:9"])
def test_the_operator_can_allow_a_network_in_all_its_forms(text: str) -> None:
    assert is_allowed(ip_address(text), networks(["127.0.0.0/8"]))


def test_an_allowed_network_opens_no_other() -> None:
    assert not is_allowed(ip_address("10.0.0.1"), networks(["127.0.0.0/8"]))
