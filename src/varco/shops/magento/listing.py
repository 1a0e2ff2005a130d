"""Reading a list of orders whole, while it changes.

Magento finds rows beyond an id, so each page begins behind the last row of the one before: no row can be skipped or
slip between two pages, whatever happens meanwhile, and ties of a date do not matter. A first import is cut in two at an
id. Changes are the rows modified at
or after a moment (`gt` would lose those of the same second; measured); what changes during the pass is modified after
it began, so the next one brings it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

import msgspec

from varco.shops.base import OrderFilter, Page
from varco.shops.magento.api import PER_PAGE, Api, Listed
from varco.shops.magento.criteria import Filter, moment
from varco.shops.magento.payload import ORDER_FIELDS, Read, orders_from

ORDERS: Final = "orders"
WORTH_SPLITTING: Final = 4 * PER_PAGE
"""Rows. Cutting costs a question itself, and each part a page that is not full."""


class ImportCursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    v: int = 1
    last_id: int = 0
    """The greatest id read so far."""
    seen: int = 0
    """How many rows this pass has read."""
    until: int = 0
    """The last id that belongs to this part of an import; 0 where it goes on to the newest."""


class ChangesCursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    v: int = 1
    after: datetime
    """The list holds what was modified then or later."""
    last_id: int = 0
    began: datetime | None = None
    """The shop's clock when this pass began."""
    newest: datetime | None = None
    """The newest modification seen in this pass."""
    digest: str = ""
    """Of the last pass's answer, if it was one page: the same rows again are no news."""


async def import_page(api: Api, wanted: OrderFilter, stores: Sequence[Filter], cursor_text: str | None) -> Page:
    cursor = msgspec.json.decode(cursor_text, type=ImportCursor) if cursor_text else ImportCursor()
    if not wanted.statuses:
        return Page(orders=(), cursor=_encode(cursor), more=False)
    listed = await api.list(ORDERS, _left(wanted, stores, cursor), ORDER_FIELDS)
    read = orders_from(listed.rows)
    goes_on = ImportCursor(
        last_id=max(cursor.last_id, read.last_id), seen=cursor.seen + len(listed.rows), until=cursor.until
    )
    return _page(listed, read, goes_on, total=cursor.seen + listed.total)


async def split(api: Api, wanted: OrderFilter, stores: Sequence[Filter], cursor_text: str) -> tuple[str, str] | None:
    """Half-way between the last id read and the last there is."""
    cursor = msgspec.json.decode(cursor_text, type=ImportCursor)
    newest = await api.list(ORDERS, _left(wanted, stores, cursor), ORDER_FIELDS, size=1, descending=True)
    if newest.total < WORTH_SPLITTING:
        return None
    middle = (cursor.last_id + orders_from(newest.rows).last_id) // 2
    if middle <= cursor.last_id:
        return None
    earlier = msgspec.structs.replace(cursor, until=middle)
    return _encode(earlier), _encode(ImportCursor(last_id=middle, until=cursor.until))


def start_cursor(shop_clock: datetime, overlap_s: int) -> str:
    return _encode(ChangesCursor(after=shop_clock - timedelta(seconds=overlap_s)))


async def changes_page(api: Api, stores: Sequence[Filter], cursor_text: str, overlap_s: int) -> Page:
    cursor = msgspec.json.decode(cursor_text, type=ChangesCursor)
    changed = Filter("updated_at", "gteq", moment(cursor.after))
    listed = await api.list(ORDERS, [changed, *stores, *_beyond(cursor.last_id)], ORDER_FIELDS)
    digest = _digest(listed.rows) if cursor.last_id == 0 and not listed.more else ""
    if digest and digest == cursor.digest:
        return _unchanged(listed, cursor_text)
    read = orders_from(listed.rows)
    began = cursor.began or listed.answer.asked_at
    seen = [order.modified_at for order in read.orders] + ([cursor.newest] if cursor.newest else [])
    newest = max(seen, default=None)
    if listed.more:
        last_id = max(cursor.last_id, read.last_id)
        goes_on = ChangesCursor(after=cursor.after, last_id=last_id, began=began, newest=newest)
        return _page(listed, read, goes_on)
    after = cursor.after
    if newest is not None:
        after = max(after, min(newest, began) - timedelta(seconds=overlap_s))
    return _page(listed, read, ChangesCursor(after=after, digest=digest if after == cursor.after else ""))


def which(wanted: OrderFilter) -> list[Filter]:
    """A status that the shop does not have finds nothing, and harms nobody."""
    chosen = [Filter("status", "in", ",".join(wanted.statuses))]
    if wanted.placed_after is not None:
        chosen.append(Filter("created_at", "gteq", moment(wanted.placed_after)))
    return chosen


def _left(wanted: OrderFilter, stores: Sequence[Filter], cursor: ImportCursor) -> list[Filter]:
    """What this cursor has still to bring."""
    end = [Filter("entity_id", "lteq", str(cursor.until))] if cursor.until else []
    return [*which(wanted), *stores, *_beyond(cursor.last_id), *end]


def _beyond(last_id: int) -> list[Filter]:
    return [Filter("entity_id", "gt", str(last_id))] if last_id else []


def _page(listed: Listed, read: Read, cursor: ImportCursor | ChangesCursor, total: int | None = None) -> Page:
    if listed.more and not read.last_id:
        raise listed.answer.not_understood("a page without a row to go on from")
    return Page(
        orders=read.orders,
        unread=read.unread,
        cursor=_encode(cursor),
        more=listed.more,
        total=total,
        warnings=listed.answer.warnings,
        shop_clock=listed.answer.asked_at,
    )


def _unchanged(listed: Listed, cursor_text: str) -> Page:
    return Page(
        orders=(),
        cursor=cursor_text,
        more=False,
        unchanged=True,
        warnings=listed.answer.warnings,
        shop_clock=listed.answer.asked_at,
    )


def _encode(cursor: ImportCursor | ChangesCursor) -> str:
    return msgspec.json.encode(cursor).decode()


def _digest(rows: Sequence[bytes]) -> str:
    return blake2b(b"\n".join(rows), digest_size=12).hexdigest()
