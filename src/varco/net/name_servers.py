"""Who keeps a host's names: its addresses' own names (PTR) and its domain's name servers (NS). Hints, never proof.

The system's resolver tells the first; the second needs a question of its own, which goes to the first name server of
`/etc/resolv.conf` by UDP (RFC 1035).
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from varco.net.guard import is_allowed

PATIENCE_S: Final = 2.0
_RESOLVERS: Final = Path("/etc/resolv.conf")
_NS: Final = 2
_POINTER: Final = 0xC0


async def names_of(addresses: Sequence[str]) -> tuple[str, ...]:
    """The names that public addresses bear; nothing where nobody answers in time."""
    public = [address for address in addresses if is_allowed(ip_address(address.partition("%")[0]))]
    found = await asyncio.gather(*map(_name_of, public))
    return tuple(dict.fromkeys(filter(None, found)))


async def _name_of(address: str) -> str:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(PATIENCE_S):
            return (await loop.getnameinfo((address, 0), socket.NI_NAMEREQD))[0].lower()
    except OSError:
        return ""


async def name_servers_of(host: str, resolver: tuple[str, int] | None = None) -> tuple[str, ...]:
    """Of the nearest domain above that has some; nothing where nobody answers in time."""
    where = resolver or _first_resolver()
    labels = host.rstrip(".").split(".")
    if where is None or len(labels) < 2 or labels[-1].isdigit() or ":" in host:
        return ()
    try:
        async with asyncio.timeout(PATIENCE_S):
            for start in range(len(labels) - 1):
                found = await _asked(".".join(labels[start:]), where)
                if found:
                    return found
    except (OSError, ValueError):
        pass
    return ()


def _first_resolver() -> tuple[str, int] | None:
    try:
        lines = _RESOLVERS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    named = [line.split()[1] for line in lines if line.startswith("nameserver ") and len(line.split()) > 1]
    return (named[0], 53) if named else None


async def _asked(domain: str, where: tuple[str, int]) -> tuple[str, ...]:
    loop = asyncio.get_running_loop()
    number = secrets.token_bytes(2)
    name = b"".join(bytes([len(label)]) + label for label in domain.encode("ascii").split(b".")) + b"\0"
    question = number + struct.pack("!5H", 0x0100, 1, 0, 0, 0) + name + struct.pack("!2H", _NS, 1)
    family = socket.AF_INET6 if ":" in where[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as connection:
        connection.setblocking(False)
        await loop.sock_connect(connection, where)  # so that the kernel drops what others send
        await loop.sock_sendall(connection, question)
        answer = await loop.sock_recv(connection, 4096)
    if answer[:2] != number:
        raise ValueError("an answer to another question")
    return tuple(sorted(_answers(answer, 12 + len(name) + 4)))


def _answers(answer: bytes, at: int) -> Iterator[str]:
    """`ValueError` for what is no answer of DNS."""
    try:
        for _ in range(struct.unpack_from("!H", answer, 6)[0]):
            _name, at = _read_name(answer, at)
            kind, _class, _ttl, length = struct.unpack_from("!2HIH", answer, at)
            at += 10
            if kind == _NS:
                yield _read_name(answer, at)[0]
            at += length
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from None


def _read_name(answer: bytes, at: int) -> tuple[str, int]:
    """The name that begins there, and where what follows it begins. Pointers only lead backwards, so it ends."""
    labels: list[str] = []
    end, limit = 0, len(answer)
    while (length := answer[at]) != 0:
        if length >= _POINTER:
            target = struct.unpack_from("!H", answer, at)[0] & 0x3FFF
            if target >= limit:
                raise ValueError("a name that leads in a circle")
            end, limit, at = end or at + 2, target, target
            continue
        labels.append(answer[at + 1 : at + 1 + length].decode("ascii").lower())
        at += 1 + length
    return ".".join(labels), end or at + 1
