"""Everything that a pretend shop knows, whatever its software."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from varco.model.exchange import Request
from varco.sandbox.book import Book
from varco.sandbox.clock import ShopClock
from varco.sandbox.goods import GOODS
from varco.sandbox.orders import Meta, Order
from varco.sandbox.post import Post
from varco.sandbox.spec import Key, ShopSpec


class Webhook(msgspec.Struct, kw_only=True):
    id: int
    name: str
    topic: str
    delivery_url: str
    created: int
    modified: int | None = None
    status: str = "active"
    secret: str = ""
    failures: int = 0
    """Messages in a row that nobody took."""


class State:
    def __init__(
        self,
        spec: ShopSpec,
        home: str,
        clock: ShopClock,
        *,
        keys: Sequence[Key],
        statuses_of: Callable[[ShopSpec], dict[str, str]],
    ) -> None:
        self.spec = spec
        self.home = home
        """The address that the shop believes to have: links and signatures are made of it."""
        self.clock = clock
        self.keys = list(keys)
        self.random = Random(spec.seed)
        self.book = Book(Random(spec.seed + 1))
        self.zone = ZoneInfo(spec.time_zone)
        self.opened = clock.now()
        self._statuses_of = statuses_of
        self.post_ids = count(max(GOODS) + 10)
        """Of orders. In WooCommerce they share their numbers with refunds, pages and products."""
        self.line_ids, self.meta_ids, self.note_ids = count(1), count(1), count(1)
        self.fulfilment_ids, self.webhook_ids = count(1), count(1)
        self.nonces: set[tuple[str, str]] = set()
        self.caller = ""
        """The address from which the request comes that is being answered."""
        self.granted: Request | None = None
        """Keys on their way to the application that the merchant let in."""
        self.webhooks: dict[int, Webhook] = {}
        self.post = Post(clock)
        self.weights: dict[int, str] = {}
        """Of goods whose weight was corrected, in the shop's unit."""
        self.eans: dict[int, str] = {}
        """Of goods whose EAN was corrected."""
        self.wares: dict[int, dict[str, Any]] = {}
        """What was corrected of a Magento's wares, by field."""

    def statuses(self) -> dict[str, str]:
        """Those that an order can have, in the shop's own order: word and name."""
        return self._statuses_of(self.spec)

    def meta(self, key: str, value: object) -> Meta:
        return Meta(next(self.meta_ids), key, value)

    def order(self, order_id: int) -> Order | None:
        return self.book.get(order_id)
