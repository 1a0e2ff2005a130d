"""The one way out to other machines. It never raises for what the network does: it returns an `Exchange`.

Guarded addresses, verified TLS, limits of time and size, no redirects, no cookies, no proxies from the environment,
and one polite queue per integration and per server address.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Response, Timings
from varco.net.failures import failure_from
from varco.net.guard import AddressForbidden, Network, guarded_socket, is_allowed
from varco.net.names import Names, addresses_of
from varco.net.pace import Pace
from varco.net.tls import context, pinned_context

LARGEST_BODY: Final = 32 * 1024 * 1024
"""A page of 100 very big orders is under 10 MiB; what is larger is no order list."""
_PORTS: Final = {"http": 80, "https": 443}
_KEPT_ALIVE_S: Final = 0.5
"""The next page of an import finds the connection open; a shop polled every few minutes is not kept busy, and its TLS
connection, for which asyncio sets 256 KiB aside, is soon gone (docs/performance.md)."""


@dataclass
class _Call:
    """What the hooks learn about the call of the current task."""

    phase: Phase = Phase.DNS
    marks: dict[str, float] = field(default_factory=dict)
    address: str = ""
    forbidden: bool = False

    def mark(self, name: str, phase: Phase) -> None:
        self.phase = phase
        self.marks.setdefault(name, time.perf_counter())

    def between(self, start: str, end: str) -> int | None:
        if start not in self.marks or end not in self.marks:
            return None
        return round((self.marks[end] - self.marks[start]) * 1000)


_current: ContextVar[_Call] = ContextVar("_current")


class Client:
    """Use it as an asynchronous context manager, one per process."""

    def __init__(
        self,
        *,
        allowed_networks: Sequence[Network] = (),
        extra_ca: Path | None = None,
        in_flight: int = 200,
        per_address: int = 2,
        per_key: int = 1,
        largest_body: int = LARGEST_BODY,
        names: Names | None = None,
        proxy: str = "",
    ) -> None:
        """`proxy`: an HTTP proxy for every call. It resolves the names then, and the guard is about its address."""
        self._allowed = tuple(allowed_networks)
        self._ssl = context(extra_ca, _tls_begins)
        self._per_key, self._per_address, self._under_way = Pace(per_key), Pace(per_address), Pace(in_flight)
        self._largest = largest_body
        self._names = names or Names()
        self._proxy = URL(proxy) if proxy else None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=0,  # our own turns limit: waiting for one is not counted as the shop's slowness
            limit_per_host=0,
            resolver=self._names,
            use_dns_cache=False,
            keepalive_timeout=_KEPT_ALIVE_S,
            ssl=self._ssl,
            socket_factory=self._socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Content-Type"),
            timeout=aiohttp.ClientTimeout(total=None),
            read_bufsize=2**20,
            trace_configs=[_tracing()],
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            await self._names.close()

    async def send(self, request: Request, *, key: str, first: bool = False, pinned_ca: str = "") -> Exchange:
        """Make this call when its turn comes: one at a time per `key`, few per server address, `in_flight` in all.

        `first` goes ahead of others, and is made although as many are under way as may be: shops that hang do not
        keep a person waiting.
        """
        asked = time.perf_counter()
        async with AsyncExitStack() as turns:
            await turns.enter_async_context(self._per_key.turn(key, first=first))
            call = _Call()
            began_at, began = datetime.now(UTC), time.perf_counter()
            queue_ms = round((began - asked) * 1000)
            try:
                server = await self._server(request, call)
            except Exception as error:
                return _failed(request, began_at, call, error, began, queue_ms)
            resolved = time.perf_counter()
            await turns.enter_async_context(self._per_address.turn(server, first=first))
            if not first:
                await turns.enter_async_context(self._under_way.turn("any"))
            waited = time.perf_counter() - resolved
            began += waited
            queue_ms += round(waited * 1000)
            _current.set(call)
            try:
                async with asyncio.timeout(request.timeout_s):
                    response = await self._call(request, call, pinned_ca)
            except Exception as error:
                return _failed(request, began_at, call, error, began, queue_ms)
            return Exchange(
                request=request,
                started_at=began_at,
                response=response,
                timings=_timings(call, began, queue_ms),
                address=call.address,
            )

    async def _server(self, request: Request, call: _Call) -> str:
        """One text per server, whichever of its names is called: its lowest address.

        A name that leads nowhere we may go is refused here; where it really leads is checked again at the socket.
        """
        parts = urlsplit(request.url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("not an http address")
        if self._proxy is not None:
            return str(self._proxy)
        call.mark("dns", Phase.DNS)
        async with asyncio.timeout(request.timeout_s):
            addresses = await addresses_of(self._names, parts.hostname, parts.port or _PORTS[parts.scheme])
        call.mark("dns_end", Phase.CONNECT)
        if not any(is_allowed(ip_address(address.partition("%")[0]), self._allowed) for address in addresses):
            call.forbidden, call.address = True, addresses[0]
            raise AddressForbidden(addresses[0])
        return addresses[0]

    async def _call(self, request: Request, call: _Call, pinned_ca: str) -> Response:
        if self._session is None:
            raise RuntimeError("the client is not open")
        async with self._session.request(
            request.method,
            URL(request.url, encoded=True),
            headers=request.headers,
            data=request.body or None,
            allow_redirects=False,
            proxy=self._proxy,
            ssl=pinned_context(pinned_ca, _tls_begins) if pinned_ca else True,
        ) as response:
            call.mark("answered", Phase.READ)
            return Response(
                status=response.status,
                reason=response.reason or "",
                headers=tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in response.raw_headers),
                body=await self._body(response),
            )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        chunks, size = [], 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self._largest:
                raise TooLarge(f"more than {self._largest} bytes")
            chunks.append(chunk)
        return b"".join(chunks)

    def _socket(self, info: tuple[Any, ...]) -> Any:
        family, kind, protocol, _, sockaddr = info
        call = _current.get()
        call.address = str(sockaddr[0])
        try:
            return guarded_socket(family, kind, protocol, sockaddr, self._allowed)
        except AddressForbidden:
            call.forbidden = True
            raise


class TooLarge(Exception):
    """The answer is larger than any that we could want."""


def _failed(
    request: Request, began_at: datetime, call: _Call, error: Exception, began: float, queue_ms: int
) -> Exchange:
    if call.forbidden:
        failure = Failure(kind=FailureKind.ADDRESS_FORBIDDEN, phase=Phase.CONNECT, text=call.address)
    elif isinstance(error, TooLarge):
        failure = Failure(kind=FailureKind.TOO_LARGE, phase=Phase.READ, text=str(error))
    else:
        failure = failure_from(error, call.phase)
    return Exchange(
        request=request,
        started_at=began_at,
        failure=failure,
        timings=_timings(call, began, queue_ms),
        address=call.address,
    )


def _timings(call: _Call, began: float, queue_ms: int) -> Timings:
    connect_end = "tls" if "tls" in call.marks else "connected"
    return Timings(
        queue_ms=queue_ms,
        dns_ms=call.between("dns", "dns_end"),
        connect_ms=call.between("connect", connect_end),
        tls_ms=call.between("tls", "connected"),
        wait_ms=call.between("sent", "answered"),
        total_ms=round((time.perf_counter() - began) * 1000),
    )


def _tls_begins() -> None:
    _current.get().mark("tls", Phase.TLS)


def _tracing() -> aiohttp.TraceConfig:
    """aiohttp calls these in the task of the call."""

    async def connect(_session: aiohttp.ClientSession, _context: SimpleNamespace, _params: object) -> None:
        _current.get().mark("connect", Phase.CONNECT)

    async def connected(_session: aiohttp.ClientSession, _context: SimpleNamespace, _params: object) -> None:
        _current.get().mark("connected", Phase.SEND)

    async def sent(_session: aiohttp.ClientSession, _context: SimpleNamespace, _params: object) -> None:
        _current.get().mark("sent", Phase.WAIT)

    config = aiohttp.TraceConfig()
    config.on_connection_create_start.append(connect)
    config.on_connection_create_end.append(connected)
    config.on_request_headers_sent.append(sent)
    return config
