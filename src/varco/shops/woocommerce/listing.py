"""Reading a list of orders whole, while it changes.

WooCommerce gives no key to go on from, breaks ties at random, and loses rows when pages are cut by a date that moves
(measured: docs/platforms/woocommerce.md). What never loses a row is the order of ids, with an **anchor**:

1. Each page begins one row *before* where the last one ended, so its first row should be the last one known.
2. If the first row's id is smaller, rows came in before it: fine, they are seen twice and known by their hash.
3. If it is greater, rows have gone away before it and the page may have skipped some: step back and look again.

A first import can be cut in two at a date. Changes are the rows modified after a moment; what changes during the pass
is modified after it began, so the next one brings it. The next pass begins at the earlier of the newest row stored and
the shop's clock, minus an overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from math import ceil
from typing import Final

import msgspec

from varco.model.errors import ShopFault
from varco.model.finding import Finding
from varco.shops.base import OrderFilter, Page
from varco.shops.woocommerce.api import Answer, Api, no_such_status, unknown_status
from varco.shops.woocommerce.payload import ORDER_FIELDS, Rows, rows_from

PER_PAGE: Final = 100
"""WooCommerce's largest; 390 KB whole, a quarter of the time with `_fields` (measured)."""
ORDERS: Final = "orders"
TRASH: Final = "trash"
WORTH_SPLITTING: Final = 4 * PER_PAGE
"""Rows. Cutting costs a question itself, and each part a page that is not full."""


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a pass through a list stands."""

    position: int = 0
    """Rows before this one were read."""
    anchor: int = 0
    """The id of the last row read."""


class ImportCursor(Place, frozen=True, kw_only=True, omit_defaults=True):
    v: int = 1
    total: int = 0
    """Rows of the whole list, as the last page told."""
    since: datetime | None = None
    """The list holds what was placed then or later, where it is the later part of an import,"""
    until: datetime | None = None
    """and what was placed before this, where it is the earlier one."""


class ChangesCursor(Place, frozen=True, kw_only=True, omit_defaults=True):
    v: int = 1
    after: datetime
    """The list holds what was modified after this."""
    began: datetime | None = None
    """The shop's clock when this pass began."""
    newest: datetime | None = None
    """The newest modification seen in this pass."""
    digest: str = ""
    """Of the last pass's answer, if it was one page: the same bytes again are no news."""


async def import_page(api: Api, wanted: OrderFilter, cursor_text: str | None) -> Page:
    cursor = msgspec.json.decode(cursor_text, type=ImportCursor) if cursor_text else ImportCursor()
    if not wanted.statuses:
        return Page(orders=(), cursor=_encode(cursor), more=False)
    found = await _next_page(api, wanted.statuses, _part(wanted, cursor), cursor)
    place = found.place(cursor.anchor)
    total = found.answer.total or 0
    return found.page(
        msgspec.structs.replace(cursor, position=place.position, anchor=place.anchor, total=total),
    )


async def split(api: Api, wanted: OrderFilter, cursor_text: str) -> tuple[str, str] | None:
    """At the date of the order that is in the middle of what is left. A part is not cut again.

    In the earlier part the place may be too far on: the anchor tells. The later one begins anew, since orders of its
    dates may have smaller ids than the anchor.
    """
    cursor = msgspec.json.decode(cursor_text, type=ImportCursor)
    left = cursor.total - cursor.position
    if left < WORTH_SPLITTING or cursor.since is not None or cursor.until is not None:
        return None
    one = {"orderby": "date", "order": "asc", "per_page": "1", "_fields": ORDER_FIELDS}
    middle = {**window(wanted), **one, "offset": str(cursor.position + left // 2)}
    answer, _ = await with_statuses(api, wanted.statuses, middle)
    orders = rows_of(answer).orders
    if not orders:
        return None
    placed_at = orders[0].placed_at
    return _encode(msgspec.structs.replace(cursor, until=placed_at)), _encode(ImportCursor(since=placed_at))


def start_cursor(shop_clock: datetime, overlap_s: int) -> str:
    return _encode(ChangesCursor(after=shop_clock - _overlap(overlap_s)))


async def changes_page(api: Api, stream: str, cursor_text: str, overlap_s: int) -> Page:
    cursor = msgspec.json.decode(cursor_text, type=ChangesCursor)
    changed = {"modified_after": naive_utc(cursor.after), "dates_are_gmt": "true"}
    found = await _next_page(api, (TRASH if stream == TRASH else "any",), changed, cursor)
    began = cursor.began or found.answer.asked_at
    seen = [order.modified_at for order in found.rows.orders] + ([cursor.newest] if cursor.newest else [])
    newest = max(seen, default=None)
    if found.more:
        place = found.place(cursor.anchor)
        return found.page(
            msgspec.structs.replace(
                cursor, position=place.position, anchor=place.anchor, began=began, newest=newest, digest=""
            )
        )
    digest = _digest(found.answer.data) if cursor.position == 0 else ""
    if digest and digest == cursor.digest:
        return found.unchanged(cursor_text)
    after = cursor.after if newest is None else max(cursor.after, min(newest, began) - _overlap(overlap_s))
    return found.page(ChangesCursor(after=after, digest=digest if after == cursor.after else ""))


def window(wanted: OrderFilter) -> dict[str, str]:
    """`after` is strict and in whole seconds: a second earlier, and the hub leaves out what is too old."""
    if wanted.placed_after is None:
        return {}
    return {"after": naive_utc(wanted.placed_after - timedelta(seconds=1)), "dates_are_gmt": "true"}


def _part(wanted: OrderFilter, cursor: ImportCursor) -> dict[str, str]:
    """The window, or the part of it that this cursor reads. `before` is strict too."""
    params = window(wanted if cursor.since is None else msgspec.structs.replace(wanted, placed_after=cursor.since))
    if cursor.until is None:
        return params
    return {**params, "before": naive_utc(cursor.until), "dates_are_gmt": "true"}


def naive_utc(moment: datetime) -> str:
    """Without a zone and with `dates_are_gmt=true`: any other form shifts the threshold and loses orders (measured)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _overlap(overlap_s: int) -> timedelta:
    """`modified_after` is strictly greater, in whole seconds: with no overlap at all a tie would be lost (measured)."""
    return timedelta(seconds=max(overlap_s, 1))


async def with_statuses(
    api: Api, statuses: Sequence[str], params: Mapping[str, str]
) -> tuple[Answer, tuple[Finding, ...]]:
    """The orders in these statuses, without those that the shop does not know any more: they are said, and harm nobody.

    Raises `ShopFault` if the shop knows none of them.
    """
    left, unknown = list(statuses), list[Finding]()
    while True:
        try:
            return await api.get("orders", {"status": ",".join(left), **params}), tuple(unknown)
        except ShopFault as fault:
            gone = unknown_status(fault, left)
            if gone is None:
                raise
            left.remove(gone)
            unknown.append(no_such_status(gone))
            if not left:
                raise ShopFault(no_such_status(gone), fault.exchange) from None


def rows_of(answer: Answer) -> Rows:
    """The orders in it; `ShopFault` if it is no list."""
    try:
        return rows_from(answer.data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise answer.not_understood(str(error)) from None


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of the list."""

    offset: int
    answer: Answer
    rows: Rows
    warnings: tuple[Finding, ...]

    @property
    def covered(self) -> int:
        """Rows of the shop's own list that it stands for.

        WooCommerce leaves out orders that it cannot load itself, and still counts them: a page may be short in the
        middle of the list. A plug-in may also have made all pages shorter, which the number of pages tells.
        """
        rows, total, pages = len(self.rows.ids), self.answer.total or 0, self.answer.pages
        as_asked = pages is None or pages == ceil(total / PER_PAGE)
        return max(rows, min(PER_PAGE, total - self.offset)) if as_asked else rows

    @property
    def more(self) -> bool:
        total = self.answer.total
        return len(self.rows.ids) == PER_PAGE or (total is not None and self.offset + self.covered < total)

    def follows(self, anchor: int) -> bool:
        """Whether no row between the anchor and this page can have been skipped."""
        ids = self.rows.ids
        return self.offset == 0 or (ids[0] <= anchor if ids else self.covered > 0)

    def place(self, anchor: int) -> Place:
        return Place(position=self.offset + self.covered, anchor=max([anchor, *self.rows.ids]))

    def page(self, cursor: ImportCursor | ChangesCursor) -> Page:
        return Page(
            orders=self.rows.orders,
            unread=self.rows.unread,
            cursor=_encode(cursor),
            more=self.more,
            total=self.answer.total,
            warnings=self.warnings,
            shop_clock=self.answer.asked_at,
        )

    def unchanged(self, cursor_text: str) -> Page:
        return Page(
            orders=(),
            cursor=cursor_text,
            more=False,
            unchanged=True,
            warnings=self.warnings,
            shop_clock=self.answer.asked_at,
        )


async def _next_page(api: Api, statuses: Sequence[str], params: Mapping[str, str], place: Place) -> _Found:
    """The next rows that follow the anchor without a gap."""
    begin, back = max(0, place.position - 1), 0
    found = await _read(api, statuses, params, begin)
    while not found.follows(place.anchor):
        back = back * 2 + 1
        found = await _read(api, statuses, params, max(0, begin - back))
    if back and _stands_still(found, place):
        return await _read(api, statuses, params, begin)
    return found


def _stands_still(found: _Found, place: Place) -> bool:
    """So many orders that WooCommerce cannot load stand here that looking back never gets past them."""
    return len(found.rows.ids) < found.covered and found.offset + found.covered <= place.position


async def _read(api: Api, statuses: Sequence[str], params: Mapping[str, str], offset: int) -> _Found:
    paging = {
        **params,
        "orderby": "id",
        "order": "asc",
        "per_page": str(PER_PAGE),
        "offset": str(offset),
        "_fields": ORDER_FIELDS,
    }
    answer, unknown = await with_statuses(api, statuses, paging)
    return _Found(offset=offset, answer=answer, rows=rows_of(answer), warnings=(*answer.warnings, *unknown))


def _encode(cursor: ImportCursor | ChangesCursor) -> str:
    return msgspec.json.encode(cursor).decode()


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=12).hexdigest()
