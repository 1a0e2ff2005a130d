"""Who keeps a host's names: against a name server of our own, which answers as it likes."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from varco.net.name_servers import name_servers_of, names_of

Answer = Callable[[bytes, str], bytes]


@contextmanager
def server(answer: Answer) -> Iterator[tuple[str, int]]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        address: tuple[str, int] = listening.getsockname()

        def serve() -> None:
            while True:
                question, asker = listening.recvfrom(512)
                if question == b"end":
                    return
                listening.sendto(answer(question, domain_in(question)), asker)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield address
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
                ending.sendto(b"end", address)
            thread.join()


def domain_in(question: bytes) -> str:
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode())
        at += 1 + question[at]
    return ".".join(labels)


def reply(question: bytes, *records: bytes) -> bytes:
    return question[:2] + struct.pack("!5H", 0x8180, 1, len(records), 0, 0) + question[12:] + b"".join(records)


def record(name: bytes) -> bytes:
    """An NS record of the domain that was asked for, by a pointer to the question."""
    return b"\xc0\x0c" + struct.pack("!2HIH", 2, 1, 60, len(name)) + name


def found(host: str, answer: Answer) -> tuple[str, ...]:
    with server(answer) as address:
        return asyncio.run(name_servers_of(host, address))


def test_the_nearest_domain_with_name_servers_tells_them() -> None:
    def answer(question: bytes, domain: str) -> bytes:
        if domain != "shop.example":
            return reply(question)
        return reply(question, record(b"\x04DNS2\x05aruba\x02it\x00"), record(b"\x03ns1\xc0\x0c"))

    assert found("www.shop.example", answer) == ("dns2.aruba.it", "ns1.shop.example")


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda question: question[:0], id="nothing"),
        pytest.param(lambda question: b"xx" + question[2:], id="of another question"),
        pytest.param(lambda question: reply(question, record(b"\x09short")), id="cut off"),
        pytest.param(lambda question: reply(question, b"\xc0\x0c"), id="no record"),
        pytest.param(lambda question: reply(question, record(b"\xc0\xff")), id="pointing nowhere"),
        pytest.param(lambda question: reply(question, record(b"\xc0" + bytes([len(question) + 12]))), id="a circle"),
    ],
)
def test_an_answer_that_is_none_tells_nothing(broken: Callable[[bytes], bytes]) -> None:
    assert found("shop.example", lambda question, _domain: broken(question)) == ()


@pytest.mark.parametrize("host", ["localhost", "192.0.2.7", "2001:db8::7", ""])
def test_what_is_no_domain_is_not_asked_for(host: str) -> None:
    assert asyncio.run(name_servers_of(host, ("127.0.0.1", 9))) == ()


def test_addresses_that_are_not_public_are_nobodys_to_name() -> None:
    assert asyncio.run(names_of(["127.0.0.1", "10.0.0.1", "fe80::1%eth0"])) == ()
