"""Each address of a server by itself, on real sockets."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.net.certificates import authority, self_signed
from varco.model.exchange import FailureKind, Phase
from varco.net.guard import networks
from varco.net.reach import Reached, reach

LOOPBACK = networks(["127.0.0.0/8", "::1/128"])


@asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


def of_v4(addresses: tuple[Reached, ...]) -> Reached:
    """`localhost` may have an address of IPv6 too, where nobody listens."""
    return next(reached for reached in addresses if not reached.is_v6)


async def test_a_port_that_takes_connections_is_reached() -> None:
    async with listening() as port:
        found = await reach(f"http://127.0.0.1:{port}", allowed_networks=LOOPBACK)
    assert [(each.address, each.failure) for each in found.addresses] == [("127.0.0.1", None)]


async def test_a_port_that_nobody_listens_to_refuses() -> None:
    async with listening() as port:
        pass
    found = await reach(f"http://127.0.0.1:{port}", allowed_networks=LOOPBACK)
    failure = found.addresses[0].failure
    assert failure is not None
    assert (failure.kind, failure.phase) == (FailureKind.REFUSED, Phase.CONNECT)


async def test_a_private_address_is_not_called() -> None:
    found = await reach("http://127.0.0.1:9")
    failure = found.addresses[0].failure
    assert failure is not None
    assert failure.kind is FailureKind.ADDRESS_FORBIDDEN


async def test_a_name_that_does_not_exist_is_the_failure_of_all() -> None:
    found = await reach("https://nobody.invalid", patience_s=30)
    assert found.addresses == ()
    assert found.failure is not None
    assert found.failure.phase is Phase.DNS


async def test_a_certificate_tells_its_end(tmp_path: Path) -> None:
    root = authority("A root of our own")
    (tmp_path / "ca.pem").write_text(root.pem)
    tls = root.context(tmp_path, "localhost", days=6)
    async with listening(tls) as port:
        found = await reach(f"https://localhost:{port}", allowed_networks=LOOPBACK, extra_ca=tmp_path / "ca.pem")
    until = of_v4(found.addresses).certificate_until
    assert until is not None
    assert abs(until - datetime.now(UTC) - timedelta(days=6)) < timedelta(minutes=5)


@pytest.mark.parametrize("pinned", [False, True])
async def test_a_self_signed_certificate_fails_unless_it_is_pinned(tmp_path: Path, pinned: bool) -> None:
    tls, pem = self_signed(tmp_path, "localhost")
    async with listening(tls) as port:
        url = f"https://localhost:{port}"
        found = await reach(url, allowed_networks=LOOPBACK, pinned_ca=pem if pinned else "")
    failure = of_v4(found.addresses).failure
    assert (failure is None) is pinned
    if failure is not None:
        assert failure.kind is FailureKind.TLS
