"""Whole orders by their numbers: many in one question, and the rest of those that are too long for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

import msgspec

from varco.model.errors import ShopFault
from varco.model.finding import Confidence, Finding
from varco.model.order import Order, UnreadOrder
from varco.shops.shopify.api import Api, gid_of, number_in
from varco.shops.shopify.payload import (
    FulfilmentOrder,
    Named,
    Nodes,
    Read,
    Share,
    ShopifyLine,
    ShopifyOrder,
    decoded,
    hidden,
    is_hidden,
    order_from,
    unread,
)
from varco.shops.shopify.queries import (
    MORE_FULFILLMENT_ORDERS,
    MORE_LINES,
    MORE_SHARES,
    OLDEST,
    ORDER,
    ORDERS,
    ORDERS_AT_ONCE,
)

T = TypeVar("T")

_MOST_MORE: Final = 40
"""Further pages of one order: ten thousand lines."""


class _Rows(msgspec.Struct, frozen=True):
    nodes: list[msgspec.Raw] = []


class _Oldest(msgspec.Struct, frozen=True):
    nodes: list[Named] = []


class _Lines(msgspec.Struct, frozen=True, rename="camel"):
    line_items: Nodes[ShopifyLine]


class _Parts(msgspec.Struct, frozen=True, rename="camel"):
    fulfillment_orders: Nodes[FulfilmentOrder]


class _Shares(msgspec.Struct, frozen=True, rename="camel"):
    line_items: Nodes[Share]


async def many(api: Api, numbers: Sequence[str]) -> Read:
    """These orders as they are now, in few questions. What Shopify's search leaves out is missing."""
    reads = [
        await mapped(api, await _listed(api, numbers[start : start + ORDERS_AT_ONCE]))
        for start in range(0, len(numbers), ORDERS_AT_ONCE)
    ]
    return _joined(reads)


async def whole(api: Api, numbers: Sequence[str]) -> Read:
    """The same, and what was left out is asked for alone: its search may lag. One that is gone is missing."""
    found = await many(api, numbers)
    there = {order.remote_id for order in found.orders} | {one.remote_id for one in found.unread}
    alone = [row for number in numbers if number not in there and (row := await _alone(api, number)) is not None]
    return _joined([found, await mapped(api, alone)])


async def one(api: Api, number: str) -> Order | None:
    """None if Shopify says for sure that it is gone. Raises `ShopFault` where it cannot be read or is out of sight."""
    row = await _alone(api, number)
    if row is None:
        await assert_in_sight(api, number)
        return None
    found = await mapped(api, [row])
    if found.unread:
        raise ShopFault(found.unread[0].finding)
    return found.orders[0]


async def assert_in_sight(api: Api, number: str) -> None:
    """Numbers grow with time: one below the oldest that we may see is older than that, and not deleted for sure."""
    found = await api.read(OLDEST, {}, _Oldest)
    oldest = number_in(found.nodes[0].id) if found.nodes else ""
    if not number.isdecimal() or (oldest.isdecimal() and int(number) >= int(oldest)):
        return
    raise ShopFault(
        Finding(code="order-out-of-sight", confidence=Confidence.HIGH, rests_on="older than the oldest that is shown")
    )


async def _listed(api: Api, numbers: Sequence[str]) -> list[bytes]:
    """The rows as Shopify sent them."""
    asked = " OR ".join(f"id:{number}" for number in numbers if number.isdecimal())
    if not asked:
        return []
    variables = {"first": len(numbers), "query": asked}
    rows = await api.read(ORDERS, variables, _Rows, rows=len(numbers))
    return [bytes(row) for row in rows.nodes]


async def _alone(api: Api, number: str) -> bytes | None:
    if not number.isdecimal():
        return None
    row = await api.find(ORDER, {"id": gid_of("Order", number)}, msgspec.Raw)
    return None if row is None else bytes(row)


def _joined(reads: Sequence[Read]) -> Read:
    """One warning of a kind says enough."""
    return Read(
        orders=tuple(order for read in reads for order in read.orders),
        unread=tuple(one for read in reads for one in read.unread),
        warnings=tuple(warning for read in reads for warning in read.warnings)[:1],
    )


async def mapped(api: Api, rows: Sequence[bytes]) -> Read:
    """One order that cannot be read does not stop the others."""
    orders: list[Order] = []
    lost: list[UnreadOrder] = []
    warnings: list[Finding] = []
    for body in rows:
        try:
            found = decoded(body)
            await _complete(api, found)
            orders.append(order_from(found, api.access.options))
        except (ValueError, UnicodeDecodeError) as error:
            lost.append(unread(body, error))
        else:
            warnings += [hidden(found)] if is_hidden(found) else []
    return Read(orders=tuple(orders), unread=tuple(lost), warnings=tuple(warnings))


async def _complete(api: Api, found: ShopifyOrder) -> None:
    """Read on where its lists were cut."""

    async def lines(after: str | None) -> Nodes[ShopifyLine]:
        return (await api.read(MORE_LINES, {"id": found.id, "after": after}, _Lines)).line_items

    async def parts(after: str | None) -> Nodes[FulfilmentOrder]:
        return (await api.read(MORE_FULFILLMENT_ORDERS, {"id": found.id, "after": after}, _Parts)).fulfillment_orders

    await _to_the_end(found.line_items, lines)
    await _to_the_end(found.fulfillment_orders, parts)
    for part in found.fulfillment_orders.nodes:

        async def shares(after: str | None, gid: str = part.id) -> Nodes[Share]:
            return (await api.read(MORE_SHARES, {"id": gid, "after": after}, _Shares)).line_items

        await _to_the_end(part.line_items, shares)


async def _to_the_end(so_far: Nodes[T], further: Callable[[str | None], Awaitable[Nodes[T]]]) -> None:
    for _ in range(_MOST_MORE):
        if not so_far.page_info.has_next_page:
            return
        more = await further(so_far.page_info.end_cursor)
        so_far.nodes = [*so_far.nodes, *more.nodes]
        so_far.page_info = more.page_info
    raise ValueError("too many lines")
