"""Reading lists that change meanwhile: a cheap index first, then whole orders of what is new in it.

Two lists are followed, since holds, releases and moves touch a fulfilment order and not its order, while a new address
touches the order alone. Rows come by (date, id), so equal dates lose nothing within a pass; what changes behind the
reader is dated later, and the next pass begins an overlap earlier. What is known of the overlap is not read twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from varco.model.finding import Finding
from varco.model.order import Order, UnreadOrder
from varco.net.answer import Answer
from varco.shops.base import OrderFilter, Page
from varco.shops.shopify.api import Api, number_in
from varco.shops.shopify.payload import TEST_ORDERS, YES, PageInfo, status_of
from varco.shops.shopify.queries import FULFILLMENT_ORDERS, INDEX, MOST_ROWS, Query
from varco.shops.shopify.reading import whole

ORDERS: Final = "orders"
FULFILMENTS: Final = "fulfillment_orders"
_BY_CREATION: Final = "CREATED_AT"
_BY_CHANGE: Final = "UPDATED_AT"
_PAGES_IN_ONE: Final = 80
"""Lists longer than 25,000 rows may be refused: after so many pages one begins anew at the date reached
(https://shopify.dev/docs/api/usage/limits)."""
_MOST_KNOWN: Final = 250
_STILL_MOVING: Final = timedelta(seconds=2)
"""Dates are whole seconds: what changed just now may change again without its date telling."""


class Brief(msgspec.Struct, gc=False, rename="camel"):
    """A row of either index."""

    id: str
    updated_at: datetime
    created_at: datetime | None = None
    order_id: str = ""
    """Of a fulfilment order."""
    cancelled_at: str | None = None
    test: bool = False
    display_financial_status: str | None = None
    display_fulfillment_status: str | None = None

    @property
    def status(self) -> str:
        return status_of(self.cancelled_at, self.display_financial_status, self.display_fulfillment_status)

    @property
    def order(self) -> str:
        """The number of the order that it is or belongs to."""
        return number_in(self.order_id or self.id)


class Briefs(msgspec.Struct, gc=False, rename="camel"):
    nodes: list[Brief] = []
    page_info: PageInfo = msgspec.field(default_factory=PageInfo)


class Walk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where in a list by date a reader is."""

    since: datetime | None = None
    """None: from the first row."""
    after: str = ""
    """Shopify's cursor within the rows since then."""
    pages: int = 0

    def behind(self, rows: Sequence[Brief], info: PageInfo, by: str) -> Walk:
        """Behind these rows. A long list begins anew, so that its last second may come twice."""
        last = (rows[-1].created_at if by == _BY_CREATION else rows[-1].updated_at) if rows else None
        if self.pages + 1 >= _PAGES_IN_ONE and last is not None and last != self.since:
            return Walk(since=last)
        return Walk(since=self.since, after=info.end_cursor or "", pages=self.pages + 1)


class ChangesCursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    v: int = 1
    after: datetime
    """The list holds what was modified then or later."""
    walk: Walk | None = None
    """Within a pass that is not at its end."""
    began: datetime | None = None
    """The shop's clock when this pass began."""
    newest: datetime | None = None
    known: dict[str, int] = {}
    """Rows since `after` that were read already, with the second of their change."""


async def import_page(api: Api, wanted: OrderFilter, walk: Walk) -> tuple[Page, Walk]:
    """The next rows by the day they were placed; whole orders of those that are wanted."""
    if not wanted.statuses:
        return Page(orders=(), cursor="", more=False), walk
    begin = walk if walk.since or walk.after else Walk(since=wanted.placed_after)
    told, found = await _index(api, INDEX, begin, "created_at", _BY_CREATION)
    read = await whole(api, [row.order for row in found.nodes if _is_wanted(api, row, wanted)])
    page = _page(told, read.orders, read.unread, read.warnings, more=found.page_info.has_next_page)
    return page, begin.behind(found.nodes, found.page_info, _BY_CREATION)


def start_cursor(shop_clock: datetime, overlap_s: int) -> str:
    return _encode(ChangesCursor(after=shop_clock - timedelta(seconds=overlap_s)))


async def changes_page(api: Api, stream: str, cursor_text: str, overlap_s: int) -> Page:
    cursor = msgspec.json.decode(cursor_text, type=ChangesCursor)
    query = INDEX if stream == ORDERS else FULFILLMENT_ORDERS
    walk = cursor.walk or Walk(since=cursor.after)
    told, found = await _index(api, query, walk, "updated_at", _BY_CHANGE)
    fresh = [row for row in found.nodes if cursor.known.get(number_in(row.id)) != _second(row)]
    more = found.page_info.has_next_page
    if not fresh and not more and cursor.walk is None:
        return Page(
            orders=(), cursor=cursor_text, more=False, unchanged=True, warnings=told.warnings, shop_clock=told.asked_at
        )
    read = await whole(api, _taken(api, fresh))
    began = cursor.began or told.asked_at
    newest = max([row.updated_at for row in found.nodes] + ([cursor.newest] if cursor.newest else []), default=None)
    known = {**cursor.known, **_settled(found.nodes, told.asked_at)}
    page = _page(told, read.orders, read.unread, read.warnings, more=more)
    if more:
        goes_on = ChangesCursor(
            after=cursor.after,
            walk=walk.behind(found.nodes, found.page_info, _BY_CHANGE),
            began=began,
            newest=newest,
            known=_latest(known, cursor.after),
        )
        return msgspec.structs.replace(page, cursor=_encode(goes_on))
    after = cursor.after
    if newest is not None:
        after = max(after, min(newest, began) - timedelta(seconds=overlap_s))
    return msgspec.structs.replace(page, cursor=_encode(ChangesCursor(after=after, known=_latest(known, after))))


async def census(api: Api, wanted: OrderFilter) -> AsyncIterator[tuple[str, datetime]]:
    """Status and date of every order that the filter means: Shopify counts by words of its own, which mix statuses."""
    walk, more = Walk(since=wanted.placed_after), bool(wanted.statuses)
    seen: set[str] = set()
    while more:
        _, found = await _index(api, INDEX, walk, "created_at", _BY_CREATION)
        for row in found.nodes:
            if row.id not in seen and row.created_at is not None and _is_wanted(api, row, wanted):
                seen.add(row.id)
                yield row.status, row.created_at
        walk, more = walk.behind(found.nodes, found.page_info, _BY_CREATION), found.page_info.has_next_page


def since(field: str, moment: datetime | None) -> str:
    """A filter as Shopify takes it; times hold colons, so they are quoted. Empty: no filter."""
    return f"{field}:>='{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'" if moment is not None else ""


async def _index(api: Api, query: Query, walk: Walk, field: str, by: str) -> tuple[Answer, Briefs]:
    variables = {"first": MOST_ROWS, "after": walk.after or None, "query": since(field, walk.since)}
    if query is INDEX:
        variables["sort"] = by
    told = await api.ask(query, variables, rows=MOST_ROWS)
    return told, api.shaped(told, query, Briefs)


def is_taken(api: Api, row: bytes, wanted: OrderFilter) -> bool:
    """Of a whole order: whether the filter means it. One that cannot be read is, so that it is not lost."""
    try:
        return _is_wanted(api, msgspec.json.decode(row, type=Brief), wanted)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return True


def _is_wanted(api: Api, row: Brief, wanted: OrderFilter) -> bool:
    """Dates are compared here too: Shopify's are whole seconds."""
    in_time = wanted.placed_after is None or (row.created_at is not None and row.created_at >= wanted.placed_after)
    return in_time and row.status in wanted.statuses and _counts(api, row)


def _counts(api: Api, row: Brief) -> bool:
    return not row.test or api.access.options.get(TEST_ORDERS) == YES


def _taken(api: Api, rows: Iterable[Brief]) -> list[str]:
    """The numbers of their orders, each once."""
    return list(dict.fromkeys(row.order for row in rows if _counts(api, row)))


def _second(row: Brief) -> int:
    return int(row.updated_at.timestamp())


def _settled(rows: Iterable[Brief], asked_at: datetime) -> dict[str, int]:
    """Those whose date tells whether they change again."""
    return {number_in(row.id): _second(row) for row in rows if _is_settled(row, asked_at)}


def _is_settled(row: Brief, asked_at: datetime) -> bool:
    return row.updated_at <= asked_at - _STILL_MOVING or row.updated_at > asked_at + timedelta(hours=1)


def _latest(known: Mapping[str, int], after: datetime) -> dict[str, int]:
    """The newest of those that the list since then will hold again, in one order: the same rows make the same text."""
    inside = sorted((moment, number) for number, moment in known.items() if moment >= int(after.timestamp()))
    return {number: moment for moment, number in inside[-_MOST_KNOWN:]}


def _page(
    told: Answer, orders: Sequence[Order], unread: Sequence[UnreadOrder], warnings: Sequence[Finding], *, more: bool
) -> Page:
    return Page(
        orders=tuple(orders),
        unread=tuple(unread),
        cursor="",
        more=more,
        warnings=(*told.warnings, *warnings),
        shop_clock=told.asked_at,
    )


def _encode(cursor: ChangesCursor) -> str:
    return msgspec.json.encode(cursor).decode()
