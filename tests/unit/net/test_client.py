"""The door on real sockets of 127.0.0.0/8."""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult

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
    runner = web.AppRunner(app, handler_cancellation=True)
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
    "host",
    [
        "127.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "localhost",
        "127.1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00::1]",
        "[fe80::1]",
        "169.254.169.254",
    ],
)
async def test_every_spelling_of_an_inner_address_is_refused(host: str) -> None:
    async with serving(echo) as port, Client() as client:
        exchange = await get(f"http://{host}:{port}/", client)
    assert failure_of(exchange)[0] is FailureKind.ADDRESS_FORBIDDEN


class Rebinding(Names):
    """A name server that tells a public address first and an inner one afterwards."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        address = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]


async def test_a_name_that_resolves_differently_the_second_time_is_refused_at_the_socket() -> None:
    async with serving(echo) as port, Client(names=Rebinding("93.184.216.34", "127.0.0.1")) as client:
        exchange = await get(f"http://shop.example:{port}/", client)
    assert failure_of(exchange)[0] is FailureKind.ADDRESS_FORBIDDEN
    assert exchange.address == "127.0.0.1"


@pytest.mark.parametrize("address", ["169.254.169.254", "10.0.0.1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
async def test_a_name_that_leads_inside_is_refused_without_a_connection(address: str) -> None:
    async with Client(names=Rebinding(address)) as client:
        exchange = await get("http://shop.example/", client)
    assert failure_of(exchange)[0] is FailureKind.ADDRESS_FORBIDDEN
    assert exchange.timings.connect_ms is None


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


async def test_each_phase_has_its_time_and_a_kept_connection_needs_no_new_one() -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.05)
        return web.Response()

    async with serving(slow) as port, Client(allowed_networks=LOOPBACK) as client:
        first = await get(f"http://localhost:{port}/", client)
        second = await get(f"http://localhost:{port}/", client)
    for timings in (first.timings, second.timings):
        assert timings.wait_ms is not None
        assert 45 <= timings.wait_ms <= timings.total_ms < 2000
        assert timings.tls_ms is None
    assert first.timings.connect_ms is not None
    assert second.timings.connect_ms is None
    assert first.address == "127.0.0.1"


async def test_how_long_our_own_politeness_held_a_call_up_is_told_apart() -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.05)
        return web.Response()

    async with serving(slow) as port, Client(allowed_networks=LOOPBACK) as client:
        url = f"http://127.0.0.1:{port}/"
        _, second = await asyncio.gather(get(url, client), get(url, client))
    assert second.timings.queue_ms >= 40
    assert second.timings.total_ms < second.timings.queue_ms + 60


async def test_waiting_for_a_turn_does_not_use_up_the_time_of_the_call() -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.1)
        return web.Response()

    async with serving(slow) as port, Client(allowed_networks=LOOPBACK) as client:
        url = f"http://127.0.0.1:{port}/"
        found = await asyncio.gather(*(get(url, client, timeout_s=0.3) for _ in range(5)))
    assert all(exchange.response is not None for exchange in found)


async def test_shops_that_hang_keep_ordinary_calls_waiting_but_nobody_in_a_hurry() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.2 if request.path == "/hangs" else 0)
        return web.Response()

    async with serving(answer) as port, Client(allowed_networks=LOOPBACK, in_flight=2, per_address=9) as client:
        calls = {
            path: Request(method="GET", url=f"http://127.0.0.1:{port}/{path}", timeout_s=0.3)
            for path in ("hangs", "quick")
        }
        hanging = [asyncio.create_task(client.send(calls["hangs"], key=str(number))) for number in range(2)]
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(client.send(calls["quick"], key="waits"))
        hurried = await client.send(calls["quick"], key="person", first=True)
        assert hurried.response is not None
        assert hurried.timings.queue_ms < 50
        waited = await waiting
        await asyncio.gather(*hanging)
    assert waited.response is not None
    assert waited.timings.queue_ms > 100
    assert waited.timings.total_ms < 100


async def test_a_call_that_is_given_up_frees_its_turn() -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5 if request.path == "/slow" else 0)
        return web.Response()

    async with serving(slow) as port, Client(allowed_networks=LOOPBACK) as client:
        given_up = asyncio.create_task(get(f"http://127.0.0.1:{port}/slow", client))
        await asyncio.sleep(0.05)
        given_up.cancel()
        exchange = await asyncio.wait_for(get(f"http://127.0.0.1:{port}/", client), 2)
    assert exchange.response is not None


async def test_an_answer_that_drips_ends_at_the_time_limit() -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x")
            await asyncio.sleep(0.02)
        return response

    async with serving(drip) as port:
        exchange = await get(f"http://127.0.0.1:{port}/", timeout_s=0.2)
    assert failure_of(exchange) == (FailureKind.TIMEOUT, Phase.READ)


async def test_a_small_answer_that_unpacks_to_a_huge_one_ends_at_the_size_limit() -> None:
    async def bomb(_: web.Request) -> web.StreamResponse:
        return web.Response(body=zlib.compress(b"0" * 5_000_000), headers={"Content-Encoding": "deflate"})

    async with serving(bomb) as port, Client(allowed_networks=LOOPBACK, largest_body=100_000) as client:
        exchange = await get(f"http://127.0.0.1:{port}/", client)
    assert failure_of(exchange) == (FailureKind.TOO_LARGE, Phase.READ)


async def test_an_answer_cut_in_the_middle_is_told_from_none() -> None:
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") as port:
        exchange = await get(f"http://127.0.0.1:{port}/")
    assert failure_of(exchange) == (FailureKind.CLOSED, Phase.READ)


async def test_cookies_are_not_kept_and_proxies_of_the_environment_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    seen: list[str | None] = []

    async def cookie(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("Cookie"))
        response = web.Response()
        response.set_cookie("session", "x")
        return response

    async with serving(cookie) as port, Client(allowed_networks=LOOPBACK) as client:
        for _ in range(2):
            assert (await get(f"http://localhost:{port}/", client)).response is not None
    assert seen == [None, None]


@pytest.mark.parametrize("url", ["ftp://shop.example/", "file:///etc/passwd", "https://", "nonsense", "http://x:port/"])
async def test_what_is_no_web_address_is_not_called(url: str) -> None:
    exchange = await get(url)
    assert exchange.failure is not None
    assert exchange.response is None


async def test_many_headers_and_raw_bytes_in_them_are_kept_as_they_came() -> None:
    answer = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nX-Odd: caf\xe9\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(answer) as port:
        exchange = await get(f"http://127.0.0.1:{port}/")
    assert exchange.response is not None
    assert exchange.response.headers[:3] == (("X-A", "1"), ("X-A", "2"), ("X-Odd", "café"))
