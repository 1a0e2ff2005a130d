"""Shops made of a function, for what neither a recording nor the sandbox does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from math import ceil
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from tests.recordings import AT
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Response
from varco.model.secret import Secret
from varco.shops.base import Send, ShopAccess
from varco.shops.woocommerce.api import Api
from varco.shops.woocommerce.shop import WooCommerce

T = TypeVar("T")
JSON = ("Content-Type", "application/json; charset=UTF-8")
HTML = ("Content-Type", "text/html; charset=UTF-8")
Answering = Callable[[Request], Response | Failure]


def access(base_url: str = "https://shop.example", **options: str) -> ShopAccess:
    return ShopAccess(
        base_url=base_url,
        credentials={"consumer_key": Secret("ck_test"), "consumer_secret": Secret("cs_test")},
        options=options,
        user_agent="Varco/test",
    )


def sending(answer: Answering, seen: list[Request] | None = None) -> Send:
    async def send(request: Request) -> Exchange:
        if seen is not None:
            seen.append(request)
        got = answer(request)
        if isinstance(got, Failure):
            return Exchange(request=request, started_at=AT, failure=got)
        return Exchange(request=request, started_at=AT, response=got)

    return send


def api_with(answer: Answering, seen: list[Request] | None = None) -> Api:
    return Api(access(), sending(answer, seen))


def shop_with(answer: Answering, seen: list[Request] | None = None) -> WooCommerce:
    return WooCommerce(access(), sending(answer, seen))


def run(work: Awaitable[T]) -> T:
    async def wait() -> T:
        return await work

    return asyncio.run(wait())


def json_answer(data: Any, *, status: int = 200, total: int | None = None, pages: int | None = None) -> Response:
    counts = (("X-WP-Total", total), ("X-WP-TotalPages", pages))
    count = tuple((name, str(number)) for name, number in counts if number is not None)
    date = ("Date", "Mon, 23 Nov 2026 20:00:00 GMT")
    return Response(status=status, headers=(JSON, date, *count), body=json.dumps(data).encode())


def html_answer(text: str = "<!DOCTYPE html><html><body>Shop</body></html>", *, status: int = 200) -> Response:
    return Response(status=status, headers=(HTML,), body=text.encode())


def error(code: str, status: int, message: str = "", data: Mapping[str, Any] | None = None) -> Response:
    return json_answer({"code": code, "message": message, "data": {"status": status, **(data or {})}}, status=status)


def timeout() -> Failure:
    return Failure(kind=FailureKind.TIMEOUT, phase=Phase.WAIT)


def query_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


def path_of(request: Request) -> str:
    return urlsplit(request.url).path


def an_order(order_id: int, **changed: Any) -> dict[str, Any]:
    """What must be there, and nothing else."""
    moment = f"2026-11-20T10:00:{order_id % 60:02d}"
    found = {"id": order_id, "status": "processing", "total": "10.00", "date_created_gmt": moment, "currency": "EUR"}
    return {**found, "date_modified_gmt": moment, **changed}


class OrderList:
    """A list of orders as WooCommerce gives it, with some that it counts and cannot load."""

    def __init__(self, ids: Iterable[int], *, broken: Iterable[int] = (), most: int = 100, counts: bool = True) -> None:
        self.ids = list(ids)
        self.broken = set(broken)
        self.most = most
        self.counts = counts
        self.asked = 0

    def __call__(self, request: Request) -> Response:
        self.asked += 1
        query = query_of(request)
        start, size = int(query["offset"]), min(int(query["per_page"]), self.most)
        rows = sorted(self.ids)[start : start + size]
        found = [an_order(order_id) for order_id in rows if order_id not in self.broken]
        total = len(self.ids) if rows else 0  # past the last page the counts are 0 too (measured)
        return json_answer(found, total=total, pages=ceil(total / size)) if self.counts else json_answer(found)
