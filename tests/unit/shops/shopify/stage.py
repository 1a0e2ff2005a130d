"""A pretend Shopify with its connector, and shops made of a function for what no sandbox does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from tests.contract.stages import Stage, shopify
from tests.recordings import recordings
from varco.model.exchange import Exchange, Request, Response
from varco.model.secret import Secret
from varco.model.shipment import Publication, PushStep, ShippedLine, Tracking
from varco.sandbox import Held
from varco.shops.base import Send, ShopAccess
from varco.shops.shopify.api import Api

T = TypeVar("T")
AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
RECORDED = dict(recordings("shopify"))
JSON = ("Content-Type", "application/json; charset=utf-8")


def run(work: Awaitable[T]) -> T:
    async def wait() -> T:
        return await work

    return asyncio.run(wait())


def with_order(**spec: Any) -> tuple[Stage, str]:
    """A shop with one paid order, and its number."""
    stage = shopify(**spec)
    (number,) = stage.backstage.add_orders(1, days=2, status="unfulfilled", oddities=[], seed=3)
    return stage, str(number)


def held(stage: Stage, number: str) -> Held:
    found = stage.backstage.order(int(number))
    assert found is not None
    return found


def act(stage: Stage, name: str, **arguments: Any) -> Any:
    return stage.backstage.act(name, arguments)


def fulfilment(number: str, *parcels: str, lines: dict[str, int] | None = None, **fields: Any) -> Publication:
    """As the hub tells it: what is in the shipment stands with its first parcel."""
    sent = tuple(ShippedLine(remote_line_id=line, quantity=str(count)) for line, count in (lines or {}).items())
    return Publication(
        step=PushStep.FULFILMENT,
        order_remote_id=number,
        trackings=tuple(
            Tracking(
                number=parcel,
                carrier="gls",
                url=f"https://t.example/{parcel}",
                shipped_at=AT,
                lines=sent if place == 0 else (),
            )
            for place, parcel in enumerate(parcels)
        ),
        **fields,
    )


def sending(answer: Callable[[Request], Response], seen: list[Request] | None = None) -> Send:
    async def send(request: Request) -> Exchange:
        if seen is not None:
            seen.append(request)
        return Exchange(request=request, started_at=AT, response=answer(request))

    return send


def api_with(answer: Callable[[Request], Response], *, rest: list[float] | None = None) -> Api:
    """With an old token, so that only questions are sent. `rest` is told what would have been waited."""

    async def wait(seconds: float) -> None:
        if rest is not None:
            rest.append(seconds)

    access = ShopAccess(
        base_url="https://bottega.myshopify.com",
        credentials={"access_token": Secret("shpat_text")},
        user_agent="Varco/test",
        rest=wait,
    )
    return Api(access, sending(answer))


def answer(data: Any, status: int = 200, *headers: tuple[str, str]) -> Response:
    date = ("Date", "Mon, 23 Nov 2026 20:00:00 GMT")
    return Response(status=status, headers=(JSON, date, *headers), body=json.dumps(data).encode())


def recorded(file: str, exchange: str) -> Response:
    """What a real test shop answered."""
    return answer(RECORDED[file]["exchanges"][exchange]["response"])
