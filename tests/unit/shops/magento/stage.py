"""A pretend Magento with its connector, and shops made of a function for what no sandbox does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, urlsplit

from varco.model.exchange import Exchange, Failure, Request, Response
from varco.model.secret import Secret
from varco.model.shipment import Publication, PushStep, ShippedLine, Tracking
from varco.sandbox import SandboxShop, ShopSpec, send_to
from varco.sandbox.magento.making import add_ware, settle
from varco.sandbox.magento.orders import MagentoOrder
from varco.sandbox.magento.wares import WARES
from varco.shops.base import Send, ShopAccess
from varco.shops.magento.api import Api
from varco.shops.magento.shop import Magento

T = TypeVar("T")
AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
JSON = ("Content-Type", "application/json; charset=utf-8")
KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


def run(work: Awaitable[T]) -> T:
    async def wait() -> T:
        return await work

    return asyncio.run(wait())


def access(base_url: str = "https://shop.example", **options: str) -> ShopAccess:
    credentials = {name: Secret(f"{name}-text") for name in KEYS}
    return ShopAccess(base_url=base_url, credentials=credentials, options=options, user_agent="Varco/test")


def sandbox(**spec: Any) -> SandboxShop:
    return SandboxShop(ShopSpec(platform="magento", **spec))


def connector(shop: SandboxShop, *, options: Mapping[str, str] | None = None, **settings: str) -> Magento:
    credentials = {**shop.credentials(), **{name: Secret(value) for name, value in settings.items()}}
    way = ShopAccess(base_url=shop.url, credentials=credentials, options=options or {}, user_agent="Varco/test")
    return Magento(way, send_to(shop))


def order_with(shop: SandboxShop, *wares: int, quantity: int = 2) -> MagentoOrder:
    """A new order of these goods, in the status `processing`."""

    (number,) = shop.backstage.add_orders(1, status="processing", oddities=[])
    order = held(shop, number)
    order.items = []
    for ware in wares:
        add_ware(shop.state, order, WARES[ware], quantity)
    settle(order)
    return order


def held(shop: SandboxShop, number: int) -> MagentoOrder:
    return cast(MagentoOrder, shop.state.order(number))


def fulfilment(order: MagentoOrder, *numbers: str, lines: dict[int, str] | None = None, **fields: Any) -> Publication:
    """As the hub tells it: what is in the shipment stands with its first parcel."""
    sent = tuple(ShippedLine(remote_line_id=str(item), quantity=count) for item, count in (lines or {}).items())
    return Publication(
        step=fields.pop("step", PushStep.FULFILMENT),
        order_remote_id=str(order.id),
        trackings=tuple(
            Tracking(number=number, carrier="BRT", shipped_at=AT, lines=sent if place == 0 else ())
            for place, number in enumerate(numbers)
        ),
        **fields,
    )


def sending(answer: Callable[[Request], Response | Failure], seen: list[Request] | None = None) -> Send:
    async def send(request: Request) -> Exchange:
        if seen is not None:
            seen.append(request)
        got = answer(request)
        if isinstance(got, Failure):
            return Exchange(request=request, started_at=AT, failure=got)
        return Exchange(request=request, started_at=AT, response=got)

    return send


def api_with(answer: Callable[[Request], Response | Failure]) -> Api:
    return Api(access(), sending(answer))


def answering(response: Response) -> Callable[[Request], Response]:
    """The same to everything."""
    return lambda _: response


def json_answer(data: Any, status: int = 200) -> Response:
    date = ("Date", "Mon, 23 Nov 2026 20:00:00 GMT")
    return Response(status=status, headers=(JSON, date), body=json.dumps(data).encode())


def query_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


def asked(shop: SandboxShop, method: str = "GET") -> list[str]:
    """The paths of what came, with their queries."""
    return [arrived.path for arrived in shop.backstage.requests() if arrived.method == method]
