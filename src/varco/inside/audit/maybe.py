"""Yes, no, and what cannot be known: most of all whether an address that nobody told us is in a list."""

from __future__ import annotations

import ipaddress
from typing import Iterable, Optional, Sequence

Maybe = Optional[bool]
_PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1/128 fc00::/7 fe80::/10".split()
)
"""From which no platform calls a shop on the internet. Python's own list differs from version to version."""


def negated(value: Maybe) -> Maybe:
    return None if value is None else not value


def all_of(values: Iterable[Maybe]) -> Maybe:
    found = list(values)
    if False in found:
        return False
    return None if None in found else True


def any_of(values: Iterable[Maybe]) -> Maybe:
    found = list(values)
    if True in found:
        return True
    return None if None in found else False


def address_in(address: str | None, listed: Sequence[str]) -> Maybe:
    """An address that is not known may be any public one."""
    found = [network for text in listed for network in [_network(text)] if network is not None]
    if address is not None:
        ours = ipaddress.ip_network(address)
        same = [network for network in found if network.version == ours.version]
        if any(int(network[0]) <= int(ours[0]) and int(ours[-1]) <= int(network[-1]) for network in same):
            return True
        return None if any(ours.overlaps(network) for network in same) else False
    if any(network.prefixlen == 0 for network in found):
        return True
    return False if all(map(_is_private, found)) else None


def _is_private(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    return any(network[0] in private and network[-1] in private for private in _PRIVATE)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Also as Apache lets it be written: `10.1`, `10.1.0.0/255.255.0.0`."""
    plain = text.strip("'\"").rstrip(".")
    if plain.replace(".", "").isdigit() and plain.count(".") < 3:
        parts = plain.split(".")
        plain = ".".join((*parts, *["0"] * (4 - len(parts)))) + f"/{8 * len(parts)}"
    try:
        return ipaddress.ip_network(plain, strict=False)
    except ValueError:
        return None
