"""The door on real sockets of 127.0.0.0/8."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from varco.model.exchange import Exchange, FailureKind, Phase, Request
from varco.net.client import Client
from varco.net.guard import networks
from varco.net.names import Names

LOOPBACK = networks(["127.0.0.0/8"])
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_server(answer: bytes, *, reset: bool = False) -> AsyncIterator[int]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(answer)
        if reset:
            peer = writer.get_extra_info("socket")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            writer.transport.abort()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def get(url: str, client: Client | None = None, *, timeout_s: float = 5) -> Exchange:
    request = Request(method="GET", url=url, headers=(("User-Agent", "test"),), timeout_s=timeout_s)
    if client is not None:
        return await client.send(request, key="one")
    async with Client(allowed_networks=LOOPBACK) as made:
        return await made.send(request, key="one")


def failure_of(exchange: Exchange) -> tuple[FailureKind, Phase]:
    assert exchange.failure is not None
    return exchange.failure.kind, exchange.failure.phase


async def echo(request: web.Request) -> web.StreamResponse:
    return web.json_response({"path": request.raw_path, "headers": dict(request.headers)})


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "localhost", "127.1", "0", "[::1]"]
)
async def test_every_spelling_of_an_inner_address_is_refused(host: str) -> None:
    async with serving(echo) as port, Client() as client:
        exchange = await get(f"http://{host}:{port}/", client)
    assert failure_of(exchange)[0] is FailureKind.ADDRESS_FORBIDDEN


async def test_a_name_that_resolves_differently_the_second_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [("93.184.216.34",), ("127.0.0.1",)]

    async def resolve(self: Names, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
        (address,) = answers.pop(0) if len(answers) > 1 else answers[0]
        return [{"hostname": host, "host": address, "port": port, "family": 2, "proto": 0, "flags": 0}]

    monkeypatch.setattr(Names, "resolve", resolve)
    async with serving(echo) as port, Client() as client:
        exchange = await get(f"http://shop.example:{port}/", client)
    assert failure_of(exchange)[0] is FailureKind.ADDRESS_FORBIDDEN


async def test_redirects_are_shown_and_not_followed() -> None:
    async def redirect(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://169.254.169.254/")

    async with serving(redirect) as port:
        exchange = await get(f"http://127.0.0.1:{port}/")
    assert exchange.response is not None
    assert exchange.response.status == 302


async def test_the_address_goes_out_as_it_was_written() -> None:
    async with serving(echo) as port:
        exchange = await get(f"http://127.0.0.1:{port}/a%2Fb?x=%5B1%5D&y=a%2Bb")
    assert exchange.response is not None
    assert b"/a%2Fb?x=%5B1%5D&y=a%2Bb" in exchange.response.body


async def test_only_our_own_headers_go_out() -> None:
    async with serving(echo) as port:
        exchange = await get(f"http://127.0.0.1:{port}/")
    assert exchange.response is not None
    assert b'"User-Agent": "test"' in exchange.response.body
    assert exchange.timings.wait_ms is not None
    assert exchange.address == "127.0.0.1"


async def test_failures_have_their_kind_and_phase() -> None:
    async with (
        raw_server(b"") as closing,
        raw_server(b"", reset=True) as resetting,
        raw_server(b"SSH-2.0\r\n") as other,
    ):
        assert failure_of(await get(f"http://127.0.0.1:{closing}/")) == (FailureKind.CLOSED, Phase.WAIT)
        assert failure_of(await get(f"http://127.0.0.1:{resetting}/"))[0] in (FailureKind.RESET, FailureKind.CLOSED)
        assert failure_of(await get(f"http://127.0.0.1:{other}/"))[0] is FailureKind.NOT_HTTP
        assert failure_of(await get(f"https://127.0.0.1:{other}/")) == (FailureKind.TLS, Phase.TLS)
    assert failure_of(await get(f"http://127.0.0.1:{closing}/")) == (FailureKind.REFUSED, Phase.CONNECT)
    assert failure_of(await get("http://no-such-name.invalid/"))[1] is Phase.DNS


async def test_a_slow_answer_ends_at_the_time_limit() -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    async with serving(slow) as port:
        exchange = await get(f"http://127.0.0.1:{port}/", timeout_s=0.1)
    assert failure_of(exchange) == (FailureKind.TIMEOUT, Phase.WAIT)
    assert exchange.timings.total_ms < 2000


async def test_a_huge_answer_ends_at_the_size_limit() -> None:
    async def huge(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * 100_000)

    async with serving(huge) as port, Client(allowed_networks=LOOPBACK, largest_body=1000) as client:
        exchange = await get(f"http://127.0.0.1:{port}/", client)
    assert failure_of(exchange) == (FailureKind.TOO_LARGE, Phase.READ)


async def test_one_integration_has_one_call_under_way_and_one_server_two() -> None:
    now, most = 0, 0

    async def count(_: web.Request) -> web.StreamResponse:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        return web.Response()

    async with serving(count) as port, Client(allowed_networks=LOOPBACK) as client:
        request = Request(method="GET", url=f"http://127.0.0.1:{port}/")
        await asyncio.gather(*(client.send(request, key="one") for _ in range(4)))
        assert most == 1
        named = [Request(method="GET", url=f"http://{host}:{port}/") for host in ("127.0.0.1", "localhost")]
        await asyncio.gather(*(client.send(named[i % 2], key=str(i)) for i in range(8)))
        assert most == 2


async def test_who_is_in_a_hurry_goes_first() -> None:
    order: list[str] = []

    async def note(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.01)
        order.append(request.path)
        return web.Response()

    async with serving(note) as port, Client(allowed_networks=LOOPBACK) as client:

        async def call(path: str, first: bool) -> None:
            await client.send(Request(method="GET", url=f"http://127.0.0.1:{port}/{path}"), key="k", first=first)

        waiting = [asyncio.create_task(call(path, False)) for path in "abc"]
        await asyncio.sleep(0.005)
        await asyncio.gather(call("hurry", True), *waiting)
    assert order == ["/a", "/hurry", "/b", "/c"]
