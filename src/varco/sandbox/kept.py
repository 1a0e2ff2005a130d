"""What a pretend shop remembers from one run to the next, in one file: its orders with all that was written to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import msgspec

from varco.sandbox.book import Book

if TYPE_CHECKING:
    from varco.sandbox.shop import SandboxShop


_TAX_LINES: Final = 10
"""More than an order has: only the number of its first one is kept."""


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    opened: int
    orders: tuple[msgspec.Raw, ...]


def save(shop: SandboxShop, file: Path) -> None:
    """Whole or not at all."""
    orders = tuple(msgspec.Raw(msgspec.json.encode(order)) for order in shop.state.book)
    memory = Memory(opened=shop.state.opened, orders=orders)
    fresh = file.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(memory))
    fresh.rename(file)


def load(shop: SandboxShop, file: Path) -> bool:
    """Put what was remembered in the place of what the seed made; False if there is nothing, or nothing readable."""
    try:
        memory = msgspec.json.decode(file.read_bytes(), type=Memory)
        orders = [msgspec.json.decode(raw, type=shop.application.order_type) for raw in memory.orders]
    except (FileNotFoundError, msgspec.DecodeError):
        return False
    state, seed = shop.state, shop.spec.seed + len(orders)
    state.opened = memory.opened
    state.random, state.book = Random(seed), Book(Random(seed + 1))
    state.book.add(orders)
    posts = [order.id for order in orders]
    posts += [refund.id for order in orders for refund in order.refunds]
    state.post_ids = count(max([next(state.post_ids), *(number + 1 for number in posts)]))
    free = max(_numbers(msgspec.to_builtins(orders)), default=0) + _TAX_LINES
    state.line_ids, state.meta_ids, state.note_ids, state.fulfilment_ids = (count(free) for _ in range(4))
    return True


def _numbers(data: Any) -> Iterator[int]:
    """Every number that something has been given."""
    if isinstance(data, dict):
        yield from (data[key] for key in ("id", "tax_line_id", "meta_id") if isinstance(data.get(key), int))
    parts: Iterable[Any] = data.values() if isinstance(data, dict) else data if isinstance(data, list | tuple) else ()
    for part in parts:
        yield from _numbers(part)
