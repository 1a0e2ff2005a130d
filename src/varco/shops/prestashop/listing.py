"""Reading a list of orders whole, while it changes: always by id, from the last one that was read.

PrestaShop has no order of its own, breaks ties of dates at random, and offsets skip rows when others leave (measured:
docs/platforms/prestashop.md). Ids never change, so a page is what follows the last id, and a first import is cut in two
at an id. Changes are the rows modified
after a moment: that list only grows while it is read, and what changes behind the reader is modified after he began,
so the next pass brings it. The next pass begins at the earlier of the newest row read and the shop's clock, minus an
overlap. Dates are asked for in the shop's local time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

import msgspec

from varco.model.order import Order, UnreadOrder
from varco.net.answer import Answer
from varco.shops.base import OrderFilter, Page
from varco.shops.fields import Loose, unread_order
from varco.shops.prestashop.api import AT_ONCE, Api, fields, one_of
from varco.shops.prestashop.directory import directory_of
from varco.shops.prestashop.payload import ORDER_FIELDS, Directory, Rows, decoded, order_from, text
from varco.shops.prestashop.times import earliest_text, utc_from, zone_of

ORDERS: Final = "orders"
WORTH_SPLITTING: Final = 4 * AT_ONCE
"""Ids. Each part costs a page that is not full."""
_COUNTED_AT_ONCE: Final = 5000
"""Three short fields each: 300 kB."""


class ImportCursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    v: int = 1
    last: int = 0
    """The id of the last row read."""
    until: int = 0
    """The last id that belongs to this part of an import; 0 where it goes on to the newest."""


class ChangesCursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    v: int = 1
    after: datetime
    """The list holds what was modified after this."""
    last: int = 0
    began: datetime | None = None
    """The shop's clock when this pass began."""
    newest: datetime | None = None
    """The newest modification seen in this pass."""
    digest: str = ""
    """Of the last pass's answer, if it was one page: the same bytes again are no news."""


class PsBrief(msgspec.Struct, gc=False):
    id: int
    current_state: Loose = None
    date_add: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of the list, mapped."""

    answer: Answer
    orders: tuple[Order, ...]
    unread: tuple[UnreadOrder, ...]

    def page(self, cursor: ImportCursor | ChangesCursor, *, more: bool) -> Page:
        return Page(
            orders=self.orders,
            unread=self.unread,
            cursor=_encode(cursor),
            more=more,
            warnings=self.answer.warnings,
            shop_clock=self.answer.asked_at,
        )


async def import_page(api: Api, wanted: OrderFilter, cursor_text: str | None) -> Page:
    cursor = msgspec.json.decode(cursor_text, type=ImportCursor) if cursor_text else ImportCursor()
    if not wanted.statuses:
        return Page(orders=(), cursor=_encode(cursor), more=False)
    answer = await _ask(api, window(api, wanted), cursor.last, cursor.until)
    rows = decoded(answer)
    found = await mapped(api, answer, rows)
    return found.page(ImportCursor(last=max([cursor.last, *rows.ids]), until=cursor.until), more=_is_full(rows))


async def split(api: Api, wanted: OrderFilter, cursor_text: str) -> tuple[str, str] | None:
    """Half-way between the last id read and the last there is."""
    cursor = msgspec.json.decode(cursor_text, type=ImportCursor)
    end = cursor.until or await _newest(api, wanted)
    if end - cursor.last < WORTH_SPLITTING:
        return None
    middle = (cursor.last + end) // 2
    return _encode(ImportCursor(last=cursor.last, until=middle)), _encode(ImportCursor(last=middle, until=cursor.until))


async def _newest(api: Api, wanted: OrderFilter) -> int:
    params = {**window(api, wanted), "sort": "[id_DESC]", "limit": "1"}
    rows = await api.rows("orders", PsBrief, {**params, "display": fields("id", "current_state", "date_add")})
    return max((row.id for row in rows), default=0)


def start_cursor(shop_clock: datetime, overlap_s: int) -> str:
    return _encode(ChangesCursor(after=shop_clock - _overlap(overlap_s)))


async def changes_page(api: Api, cursor_text: str, overlap_s: int) -> Page:
    cursor = msgspec.json.decode(cursor_text, type=ChangesCursor)
    zone = zone_of(api.access.time_zone)
    changed = {"filter[date_upd]": f">[{earliest_text(cursor.after, zone)}]", "date": "1"}
    answer = await _ask(api, changed, cursor.last)
    digest = blake2b(answer.data, digest_size=12).hexdigest() if cursor.last == 0 else ""
    if digest and digest == cursor.digest:
        return Page(
            orders=(), cursor=cursor_text, more=False, unchanged=True, warnings=answer.warnings,
            shop_clock=answer.asked_at,
        )  # fmt: skip
    rows = decoded(answer)
    found = await mapped(api, answer, rows)
    began = cursor.began or answer.asked_at
    newest = max(
        [order.modified_at for order in found.orders] + ([cursor.newest] if cursor.newest else []), default=None
    )
    if _is_full(rows):
        last = max([cursor.last, *rows.ids])
        return found.page(msgspec.structs.replace(cursor, last=last, began=began, newest=newest, digest=""), more=True)
    after = cursor.after if newest is None else max(cursor.after, min(newest, began) - _overlap(overlap_s))
    return found.page(ChangesCursor(after=after, digest=digest if after == cursor.after else ""), more=False)


async def mapped(api: Api, answer: Answer, rows: Rows) -> Found:
    """With all that the orders name; nothing is asked where there are none."""
    zone = zone_of(api.access.time_zone)
    orders: list[Order] = []
    unread = list(rows.unread)
    directory = await directory_of(api, rows.orders) if rows.orders else Directory()
    for ps in rows.orders:
        try:
            orders.append(order_from(ps, directory, zone))
        except ValueError as error:
            unread.append(unread_order(msgspec.json.encode(ps), error, id_field="id", number_field="reference"))
    return Found(answer=answer, orders=tuple(orders), unread=tuple(unread))


def window(api: Api, wanted: OrderFilter) -> dict[str, str]:
    """`>` is strict and in whole seconds: a second earlier, and the hub leaves out what is too old."""
    params = {"filter[current_state]": one_of(wanted.statuses)}
    if wanted.placed_after is None:
        return params
    since = earliest_text(wanted.placed_after - timedelta(seconds=1), zone_of(api.access.time_zone))
    return {**params, "filter[date_add]": f">[{since}]", "date": "1"}


async def census(api: Api, wanted: OrderFilter) -> AsyncIterator[tuple[str, datetime]]:
    """Status and date of every order that the filter means: PrestaShop counts nothing by itself."""
    zone, last, more = zone_of(api.access.time_zone), 0, bool(wanted.statuses)
    while more:
        params = _paged(window(api, wanted), last, _COUNTED_AT_ONCE)
        rows = await api.rows("orders", PsBrief, {**params, "display": fields("id", "current_state", "date_add")})
        for row in rows:
            placed = utc_from(row.date_add, zone)
            if placed is not None and (wanted.placed_after is None or placed >= wanted.placed_after):
                yield text(row.current_state), placed
        last, more = max([last, *(row.id for row in rows)]), len(rows) == _COUNTED_AT_ONCE


async def _ask(api: Api, params: Mapping[str, str], last: int, until: int = 0) -> Answer:
    return await api.get("orders", {**_paged(params, last, AT_ONCE, until), "display": ORDER_FIELDS})


def _paged(params: Mapping[str, str], last: int, limit: int, until: int = 0) -> dict[str, str]:
    """Intervals include both of their ends (measured)."""
    ids = f"[{last + 1},{until}]" if until else f">[{last}]" if last else ""
    return {**params, **({"filter[id]": ids} if ids else {}), "sort": "[id_ASC]", "limit": str(limit)}


def _is_full(rows: Rows) -> bool:
    return rows.count >= AT_ONCE and bool(rows.ids)


def _overlap(overlap_s: int) -> timedelta:
    """`>` in whole seconds: with no overlap at all a tie would be lost."""
    return timedelta(seconds=max(overlap_s, 1))


def _encode(cursor: ImportCursor | ChangesCursor) -> str:
    return msgspec.json.encode(cursor).decode()
