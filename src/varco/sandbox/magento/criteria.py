"""`searchCriteria` and `fields`: what a list is asked for, and what of it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote_plus

import msgspec

from varco.sandbox.magento.rest import Call, Reply, RestError, crashed, required

_WORDS: Final = {
    "filterGroups": "filter_groups",
    "sortOrders": "sort_orders",
    "pageSize": "page_size",
    "currentPage": "current_page",
    "conditionType": "condition_type",
}
_CAMEL: Final = {name: camel for camel, name in _WORDS.items()}
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?\Z")


class Filter(msgspec.Struct, frozen=True):
    field: str
    value: str
    condition: str = "eq"


class Sort(msgspec.Struct, frozen=True):
    field: str
    descending: bool


class Criteria(msgspec.Struct, frozen=True, kw_only=True):
    groups: tuple[tuple[Filter, ...], ...] = ()
    """One filter of each group must hold."""
    sorts: tuple[Sort, ...] = ()
    size: int | None = None
    """None where none was asked for; 0 is everything (measured)."""
    page: int | None = None

    def echo(self) -> dict[str, Any]:
        """As Magento repeats it."""
        groups = [
            {"filters": [{"field": f.field, "value": f.value, "condition_type": f.condition} for f in group]}
            for group in self.groups
        ]
        found: dict[str, Any] = {"filter_groups": groups}
        if self.sorts:
            found["sort_orders"] = [
                {"field": sort.field, "direction": "DESC" if sort.descending else "ASC"} for sort in self.sorts
            ]
        sizes = {"page_size": self.size, "current_page": self.page}
        return found | {name: value for name, value in sizes.items() if value is not None}

    def cut(self, total: int) -> tuple[int, int]:
        """Where the page begins and ends. A page before the first is the first; a size below 0 is 1 (measured)."""
        if self.size is None or self.size == 0:
            return 0, total
        size = max(self.size, 1)
        start = (max(self.page or 1, 1) - 1) * size
        return min(start, total), min(start + size, total)


def query_of(text: str) -> dict[str, Any]:
    """As PHP reads a query: brackets nest, a `+` is a space."""
    found: dict[str, Any] = {}
    for pair in filter(None, text.split("&")):
        name, _, value = pair.partition("=")
        first, *inner = re.split(r"\]?\[", unquote_plus(name).removesuffix("]"))
        place, path = found, [first, *inner]
        for step in path[:-1]:
            below = place.get(step)
            place[step] = below = below if isinstance(below, dict) else {}
            place = below
        place[path[-1]] = unquote_plus(value)
    return found


def criteria_of(call: Call, largest: int = 0) -> Criteria:
    """`RestError` if there are none. `largest` is the size that the owner allows, 0 is any."""
    given = call.query.get("searchCriteria", call.query.get("search_criteria"))
    if given is None:
        raise required("searchCriteria")
    told = _snake(given) if isinstance(given, dict) else {}
    size = _number(told, "page_size")
    if largest and (size or 0) > largest:
        raise RestError("Maximum SearchCriteria pageSize is %max", parameters={"max": largest})
    return Criteria(
        groups=tuple(_group(group) for group in _rows(told.get("filter_groups"))),
        sorts=tuple(_sort(sort) for sort in _rows(told.get("sort_orders"))),
        size=size,
        page=_number(told, "current_page"),
    )


def _snake(told: dict[str, Any]) -> dict[str, Any]:
    """Magento takes both ways of writing a name (measured)."""
    return {_WORDS.get(name, name): value for name, value in told.items()}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value.values() if isinstance(row, dict)] if isinstance(value, dict) else []


def _group(group: dict[str, Any]) -> tuple[Filter, ...]:
    rows = [_snake(row) for row in _rows(group.get("filters"))]
    return tuple(
        Filter(str(row.get("field", "")), str(row.get("value", "")), str(row.get("condition_type", "eq")))
        for row in rows
    )


def _sort(sort: dict[str, Any]) -> Sort:
    direction = str(sort.get("direction", "ASC")).upper()
    if direction not in ("ASC", "DESC"):
        message = "The sort order has to be specified as %1 for ascending order or %2 for descending order."
        raise RestError(message, parameters=["ASC", "DESC"])
    return Sort(str(sort.get("field", "")), direction == "DESC")


def _number(told: Mapping[str, Any], name: str) -> int | None:
    if name not in told:
        return None
    text = str(told[name])
    if not re.fullmatch(r"-?\d+", text):
        camel = _CAMEL[name]
        raise RestError(
            f'Error occurred during "{camel}" processing. The "{text}" value\'s type is invalid. The "int" type was '
            "expected. Verify and try again."
        )
    return int(text)


Getter = Callable[[Any], Any]
"""Numbers, texts, or seconds since 1970 under a name that ends in `_at`."""


def fitting(rows: Sequence[Any], criteria: Criteria, fields: Mapping[str, Getter]) -> list[Any]:
    """An unknown field is a crash, an unknown condition finds nothing (measured)."""
    named = [one.field for group in criteria.groups for one in group] + [sort.field for sort in criteria.sorts]
    if any(name not in fields for name in named):
        raise crashed()
    found = [
        row for row in rows if all(any(_holds(fields[f.field](row), f) for f in group) for group in criteria.groups)
    ]
    for sort in reversed(criteria.sorts):
        found.sort(key=fields[sort.field], reverse=sort.descending)
    return found


def _holds(value: Any, one: Filter) -> bool:
    wanted: list[Any] = one.value.split(",") if one.condition in ("in", "nin") else [one.value]
    if one.field.endswith("_at"):
        moments = [moment_of(text) for text in wanted]
        if any(moment is None for moment in moments):
            return False
        wanted = moments
    elif isinstance(value, int):
        wanted = [int(text) if re.fullmatch(r"-?\d+", text) else 0 for text in wanted]
    else:
        value, wanted = str(value).casefold(), [text.casefold() for text in wanted]
    holds = _CONDITIONS.get(one.condition)
    return holds is not None and holds(value, wanted)


_CONDITIONS: Final[Mapping[str, Callable[[Any, Sequence[Any]], bool]]] = {
    "eq": lambda value, wanted: value == wanted[0],
    "neq": lambda value, wanted: value != wanted[0],
    "gt": lambda value, wanted: value > wanted[0],
    "gteq": lambda value, wanted: value >= wanted[0],
    "from": lambda value, wanted: value >= wanted[0],
    "lt": lambda value, wanted: value < wanted[0],
    "lteq": lambda value, wanted: value <= wanted[0],
    "to": lambda value, wanted: value <= wanted[0],
    "in": lambda value, wanted: value in wanted,
    "nin": lambda value, wanted: value not in wanted,
}


def moment_of(text: str) -> float | None:
    """As MySQL compares it: without a zone in UTC, nonsense as the beginning of time, an offset as nothing at all."""
    match = _DATE.match(text)
    if match is None:
        return 0.0
    if match[8] not in (None, "Z"):
        return None
    year, month, day, hour, minute, second = (int(match[place] or 0) for place in range(1, 7))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return 0.0
    return moment.timestamp() + float(match[7] or 0)


# What is shown of it


def shown(call: Call, reply: Reply) -> Any:
    """Only the `fields` that were asked for; where none of them exists, an empty list (measured)."""
    wanted = call.query.get("fields")
    if not isinstance(wanted, str) or not isinstance(reply.data, dict | list):
        return reply.data
    picked = _picked(msgspec.to_builtins(reply.data), _tree(wanted))
    return picked or []


def _tree(text: str) -> dict[str, Any]:
    """`a,b[c,d[e]]` as nested names."""
    root: dict[str, Any] = {}
    stack, last = [root], ""
    for sign in re.findall(r"[^\[\],]+|[\[\]]", text):
        if sign == "[":
            below: dict[str, Any] = {}
            stack[-1][last] = below
            stack.append(below)
        elif sign == "]":
            if len(stack) > 1:
                stack.pop()
        else:
            stack[-1][sign] = None
            last = sign
    return root


def _picked(data: Any, tree: Mapping[str, Any]) -> Any:
    """A list is gone through row by row; an empty one becomes null (measured)."""
    if isinstance(data, list):
        return [_of_row(row, tree) for row in data] or None
    return _of_row(data, tree)


def _of_row(row: Any, tree: Mapping[str, Any]) -> Any:
    if not isinstance(row, dict):
        return row
    found = {}
    for name, value in row.items():
        if name in tree:
            below = tree[name]
            found[name] = _picked(value, below) if below and isinstance(value, dict | list) else value
    return found
