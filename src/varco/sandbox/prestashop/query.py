"""A list's question as PrestaShop understands it: display, filters, sorting, limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from random import Random
from typing import Any, Final

import msgspec

from varco.sandbox.prestashop.faults import Crash, WsError, nearest
from varco.sandbox.prestashop.resource import I18n, Resource, Row
from varco.sandbox.state import State

_DATES: Final = ("date_add", "date_upd")
_SORT_FORM: Final = (
    'The "sort" value has to be formed as this example: "field_ASC" or '
    "'[field_1_DESC,field_2_ASC,field_3_ASC,...]' (\"field\" has to be an available field)"
)
_LIMIT_FORM: Final = 'The "limit" value has to be formed as this example: "5,25" or "10"'
_random = Random(7)

Keep = Callable[[Any], bool]


class Display(msgspec.Struct, frozen=True):
    """Which fields are shown: all, those named, or the number alone."""

    fields: tuple[str, ...] | None
    associations: Mapping[str, tuple[str, ...]] | None
    """None: all of them."""
    plain: bool = False
    """Nothing was asked for: a list shows numbers, a single thing what is not empty."""


class Query(msgspec.Struct, frozen=True):
    display: Display
    filters: tuple[tuple[str, str], ...]
    sort: tuple[tuple[str, bool], ...]
    offset: int
    limit: int | None


def query_of(resource: Resource, params: Mapping[str, str]) -> Query:
    """Raises `WsError` as the webservice refuses it."""
    dated = bool(params.get("date"))
    filters = tuple((name[7:-1], value) for name, value in params.items() if name.startswith("filter["))
    filterable = [name for name in resource.fields if dated or name not in _DATES]
    for name, value in filters:
        _check_filter(name, value, filterable)
    offset, limit = _limit(params.get("limit"))
    return Query(display_of(resource, params), filters, _sort(params.get("sort"), filterable), offset, limit)


def _check_filter(name: str, value: str, filterable: list[str]) -> None:
    if name not in filterable:
        full = ", ".join(f'"{known}"' for known in filterable)
        words = f'This filter does not exist. Did you mean: "{nearest(name, filterable)}"? The full list is: {full}'
        raise WsError(400, (32, words))
    if not value:
        raise WsError(400, (33, f'The filter "{name}" is malformed.'))


def _limit(text: str | None) -> tuple[int, int | None]:
    if text is None:
        return 0, None
    if re.fullmatch(r"-\d+", text):
        raise Crash("You have an error in your SQL syntax")
    parts = text.split(",")
    if len(parts) > 2 or not all(part.isdigit() for part in parts):
        raise WsError(400, (39, _LIMIT_FORM))
    return (int(parts[0]), int(parts[1])) if len(parts) == 2 else (0, int(parts[0]))


def _sort(text: str | None, sortable: list[str]) -> tuple[tuple[str, bool], ...]:
    if text is None:
        return ()
    found = []
    for part in text.strip("[]").split(","):
        match = re.fullmatch(r"(\w+)_(ASC|DESC)", part)
        if match is None:
            raise WsError(400, (37, _SORT_FORM))
        if match[1] not in sortable:
            words = f"Unable to filter by this field. However, these are available: {', '.join(sortable)}"
            raise WsError(400, (38, f"{words}, for i18n fields:"))
        found.append((match[1], match[2] == "DESC"))
    return tuple(found)


def display_of(resource: Resource, params: Mapping[str, str]) -> Display:
    text = params.get("display")
    if text is None:
        return Display(("id",), {}, plain=True)
    if text == "full":
        return Display(None, None)
    names: list[str] = []
    associations: dict[str, tuple[str, ...]] = {}
    for part in re.findall(r"\w+(?:\[[^\]]*\])?", text[1:-1]):
        name, bracket, inner = part.partition("[")
        if bracket:
            associations[name] = tuple(inner[:-1].split(","))
        else:
            names.append(name)
    unknown = [name for name in names if name not in resource.fields]
    unknown += [name for name in associations if name not in resource.associations]
    if unknown:
        available = ", ".join(resource.fields)
        words = f'Unable to display this field "{unknown[0]}". However, these are available: {available}'
        raise WsError(400, (35, words))
    return Display(tuple(names), associations)


def found(state: State, resource: Resource, query: Query) -> list[Row]:
    """Sorted by nothing unless it is asked for; rows with the same date come in another order each time (measured)."""
    tests = [(name, _test(name, value)) for name, value in query.filters]
    rows = (row for row in _candidates(state, resource, query) if all(test(_plain(row[name])) for name, test in tests))
    if query.sort in ((), (("id", False),)):
        end = None if query.limit is None else query.offset + query.limit
        return list(islice(rows, query.offset, end))
    sorted_rows = list(rows)
    if all(name != "id" for name, _ in query.sort):
        _random.shuffle(sorted_rows)
    for name, descending in reversed(query.sort):
        sorted_rows.sort(key=lambda row, name=name: _sortable(row[name]), reverse=descending)  # type: ignore[misc]
    return sorted_rows[query.offset :] if query.limit is None else sorted_rows[query.offset :][: query.limit]


def _candidates(state: State, resource: Resource, query: Query) -> Iterable[Row]:
    last = 0
    for name, value in query.filters:
        if name in resource.found and re.fullmatch(r"\[?\d+(\|\d+)*\]?", value):
            return resource.found[name](state, [int(number) for number in value.strip("[]").split("|")])
        if name == "id" and (match := re.fullmatch(r">\[(\d+)\]|\[(\d+),\d+\]", value)):
            last = int(match[1]) if match[1] else int(match[2]) - 1
    return resource.rows(state, last)


def _plain(value: Any) -> str:
    if isinstance(value, I18n):
        return value.text
    return "" if value is None else str(value)


def _sortable(value: Any) -> tuple[float, str]:
    text = _plain(value)
    return (float(text), "") if re.fullmatch(r"-?\d+(\.\d+)?", text) else (0.0, text)


def _test(name: str, value: str) -> Keep:
    """`[a|b]`, `[a,b]`, `>[a]`, `<[a]`, `![a]`, `[a]%`, `%[a]%`, or the value itself; whatever the case."""
    match = re.fullmatch(r"([<>!%]?)\[(.*)\](%?)", value, re.DOTALL)
    if match is None:
        return lambda found: found.lower() == value.lower()
    before, inner, after = match.groups()
    if before in ("<", ">"):
        bound = _comparable(name, inner)
        return (
            (lambda found: _comparable(name, found) > bound)
            if before == ">"
            else (lambda found: _comparable(name, found) < bound)
        )
    if after:
        return (
            (lambda found: inner.lower() in found.lower())
            if before
            else (lambda found: found.lower().startswith(inner.lower()))
        )
    return _one_or_between(name, inner, excluded=before == "!")


def _one_or_between(name: str, inner: str, *, excluded: bool) -> Keep:
    if "," in inner:
        low, high = (_comparable(name, part) for part in inner.split(",", 1))
        return lambda found: low <= _comparable(name, found) <= high
    wanted = {part.lower() for part in inner.split("|")}
    return lambda found: (found.lower() in wanted) is not excluded


def _comparable(name: str, text: str) -> Any:
    """Numbers by size; dates as MariaDB reads them: a day is its midnight, a zone is not looked at, rubbish is none."""
    if name in _DATES:
        match = re.match(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d))?", text)
        return f"{match[1]} {match[2] or '00:00:00'}" if match else ""
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else 0.0
