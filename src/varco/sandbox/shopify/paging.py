"""Connections: rows in the order of (value, number), a cursor that holds both, so that equal values lose nothing."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from graphql import GraphQLError

Row = tuple[int, int]
"""What is sorted by, and the number of what stands there."""
Fields = dict[str, Any]
"""What GraphQL reads of one object: values, and functions for what is worked out only where it is asked for."""
T = TypeVar("T")
MOST: Final = 250


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    last_id: int
    last_value: int | str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments that every connection has."""

    count: int
    after: Row | None
    descending: bool
    turned: bool
    """Whether it is read from the end (`last`), and shown the other way round."""


def cursor_of(row: Row, *, written: Callable[[int], int | str] = int) -> str:
    return b64encode(msgspec.json.encode(Cursor(last_id=row[1], last_value=written(row[0])))).decode()


def wanted_by(arguments: Mapping[str, Any], *, everything: bool = False) -> Wanted:
    """`everything` is how a bulk operation reads. Raises `GraphQLError`."""
    first, last = arguments.get("first"), arguments.get("last")
    count = first if first is not None else last
    if count is None and not everything:
        raise GraphQLError("you must provide one of first or last", extensions={"code": "BAD_REQUEST"})
    if count is not None and not 0 <= count <= MOST:
        raise GraphQLError(f"first cannot exceed {MOST}", extensions={"code": "BAD_REQUEST"})
    turned = first is None and last is not None
    return Wanted(
        count=-1 if everything or count is None else count,
        after=_row(arguments.get("before") if turned else arguments.get("after")),
        descending=bool(arguments.get("reverse")) is not turned,
        turned=turned,
    )


def connection(
    rows: Sequence[Row],
    wanted: Wanted,
    node_of: Callable[[int], Fields | None],
    *,
    written: Callable[[int], int | str] = int,
) -> Fields:
    """`rows` are in ascending order; those for which `node_of` has nothing are passed over."""
    found: list[tuple[Row, Fields]] = []
    more = False
    for row in _walked(rows, wanted):
        if 0 <= wanted.count <= len(found):
            more = node_of(row[1]) is not None
            if more:
                break
            continue
        node = node_of(row[1])
        if node is not None:
            found.append((row, node))
    before = wanted.after is not None
    if wanted.turned:
        found.reverse()
    cursors = [cursor_of(row, written=written) for row, _ in found]
    return {
        "nodes": [node for _, node in found],
        "edges": [{"cursor": cursor, "node": node} for cursor, (_, node) in zip(cursors, found, strict=True)],
        "pageInfo": {
            "hasNextPage": before if wanted.turned else more,
            "hasPreviousPage": more if wanted.turned else before,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _walked(rows: Sequence[Row], wanted: Wanted) -> Iterator[Row]:
    """From the cursor on. What it stands at may be gone meanwhile: its place is found all the same."""
    if wanted.descending:
        start = len(rows) if wanted.after is None else bisect_left(rows, wanted.after)
        return (rows[place] for place in range(start - 1, -1, -1))
    start = 0 if wanted.after is None else bisect_right(rows, wanted.after)
    return (rows[place] for place in range(start, len(rows)))


def _row(cursor: str | None) -> Row | None:
    if cursor is None:
        return None
    try:
        found = msgspec.json.decode(b64decode(cursor, validate=True), type=Cursor)
        return int(found.last_value), found.last_id
    except (Error, ValueError, msgspec.DecodeError):
        raise GraphQLError(f"Invalid cursor for current pagination sort: {cursor}.") from None
