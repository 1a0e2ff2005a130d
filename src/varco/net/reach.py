"""Each address of a server by itself: does it take a connection, does it speak TLS, until when is its certificate good.

No HTTP is spoken. A call of the client takes whichever address answers first, and so hides one that is dead.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from varco.model.exchange import Failure, FailureKind, Phase
from varco.net.failures import failure_from
from varco.net.guard import AddressForbidden, Network, guarded_socket
from varco.net.name_servers import name_servers_of, names_of
from varco.net.names import Names, addresses_of
from varco.net.tls import context, pinned_context

PATIENCE_S: Final = 10.0
_MOST_ADDRESSES: Final = 6
_PORTS: Final = {"http": 80, "https": 443}


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """One address. `failure` None: a connection came about, encrypted where that was wanted."""

    address: str
    failure: Failure | None = None
    certificate_until: datetime | None = None

    @property
    def is_v6(self) -> bool:
        return isinstance(ip_address(self.address.partition("%")[0]), IPv6Address)


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """`failure` set: the name leads nowhere."""

    failure: Failure | None = None
    addresses: tuple[Reached, ...] = ()
    host_names: tuple[str, ...] = ()
    """That its public addresses bear themselves."""
    name_servers: tuple[str, ...] = ()
    """Of its domain."""


async def reach(
    url: str,
    *,
    allowed_networks: Sequence[Network] = (),
    extra_ca: Path | None = None,
    pinned_ca: str = "",
    patience_s: float = PATIENCE_S,
) -> Reach:
    """All of a server's addresses at the same time. Never raises for what the network does."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)
    names = Names()
    try:
        async with asyncio.timeout(patience_s):
            found = await addresses_of(names, host, port)
    except Exception as error:
        return Reach(failure=failure_from(error, Phase.DNS))
    finally:
        await names.close()
    trusted = _trusted(extra_ca, pinned_ca) if parts.scheme == "https" else None
    reached = [_address(address, host, port, trusted, allowed_networks, patience_s) for address in _few(found)]
    addresses, named, servers = await asyncio.gather(
        asyncio.gather(*reached), names_of(_few(found)), name_servers_of(host)
    )
    return Reach(addresses=tuple(addresses), host_names=named, name_servers=servers)


def _trusted(extra_ca: Path | None, pinned_ca: str) -> ssl.SSLContext:
    return pinned_context(pinned_ca, _nothing) if pinned_ca else context(extra_ca, _nothing)


def _few(addresses: Sequence[str]) -> list[str]:
    """Each once; a name with dozens of addresses is a service's, and one stands for all."""
    return list(dict.fromkeys(addresses))[:_MOST_ADDRESSES]


async def _address(
    address: str,
    host: str,
    port: int,
    trusted: ssl.SSLContext | None,
    allowed: Sequence[Network],
    patience_s: float,
) -> Reached:
    phase, connection = Phase.CONNECT, None
    try:
        async with asyncio.timeout(patience_s):
            connection = await _connected(address, port, allowed)
            phase = Phase.TLS
            until = await _certificate_until(connection, host, trusted) if trusted else None
    except AddressForbidden:
        return Reached(
            address=address, failure=Failure(kind=FailureKind.ADDRESS_FORBIDDEN, phase=Phase.CONNECT, text=address)
        )
    except Exception as error:
        return Reached(address=address, failure=failure_from(error, phase))
    finally:
        if connection is not None:
            connection.close()
    return Reached(address=address, certificate_until=until)


async def _connected(address: str, port: int, allowed: Sequence[Network]) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = socket.getaddrinfo(address, port, family, socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[0]
    connection = guarded_socket(family, socket.SOCK_STREAM, 0, found[4], allowed)
    connection.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(connection, found[4])
    except BaseException:
        connection.close()
        raise
    return connection


async def _certificate_until(connection: socket.socket, host: str, trusted: ssl.SSLContext) -> datetime | None:
    _, writer = await asyncio.open_connection(sock=connection.dup(), ssl=trusted, server_hostname=host)
    try:
        certificate: dict[str, Any] = writer.get_extra_info("peercert") or {}
    finally:
        writer.transport.abort()
    ends = certificate.get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if ends else None


def _nothing() -> None:
    """Nobody measures the handshake here."""
