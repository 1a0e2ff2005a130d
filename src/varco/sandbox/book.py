"""The orders of a pretend shop, found quickly by id, date and state; quick enough for 100,000 of them.

Questions are answered from a cache that lasts until something changes. Rows with the same date come in another order
at every question, as MariaDB gives them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from enum import StrEnum
from random import Random
from typing import Final

import msgspec

from varco.sandbox.orders import Order

Row = tuple[int, int]
"""What is sorted by, and the order's id."""
_FEW: Final = 64
_ANSWERS_KEPT: Final = 32


class By(StrEnum):
    ID = "id"
    CREATED = "date"
    MODIFIED = "modified"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders, and sorted by what. Moments are exclusive, in seconds since 1970."""

    statuses: frozenset[str]
    created_after: int | None = None
    created_before: int | None = None
    modified_after: int | None = None
    modified_before: int | None = None
    include: tuple[int, ...] = ()
    exclude: frozenset[int] = frozenset()
    customer: int | None = None
    product: int | None = None
    created_via: frozenset[str] = frozenset()
    search: str = ""
    by: By = By.CREATED


class Index:
    """Rows in order. Many new ones are sorted in together, at the next question."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._new: list[Row] = []

    def add(self, row: Row) -> None:
        self._new.append(row)

    def remove(self, row: Row) -> None:
        del self._settled()[bisect_left(self._rows, row)]

    def after(self, key: int) -> list[Row]:
        rows = self._settled()
        return rows[bisect_left(rows, (key + 1,)) :]

    def all(self) -> list[Row]:
        return self._settled()

    def _settled(self) -> list[Row]:
        if len(self._new) > _FEW:
            self._rows += self._new
            self._rows.sort()
        else:
            for row in self._new:
                insort(self._rows, row)
        self._new.clear()
        return self._rows


class Book:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._orders: dict[int, Order] = {}
        self._late: dict[int, int] = {}
        self._created, self._modified = Index(), Index()
        self._answers: dict[Question, list[Row]] = {}
        self.version = 0
        """Another one after every change."""

    def __len__(self) -> int:
        return len(self._orders)

    def __iter__(self) -> Iterator[Order]:
        return iter(self._orders.values())

    def get(self, order_id: int) -> Order | None:
        return self._orders.get(order_id)

    def add(self, orders: Iterable[Order]) -> None:
        for order in orders:
            self._orders[order.id] = order
            if order.visible_from:
                self._late[order.id] = order.visible_from
            else:
                self._list(order)
        self._forget()

    def remove(self, order: Order) -> None:
        del self._orders[order.id]
        if self._late.pop(order.id, None) is None:
            self._created.remove((order.created, order.id))
            self._modified.remove((order.modified, order.id))
        self._forget()

    def replace(self, order: Order) -> None:
        """Put this one in the place of the one that has its number, if there is one."""
        known = self._orders.get(order.id)
        if known is not None:
            self.remove(known)
        self.add([order])

    def changed(self, order: Order, modified: int | None = None) -> None:
        """Something of it is new; `modified` where that moves its date."""
        if modified is not None and modified != order.modified:
            if order.id not in self._late:
                self._modified.remove((order.modified, order.id))
                self._modified.add((modified, order.id))
            order.modified = modified
        self._forget()

    def in_order(self, by: By, now: int) -> list[Row]:
        """All that can be seen by now, by what they are sorted by and by number; not to be changed."""
        self._reveal(now)
        if by is By.ID:
            return sorted((order_id, order_id) for order_id in self._orders.keys() - self._late.keys())
        return (self._created if by is By.CREATED else self._modified).all()

    def page(
        self, question: Question, *, descending: bool, offset: int, limit: int, now: int
    ) -> tuple[list[Order], int]:
        """Those rows, and how many there are in all."""
        self._reveal(now)
        if question not in self._answers:
            if len(self._answers) >= _ANSWERS_KEPT:
                self._answers.clear()
            self._answers[question] = self._answer(question)
        rows = self._answers[question]
        start, end = offset, min(offset + limit, len(rows))
        if descending:
            start, end = len(rows) - end, len(rows) - start
        ids = [order_id for _, order_id in self._shuffled(rows, max(start, 0), end)]
        return [self._orders[order_id] for order_id in (reversed(ids) if descending else ids)], len(rows)

    def _list(self, order: Order) -> None:
        self._created.add((order.created, order.id))
        self._modified.add((order.modified, order.id))

    def _reveal(self, now: int) -> None:
        """Orders whose transaction is through by now."""
        for order_id in [order_id for order_id, moment in self._late.items() if moment <= now]:
            del self._late[order_id]
            self._list(self._orders[order_id])
            self._forget()

    def _forget(self) -> None:
        self._answers.clear()
        self.version += 1

    def _answer(self, question: Question) -> list[Row]:
        orders = [order for order in self._candidates(question) if _fits(order, question)]
        if question.by is By.ID:
            return sorted((order.id, order.id) for order in orders)
        if question.by is By.CREATED:
            return sorted((order.created, order.id) for order in orders)
        return sorted((order.modified, order.id) for order in orders)

    def _candidates(self, question: Question) -> Iterable[Order]:
        if question.include:
            ids: Iterable[int] = {order_id for order_id in question.include if order_id not in self._late}
            return [self._orders[order_id] for order_id in ids if order_id in self._orders]
        if question.modified_after is not None:
            return [self._orders[order_id] for _, order_id in self._modified.after(question.modified_after)]
        if question.created_after is not None:
            return [self._orders[order_id] for _, order_id in self._created.after(question.created_after)]
        return [self._orders[order_id] for _, order_id in self._created.all()]

    def _shuffled(self, rows: list[Row], start: int, end: int) -> list[Row]:
        """The rows from `start` to `end`, after those that share a date have changed places."""
        if start >= end:
            return []
        first = bisect_left(rows, (rows[start][0],))
        window = rows[first : bisect_right(rows, (rows[end - 1][0] + 1,))]
        at = 0
        while at < len(window):
            group_end = bisect_left(window, (window[at][0] + 1,), lo=at)
            if group_end - at > 1:
                group = window[at:group_end]
                self._random.shuffle(group)
                window[at:group_end] = group
            at = group_end
        return window[start - first : end - first]


def _fits(order: Order, question: Question) -> bool:
    return (
        order.status in question.statuses
        and _between(order.created, question.created_after, question.created_before)
        and _between(order.modified, question.modified_after, question.modified_before)
        and order.id not in question.exclude
        and question.customer in (None, order.customer_id)
        and (question.product is None or any(line.product_id == question.product for line in order.lines))
        and (not question.created_via or order.created_via in question.created_via)
        and (not question.search or _found(order, question.search.casefold()))
    )


def _between(moment: int, after: int | None, before: int | None) -> bool:
    return (after is None or moment > after) and (before is None or moment < before)


def _found(order: Order, text: str) -> bool:
    """WooCommerce searches number, addresses and lines."""
    billing, shipping = order.billing, order.shipping
    words = (
        str(order.id),
        *(getattr(billing, name) for name in billing.__struct_fields__),
        *(getattr(shipping, name) for name in shipping.__struct_fields__),
        *(line.name for line in order.lines),
    )
    return any(text in word.casefold() for word in words)
