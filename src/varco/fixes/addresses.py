"""Reads a list of addresses that somebody gives, and says clearly what cannot be in a rule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from varco.model.errors import BadInput
from varco.net.guard import Network, is_allowed

WIDEST: Final = {4: 16, 6: 32}
"""Shorter prefixes are refused: no platform calls from so many addresses."""
MOST: Final = 2000
_NAMES: Final = re.compile(r"prefix|cidr|address|^ip", re.IGNORECASE)
_EXAMPLES: Final = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))


def addresses_in(text: str, *, private: bool = False) -> tuple[str, ...]:
    """Each once, IPv4 first, in their canonical spelling; those within another one left out.

    Text with one or several on a line, comments behind `#`, or JSON with addresses in it. `BadInput` says what is wrong
    with which one; `private` allows those of a network of one's own.
    """
    found = {_network(word, private) for word in _words(text) if word}
    if not found:
        raise BadInput("The list of addresses is empty.")
    if len(found) > MOST:
        raise BadInput(f"{len(found)} addresses are too many for a rule: give networks such as 192.0.2.0/24.")
    kept = [one for one in found if not any(_within(one, other) for other in found)]
    kept.sort(key=lambda one: (one.version, int(one.network_address)))
    return tuple(map(spelling, kept))


def spelling(network: Network) -> str:
    """A single address without its prefix."""
    return str(network.network_address if network.num_addresses == 1 else network)


def _within(one: Network, other: Network) -> bool:
    return one is not other and one.version == other.version and one.subnet_of(other)  # type: ignore[arg-type]


def _words(text: str) -> Iterator[str]:
    if text.lstrip().startswith(("[", "{")):
        yield from _words_of_json(text)
        return
    for line in text.splitlines():
        yield from re.split(r"[\s,;]+", line.partition("#")[0].strip())


def _words_of_json(text: str) -> Iterator[str]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise BadInput(f"The list of addresses looks like JSON and is not: {error}.") from None
    yield from _texts(data)


def _texts(data: object, named: bool = False) -> Iterator[str]:
    """Those in lists, and those whose name says that they are addresses: beside them stand versions and dates."""
    if isinstance(data, str) and named:
        yield data
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value, named=True)
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, named=bool(_NAMES.search(str(key))))


def _network(word: str, private: bool) -> Network:
    network = _parsed(word)
    if network.prefixlen < WIDEST[network.version]:
        raise BadInput(
            f"{word} holds far more addresses than a platform calls from. The widest that is taken is "
            f"/{WIDEST[network.version]}."
        )
    if any(network.version == example.version and _overlaps(network, example) for example in _EXAMPLES) and not private:
        raise BadInput(f"{word} is an address for examples. Put the platform's real one.")
    if not private and not (is_allowed(network[0]) and is_allowed(network[-1])):
        raise BadInput(
            f"{word} is no public address: nobody calls a shop on the internet from it. If the shop and the platform "
            "are in one network of your own, add --allow-private."
        )
    return network


def _overlaps(one: Network, other: Network) -> bool:
    return one.overlaps(other)


def _parsed(word: str) -> Network:
    if not word.isascii():
        raise BadInput(f"{word!r} is no address: it has signs in it that only look like those of one.")
    try:
        network = ip_network(word)
    except ValueError:
        raise BadInput(_what_is_wrong(word)) from None
    if isinstance(network, IPv6Network) and network.num_addresses == 1:
        inside = network.network_address.ipv4_mapped
        return ip_network(inside) if inside else network
    return network


def _what_is_wrong(word: str) -> str:
    try:
        meant: Network = ip_network(word, strict=False)
    except ValueError:
        return f"{word} is no address. Addresses look like 192.0.2.10, 192.0.2.0/24 or 2001:db8::10."
    single = word.partition("/")[0]
    known: IPv4Address | IPv6Address = ip_address(single)
    return f"{word} is neither one address nor a network: write {known} or {meant}."
