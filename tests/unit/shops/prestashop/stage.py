"""A pretend PrestaShop with its connector, on a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from varco.model.exchange import Exchange, Request
from varco.sandbox import SandboxShop, ShopSpec, send_to
from varco.shops.base import ShopAccess
from varco.shops.prestashop.shop import PrestaShop

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)


class StoppedClock:
    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class PrestaStage:
    def __init__(
        self,
        home: str = "https://shop.example",
        *,
        called: str = "",
        options: Mapping[str, str] | None = None,
        at: datetime = NOW,
        **spec: Any,
    ) -> None:
        self.clock = StoppedClock(at)
        self.sandbox = SandboxShop(ShopSpec(platform="prestashop", **spec), home, self.clock)
        self.backstage = self.sandbox.backstage
        self.access = ShopAccess(
            base_url=called or self.sandbox.url,
            credentials=self.sandbox.credentials(),
            options=options or {},
            time_zone=self.sandbox.spec.time_zone,
            weight_unit=self.sandbox.spec.weight_unit,
            user_agent="Varco/test",
        )
        self.asked: list[Request] = []
        self.shop = PrestaShop(self.access, self.send)

    async def send(self, request: Request) -> Exchange:
        self.asked.append(request)
        return await send_to(self.sandbox, clock=self.clock)(request)


def run(work: Awaitable[T]) -> T:
    async def wait() -> T:
        return await work

    return asyncio.run(wait())
