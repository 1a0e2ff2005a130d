"""Pretend shops on real sockets: a thin shell of aiohttp around `SandboxShop`, and the control port."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from ssl import SSLContext
from typing import Final
from urllib.parse import urlsplit

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, web
from multidict import CIMultiDict

from varco.model.errors import BadInput
from varco.model.exchange import Headers, Request
from varco.sandbox import admin, kept
from varco.sandbox.backstage import run
from varco.sandbox.certificates import CA_FILE, server_context
from varco.sandbox.control import TOKEN_HEADER, Order, Ready, RunningShop
from varco.sandbox.shop import Reply, SandboxShop
from varco.sandbox.spec import ShopSpec
from varco.sandbox.woocommerce import consent

HOST: Final = "127.0.0.1"
_LARGEST_BODY: Final = 64 * 1024 * 1024
_DELIVERY_S: Final = 10.0
_POST_EVERY_S: Final = 0.2
_OK: Final = 200
_Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Server:
    """Use it as an asynchronous context manager; `ended` is set when the control port says stop."""

    def __init__(
        self, specs: Sequence[ShopSpec], folder: Path, control_port: int = 0, *, keep_orders: bool = False
    ) -> None:
        self._specs = tuple(specs)
        self._folder = folder
        self._keep_orders = keep_orders
        self._saved: dict[int, tuple[int, int]] = {}
        """How many requests and orders there were when each shop was written down last."""
        self._control_port = control_port
        self._token = secrets.token_urlsafe(24)
        self._stack = AsyncExitStack()
        self.shops: list[SandboxShop] = []
        self.ended = asyncio.Event()
        self._open = asyncio.Event()
        """A socket listens a moment before its shop is there."""

    async def __aenter__(self) -> Ready:
        tls = server_context(self._folder)
        rows: list[RunningShop] = []
        for spec in self._specs:
            site = await self._listen(spec.port, self._answer_of(len(rows)), tls if spec.tls else None)
            scheme = "https" if spec.tls else "http"
            shop = SandboxShop(spec, f"{scheme}://{HOST}:{site}")
            if self._keep_orders:
                kept.load(shop, self._file(len(rows)))
            self.shops.append(shop)
            page = await self._listen(0, self._page_of(shop), None) if spec.tls else site
            rows.append(
                RunningShop(
                    name=spec.name,
                    url=shop.url,
                    page_url=f"http://{HOST}:{page}{spec.folder}{shop.application.office}/",
                    credentials={name: value.reveal() for name, value in shop.credentials().items()},
                )
            )
        self._stack.push_async_callback(_end, asyncio.create_task(self._post()))
        control = await self._listen(self._control_port, self._control, None)
        self._open.set()
        return Ready(
            shops=tuple(rows),
            control_url=f"http://{HOST}:{control}/",
            control_token=self._token,
            ca_file=str(self._folder / CA_FILE),
        )

    async def __aexit__(self, *_: object) -> None:
        self.save()
        await self._stack.aclose()

    async def _post(self) -> None:
        """Send what the shops' webhooks have to say, one after the other."""
        while True:
            await asyncio.sleep(_POST_EVERY_S)
            for shop in self.shops:
                for delivery in shop.state.post.due():
                    status = await _sent_to(delivery.request, shop.spec.proxy)
                    shop.application.delivered(delivery, taken=_OK <= status < 300)

    def save(self, *, changed_only: bool = False) -> None:
        """Write down the shops' orders for the next run, if that is wanted; every order costs some kilobytes."""
        for place, shop in enumerate(self.shops if self._keep_orders else ()):
            mark = (shop.request_count, len(shop.state.book))
            if not changed_only or self._saved.get(place) != mark:
                kept.save(shop, self._file(place))
                self._saved[place] = mark

    def _file(self, place: int) -> Path:
        return self._folder / f"orders-{place}.json"

    async def _listen(self, port: int, handler: _Handler, tls: SSLContext | None) -> int:
        """The port that it got."""
        runner = web.ServerRunner(web.Server(handler, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, HOST, port, ssl_context=tls, backlog=1024).start()
        taken: int = runner.addresses[0][1]
        return taken

    def _answer_of(self, place: int) -> _Handler:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            arrived = await _request_from(request)
            await self._open.wait()
            shop = self.shops[place]
            reply = shop.answer(arrived, request.remote or HOST)
            if reply.first is not None and await _sent_to(reply.first, shop.spec.proxy) != _OK:
                reply = Reply(response=consent.not_delivered())
            await asyncio.sleep(reply.delay_s)
            return await _sent(request, reply)

        return answer

    def _page_of(self, shop: SandboxShop) -> _Handler:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            response = admin.page(shop, await _request_from(request))
            return web.Response(status=response.status, body=response.body, headers=_multi(response.headers))

        return answer

    async def _control(self, request: web.BaseRequest) -> web.StreamResponse:
        if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), self._token.encode()):
            return web.Response(status=403, text="The control port needs the token that was printed at the start.")
        try:
            order = msgspec.json.decode(await request.read(), type=Order)
            if order.do == "stop":
                self.ended.set()
                return web.json_response(None)
            if not 0 <= order.shop < len(self.shops):
                raise BadInput(f"There is no shop {order.shop}.")
            shop = self.shops[order.shop]
            shop.catch_up()
            result = run(shop.backstage, order.do, order.arguments)
        except (BadInput, msgspec.DecodeError) as error:
            return web.Response(status=400, text=str(error))
        return web.Response(body=msgspec.json.encode(result), content_type="application/json")


async def _request_from(request: web.BaseRequest) -> Request:
    return Request(
        method=request.method,
        url=f"{request.scheme}://{request.host}{request.raw_path}",
        headers=tuple(request.headers.items()),
        body=await request.read(),
    )


async def _sent(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    response = reply.response
    if not reply.cut:
        return web.Response(
            status=response.status,
            reason=response.reason or None,
            headers=_multi(response.headers),
            body=response.body,
        )
    stream = web.StreamResponse(status=response.status, headers=_multi(response.headers))
    if reply.cut == "middle":
        stream.content_length = len(response.body)
        await stream.prepare(request)
        await stream.write(response.body[: len(response.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return stream


async def _sent_to(request: Request, proxy: str) -> int:
    """What the other side answered, 0 for nothing; the pretend shop trusts whatever certificate it shows."""
    url, headers = request.url, _multi(request.headers)
    if proxy:
        parts = urlsplit(url)
        url = f"{proxy}{parts.path}?{parts.query}".rstrip("?")
        headers.extend({"Host": parts.netloc, "X-Forwarded-Proto": parts.scheme})
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=_DELIVERY_S), trust_env=False) as session,
            session.request(request.method, url, data=request.body, headers=headers, ssl=False) as answer,
        ):
            return answer.status
    except (ClientError, TimeoutError):
        return 0


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _multi(headers: Headers) -> CIMultiDict[str]:
    return CIMultiDict(headers)
