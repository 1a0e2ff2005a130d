"""Which addresses we call: public ones, and networks that the operator allows. Checked on the final address, where
the socket is made, so that no spelling of an address and no second answer of a name server gets around it.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NOT_PUBLIC_4: Final = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host service, on a public address
        "169.254.0.0/16",  # link-local, and the metadata services of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
"""IANA's special-purpose registry, https://www.iana.org/assignments/iana-ipv4-special-registry/"""
_PUBLIC_6: Final = IPv6Network("2000::/3")
_NOT_PUBLIC_6: Final = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_NAT64: Final = IPv6Network("64:ff9b::/96")
"""Where the IPv4 address stands is known. In the local-use prefix 64:ff9b:1::/48 it is not (RFC 8215): not public."""


class AddressForbidden(OSError):
    """Our own guard refused the address."""


def is_allowed(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Whether it is public, or in a network that the operator allows; an IPv4 address within IPv6 counts as itself."""
    real = _embedded_ipv4(address) or address
    if any(real.version == network.version and real in network for network in allowed):
        return True
    if isinstance(real, IPv4Address):
        return not any(real in network for network in _NOT_PUBLIC_4)
    return real in _PUBLIC_6 and not any(real in network for network in _NOT_PUBLIC_6)


def _embedded_ipv4(address: Address) -> IPv4Address | None:
    """IPv4-mapped, IPv4-compatible, 6to4 and NAT64 forms lead to an IPv4 address (RFC 4291, 3056, 6052)."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address in _NAT64 or (0xFFFF < int(address) <= 0xFFFFFFFF):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def guarded_socket(
    family: int, kind: int, protocol: int, sockaddr: Sequence[object], allowed: Sequence[Network]
) -> socket.socket:
    """A socket for that address, or `AddressForbidden`. The only place where the network layer makes one."""
    address = ip_address(str(sockaddr[0]).partition("%")[0])
    if not is_allowed(address, allowed):
        raise AddressForbidden(f"{address} is not a public address")
    return socket.socket(family, kind, protocol)


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """`ValueError` names what cannot be a network."""
    return tuple(ip_network(text, strict=False) for text in texts)
