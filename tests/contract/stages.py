"""A connector with a pretend shop behind it, and a reader that keeps what it reads as the hub does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final, Protocol

from varco.model.clock import Clock
from varco.model.order import Order
from varco.sandbox import Backstage, Kind, SandboxShop, ShopSpec, send_to
from varco.shops.base import OrderFilter, Page, Send, Shop, ShopAccess, Splitter
from varco.shops.registry import connectors

OVERLAP_S: Final = 120
MOST_PAGES: Final = 500
BEGAN: Final = datetime(2026, 11, 23, 20, tzinfo=UTC)


class ShopClock:
    """Moves only when told to."""

    def __init__(self) -> None:
        self._now = BEGAN

    def now(self) -> datetime:
        return self._now

    def move(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


NAMED: Final = {
    Kind.REFUSED: "refused-by-server",
    Kind.METHOD_NOT_ALLOWED: "method-refused",
    Kind.TOO_MANY: "rate-limited",
    Kind.LIMITED: "rate-limited",
    Kind.MAINTENANCE: "maintenance",
    Kind.BODY_TOO_LARGE: "request-too-large",
    Kind.SITE_PASSWORD: "site-password",
    Kind.CAPTCHA: "robot-test",
    Kind.FATAL: "shop-crashed",
    Kind.MEMORY: "shop-crashed",
    Kind.DATABASE_DOWN: "database-down",
    Kind.SERVER_DOWN: "server-down",
    Kind.LANDS_LATE: "server-down",
    Kind.SLOW: "answer-timeout",
    Kind.CUT_BEFORE: "connection-dropped",
    Kind.CUT_MIDDLE: "answer-cut",
    Kind.MOVED: "redirected",
    Kind.NO_AUTHORIZATION: "keys-not-accepted",
}
"""What each wall is called. Those that only matter to writes, or that reads get through, have tests of their own."""


@dataclass
class Stage:
    shop: Shop
    backstage: Backstage
    clock: ShopClock
    send: Send
    again: Callable[[], Shop]
    """The same shop through a new connector, as another worker has it."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The platform's own for the suite's statuses (WooCommerce's), where they differ."""
    names: Mapping[Kind, str] = field(default_factory=dict)
    """Findings by which this platform names a wall otherwise than the suite does."""
    writes: Mapping[str, Any] = field(default_factory=lambda: {"methods": ("POST", "PUT", "PATCH")})
    """How a wall knows a write."""
    tells_how_long: bool = True
    """Whether its maintenance page says when to come back."""

    clock_may_lag_s: int = 7200
    """How far a shop's clock may be behind before it refuses what was signed by ours."""

    def word(self, status: str) -> str:
        return self.words.get(status, status)

    def named(self, kind: Kind) -> str:
        return self.names.get(kind, NAMED[kind])


def on_stage(platform: str, spec: Mapping[str, Any], **differs: Any) -> Stage:
    """The pretend shop of a platform with its connector; `differs` says where it is not like the suite's model."""
    clock = ShopClock()
    sandbox = SandboxShop(ShopSpec(platform=platform, **spec), clock=clock)

    async def rest(seconds: float) -> None:
        clock.move(seconds)

    access = ShopAccess(
        base_url=sandbox.url,
        credentials=sandbox.credentials(),
        time_zone=sandbox.spec.time_zone,
        user_agent="Varco/test",
        rest=rest,
    )
    send = send_to(sandbox, clock=clock)

    def connect() -> Shop:
        return connectors()[platform](access, send)

    return Stage(connect(), sandbox.backstage, clock, send, connect, **differs)


def woocommerce(**spec: Any) -> Stage:
    return on_stage("woocommerce", spec, words={"shipped": "completed"})


def prestashop(**spec: Any) -> Stage:
    """It has no trash: what is put away there is cancelled. Its states are numbers."""
    words = {
        "processing": "2", "completed": "5", "shipped": "4", "on-hold": "10", "cancelled": "6", "refunded": "7",
        "trash": "6",
    }  # fmt: skip
    names = {Kind.DATABASE_DOWN: "shop-crashed", Kind.NO_AUTHORIZATION: "key-not-received"}
    return on_stage("prestashop", spec, words=words, names=names)


def magento(**spec: Any) -> Stage:
    """Of its own only “fraud” may be written over “processing”; the owner's are known by orders that have them."""
    words = {
        "completed": "complete", "on-hold": "holded", "cancelled": "canceled", "refunded": "closed",
        "trash": "canceled", "shipped": "fraud",
    }  # fmt: skip
    return on_stage("magento", spec, words=words, tells_how_long=False, clock_may_lag_s=300)


def shopify(**spec: Any) -> Stage:
    """Everything is a POST there. It has no trash: what is put away is cancelled."""
    words = {
        "processing": "unfulfilled", "completed": "fulfilled", "shipped": "fulfilled", "on-hold": "on_hold",
        "trash": "cancelled",
    }  # fmt: skip
    names = {Kind.DATABASE_DOWN: "shop-crashed", Kind.NO_AUTHORIZATION: "app-token-refused"}
    return on_stage("shopify", spec, words=words, names=names, writes={"body": "mutation"})


STAGES: Final[Mapping[str, Callable[..., Stage]]] = {
    "magento": magento,
    "prestashop": prestashop,
    "shopify": shopify,
    "woocommerce": woocommerce,
}
"""By platform. A connector without one fails the suite."""


class Readable(Protocol):
    """A shop to read: a pretend one on its stage, or a real one."""

    @property
    def shop(self) -> Shop: ...

    @property
    def again(self) -> Callable[[], Shop]: ...

    @property
    def clock(self) -> Clock: ...


@dataclass
class Reader:
    """Imports, then follows the changes of all streams; every page goes through a new connector."""

    stage: Readable
    wanted: OrderFilter
    held: dict[str, Order] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    rows: int = 0

    async def read_import(self) -> None:
        cursor: str | None = None
        while True:
            page = await self.stage.again().import_page(self.wanted, cursor)
            if cursor is None:
                self._begin(page.shop_clock or self.stage.clock.now())
            self._keep(page)
            cursor = page.cursor
            if not page.more:
                return

    async def read_import_in_parts(self, shop: Splitter, random: Random) -> int:
        """Cut in two as often as it can be, pages of both parts in any order; how often it was cut."""
        page = await self.stage.again().import_page(self.wanted, None)
        self._begin(page.shop_clock or self.stage.clock.now())
        self._keep(page)
        parts = [page.cursor] if page.more else []
        cuts = 0
        while parts:
            if len(parts) == 1 and (cut := await shop.split(self.wanted, parts[0])) is not None:
                parts, cuts = list(cut), cuts + 1
            place = random.randrange(len(parts))
            page = await self.stage.again().import_page(self.wanted, parts[place])
            self._keep(page)
            parts[place : place + 1] = [page.cursor] if page.more else []
        return cuts

    async def read_changes(self) -> None:
        for name in [stream.name for stream in self.stage.shop.streams]:
            more = True
            while more:
                page = await self.stage.again().changes_page(name, self.cursors[name], OVERLAP_S)
                self._keep(page)
                self.cursors[name], more = page.cursor, page.more

    def _begin(self, shop_clock: datetime) -> None:
        for stream in self.stage.shop.streams:
            self.cursors[stream.name] = self.stage.shop.start_cursor(stream.name, shop_clock, OVERLAP_S)

    def _keep(self, page: Page) -> None:
        assert page.unread == ()
        self.pages += 1
        self.rows += len(page.orders)
        assert self.pages < MOST_PAGES, "the reading does not end"
        for order in page.orders:
            if order.remote_id in self.held or self._is_wanted(order):
                self.held[order.remote_id] = order

    def _is_wanted(self, order: Order) -> bool:
        since = self.wanted.placed_after
        return order.status in self.wanted.statuses and (since is None or order.placed_at >= since)
