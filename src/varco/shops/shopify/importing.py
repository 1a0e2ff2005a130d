"""The first import: page by page, or in a large shop by one file that Shopify makes (a bulk operation).

The file is read in pieces, so however large it is little of it is held. Where Shopify does not make one, pages do it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange
from varco.net.answer import Answer
from varco.net.diagnose import diagnose, retry_after_s
from varco.shops.base import OrderFilter, Page
from varco.shops.shopify.api import Api, odd
from varco.shops.shopify.listing import Walk, import_page, is_taken, since
from varco.shops.shopify.payload import Read
from varco.shops.shopify.queries import BULK_RUN, BULK_STATUS, COUNT, bulk_orders
from varco.shops.shopify.reading import mapped

BULK_FROM: Final = 5000
"""So many orders take minutes page by page (100 points a second), and a file that is made in one."""
PIECE: Final = 2 * 1024 * 1024
"""Some five hundred orders: one transaction of the hub."""
_LOOK_AGAIN_S: Final = 3.0
_UNDER_WAY: Final = ("CREATED", "RUNNING")
_LARGEST_PIECE: Final = 8 * PIECE


class ImportCursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    v: int = 1
    walk: Walk = Walk()
    bulk: str = ""
    """The bulk operation that makes the file; `ask`: it is to be asked for."""
    offset: int = 0
    """How many bytes of the file are read."""


ASK: Final = "ask"


class _Count(msgspec.Struct, frozen=True):
    count: int = 0
    precision: str = "EXACT"


class _Operation(msgspec.Struct, frozen=True):
    id: str = ""
    status: str = "EXPIRED"
    url: str | None = None


class _Started(msgspec.Struct, frozen=True, rename="camel"):
    bulk_operation: _Operation | None = None


class _Line(msgspec.Struct, frozen=True):
    """A line of the file: an order, or a part of the one above it."""

    id: str = ""
    parent: str = msgspec.field(default="", name="__parentId")


async def page(api: Api, wanted: OrderFilter, cursor_text: str | None) -> Page:
    """The next part of the import, by whichever way it goes."""
    cursor = msgspec.json.decode(cursor_text, type=ImportCursor) if cursor_text else await _begin(api, wanted)
    if cursor.bulk == ASK:
        return await _ask_for_file(api, wanted)
    if cursor.bulk:
        return await _from_file(api, wanted, cursor)
    return await _by_pages(api, wanted, cursor)


async def _begin(api: Api, wanted: OrderFilter) -> ImportCursor:
    if not wanted.statuses:
        return ImportCursor()
    found = await api.read(COUNT, {"query": since("created_at", wanted.placed_after)}, _Count)
    return ImportCursor(bulk=ASK) if found.count >= BULK_FROM else ImportCursor()


async def _by_pages(api: Api, wanted: OrderFilter, cursor: ImportCursor) -> Page:
    found, walk = await import_page(api, wanted, cursor.walk)
    return msgspec.structs.replace(found, cursor=_encode(ImportCursor(walk=walk)))


async def _ask_for_file(api: Api, wanted: OrderFilter) -> Page:
    """Refused where too many are under way, or where the app may not: then page by page."""
    text = bulk_orders(since("created_at", wanted.placed_after))
    try:
        told = await api.write(BULK_RUN, {"query": text})
    except ShopFault as fault:
        if fault.finding.code in ("refused-by-shop", "scope-missing"):
            return await _by_pages(api, wanted, ImportCursor())
        raise
    started = api.shaped(told, BULK_RUN, _Started).bulk_operation
    if started is None or not started.id:
        raise odd(told, "no bulk operation", BULK_RUN)
    return _nothing_yet(told, ImportCursor(bulk=started.id))


async def _from_file(api: Api, wanted: OrderFilter, cursor: ImportCursor) -> Page:
    told = await api.ask(BULK_STATUS, {"id": cursor.bulk})
    operation = _operation_in(api, told)
    if operation.status in _UNDER_WAY:
        await api.access.rest(_LOOK_AGAIN_S)
        return _nothing_yet(told, cursor)
    if operation.status != "COMPLETED":
        return await _by_pages(api, wanted, ImportCursor())
    if not operation.url:
        return msgspec.structs.replace(_nothing_yet(told, cursor), more=False)
    return await _piece(api, wanted, cursor, operation.url, told)


def _operation_in(api: Api, told: Answer) -> _Operation:
    """One that Shopify does not know any more has expired."""
    found = api.shaped(told, BULK_STATUS, msgspec.Raw)
    return _Operation() if bytes(found) == b"null" else api.shaped(told, BULK_STATUS, _Operation)


async def _piece(api: Api, wanted: OrderFilter, cursor: ImportCursor, url: str, told: Answer) -> Page:
    """The orders that are whole in the next bytes of the file. One that is larger than a piece widens it."""
    size = PIECE
    while True:
        body, is_last = await _bytes(api, url, cursor.offset, size)
        end = len(body) if is_last else _end_of_whole(body)
        if end or is_last or size >= _LARGEST_PIECE:
            break
        size *= 2
    read = await mapped(api, [row for row in _assembled(body[:end]) if is_taken(api, row, wanted)])
    goes_on = ImportCursor(bulk=cursor.bulk, offset=cursor.offset + end)
    return _of(read, told, goes_on, more=not is_last)


async def _bytes(api: Api, url: str, offset: int, size: int) -> tuple[bytes, bool]:
    """So many from there, and whether they are the file's last. The address itself lets us in: no token goes along."""
    exchange = await api.get_openly(url, (("Range", f"bytes={offset}-{offset + size - 1}"),))
    response = exchange.response
    if response is not None and response.status == 206:
        total = response.header("Content-Range").rpartition("/")[2]
        return response.body, not total.isdecimal() or offset + len(response.body) >= int(total)
    if response is not None and response.status == 200:
        return response.body[offset:], True
    if response is not None and response.status == 416:
        return b"", True
    raise _fault(exchange)


def _fault(exchange: Exchange) -> ShopFault:
    finding = diagnose(exchange)
    if finding is None:
        return odd(Answer(data=b"", exchange=exchange), "no file")
    return ShopFault(finding, exchange, retry_after_s=retry_after_s(exchange, exchange.started_at))


def _end_of_whole(body: bytes) -> int:
    """Where the last order in it begins, whose parts may not all be there; 0 if there is no other before it."""
    start = body.rfind(b"\n") + 1
    while start > 0:
        begin = body.rfind(b"\n", 0, start - 1) + 1
        if begin and not _decoded(body[begin : start - 1]).parent:
            return begin
        start = begin
    return 0


def _assembled(body: bytes) -> Iterator[bytes]:
    """Each order with its parts in it, as an ordinary answer has it."""
    order: dict[str, Any] | None = None
    parts: dict[str, dict[str, Any]] = {}
    for text in body.splitlines():
        if not text.strip():
            continue
        line = msgspec.json.decode(text)
        parent = line.pop("__parentId", "")
        if not parent:
            if order is not None:
                yield msgspec.json.encode(order)
            order, parts = line, {line["id"]: line}
        elif parent in parts:
            parts[parent].setdefault(_list_of(line), {"nodes": []})["nodes"].append(line)
            parts[line["id"]] = line
    if order is not None:
        yield msgspec.json.encode(order)


def _list_of(line: Mapping[str, Any]) -> str:
    """Whose list a part belongs to: orders and fulfilment orders both have one of lines."""
    return "fulfillmentOrders" if "/FulfillmentOrder/" in line["id"] else "lineItems"


def _decoded(text: bytes) -> _Line:
    return msgspec.json.decode(text, type=_Line)


def _nothing_yet(told: Answer, cursor: ImportCursor) -> Page:
    return _of(Read(), told, cursor, more=True)


def _of(read: Read, told: Answer, cursor: ImportCursor, *, more: bool) -> Page:
    return Page(
        orders=read.orders,
        unread=read.unread,
        cursor=_encode(cursor),
        more=more,
        warnings=(*told.warnings, *read.warnings[:1]),
        shop_clock=told.asked_at,
    )


def _encode(cursor: ImportCursor) -> str:
    return msgspec.json.encode(cursor).decode()
