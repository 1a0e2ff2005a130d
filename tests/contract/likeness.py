"""Whether two answers are alike: the same status, header fields, keys, types, and the same words of errors.

Values may differ (numbers, names, dates); what a list holds is compared as a whole, as its rows need not stand in the
same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from varco.model.exchange import Headers, Response

_TRANSPORT: Final = frozenset(("server", "date", "connection", "transfer-encoding", "content-length"))
"""What the web server adds, not the shop."""
_SAME: Final = frozenset(("content-type", "retry-after", "allow", "vary", "x-redirect-by", "www-authenticate"))
"""Fields whose value must be the same."""
_CUT: Final = "[cut"
_DIRT: Final = re.compile(r"^<br />\n<b>Warning</b>:  .*<br />\n", re.ASCII)


def differences(recorded: dict[str, Any], ours: Response, rows_like: Sequence[Any] = ()) -> list[str]:
    """What is not alike, in words; empty if nothing.

    `rows_like` are other rows of the same kind: a list may hold any of those, so its rows are compared with them all.
    """
    found = []
    if recorded["status"] != ours.status:
        found.append(f"status {ours.status} and not {recorded['status']}")
    theirs = tuple((key, value) for key, value in recorded["headers"])
    found += _headers(theirs, ours.headers)
    return found + list(_bodies(recorded["body"], ours.body.decode(), rows_like))


def rows_differ(theirs: Sequence[Any], ours: Sequence[Any]) -> list[str]:
    """What rows of ours hold that none of theirs does, and what all of theirs hold and one of ours does not."""
    return list(_values(theirs, ours, "row", some=True))


def _headers(theirs: Headers, ours: Headers) -> list[str]:
    one = {key.lower(): value for key, value in theirs if key.lower() not in _TRANSPORT}
    other = {key.lower(): value for key, value in ours if key.lower() not in _TRANSPORT}
    found = [f"without the header {name}" for name in sorted(one.keys() - other.keys())]
    found += [f"with the header {name}" for name in sorted(other.keys() - one.keys())]
    same = _SAME & one.keys() & other.keys()
    return found + [f"header {name}: {other[name]}" for name in sorted(same) if one[name] != other[name]]


def _bodies(theirs: Any, ours: str, rows_like: Sequence[Any] = ()) -> Iterator[str]:
    if isinstance(theirs, str):
        yield from _texts(theirs, ours)
        return
    try:
        data = msgspec.json.decode(ours)
    except msgspec.DecodeError:
        yield "no JSON"
        return
    if rows_like and isinstance(theirs, list) and isinstance(data, list):
        yield from _values([*theirs, *rows_like], data, "body[]", some=True)
    else:
        yield from _values([theirs], [data], "body")
    if isinstance(theirs, dict) and {"code", "message"} <= theirs.keys():
        for name in ("code", "message"):
            if theirs[name] != data.get(name):
                yield f"{name} {data.get(name)!r}"
    if isinstance(theirs, list) and isinstance(data, list) and len(theirs) != len(data):
        yield f"{len(data)} rows and not {len(theirs)}"


def _texts(theirs: str, ours: str) -> Iterator[str]:
    """Pages are alike by their title; a warning of PHP's before JSON by its form and by what follows it."""
    dirt = _DIRT.match(theirs)
    if dirt:
        own_dirt = _DIRT.match(ours)
        if own_dirt is None:
            yield "no warning before the JSON"
            return
        yield from _bodies(msgspec.json.decode(theirs[dirt.end() :]), ours[own_dirt.end() :])
        return
    if bool(theirs) != bool(ours):
        yield "an empty body" if theirs else "a body"
    if _title(theirs) != _title(ours):
        yield f"title {_title(ours)!r}"


def _title(page: str) -> str:
    match = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    return match[1] if match else ""


def _values(theirs: Sequence[Any], ours: Sequence[Any], path: str, *, some: bool = False) -> Iterator[str]:
    """All values that stand in one place, over all rows of a list. With `some` ours are only a few of what can be."""
    if any(isinstance(value, str) and value.startswith(_CUT) for value in theirs):
        return
    kinds, own_kinds = ({type(value) for value in values} for values in (theirs, ours))
    if not own_kinds <= kinds or (kinds and not own_kinds and not some):
        yield f"{path}: {_names(own_kinds)} and not {_names(kinds)}"
    dicts, own_dicts = ([value for value in values if isinstance(value, dict)] for values in (theirs, ours))
    if dicts and own_dicts:
        yield from _objects(dicts, own_dicts, path, some=some)
    lists, own_lists = ([value for value in values if isinstance(value, list)] for values in (theirs, ours))
    if lists and own_lists:
        rows, own_rows = ([row for value in values for row in value] for values in (lists, own_lists))
        if own_rows and not rows:
            yield f"{path}: rows"
        elif rows and not own_rows and not some:
            yield f"{path}: no rows"
        elif rows and own_rows:
            yield from _values(rows, own_rows, f"{path}[]", some=some)


def _objects(
    theirs: Sequence[dict[str, Any]], ours: Sequence[dict[str, Any]], path: str, *, some: bool
) -> Iterator[str]:
    known = set().union(*theirs)
    always = set(theirs[0]).intersection(*theirs)
    for name in sorted(set().union(*ours) - known):
        yield f"{path}.{name}: not in the recording"
    for name in sorted(always - set(ours[0]).intersection(*ours)):
        yield f"{path}.{name}: missing"
    for name in sorted(known & set().union(*ours)):
        one, other = ([row[name] for row in rows if name in row] for rows in (theirs, ours))
        yield from _values(one, other, f"{path}.{name}", some=some)


def _names(kinds: set[type]) -> str:
    return " or ".join(sorted(kind.__name__ for kind in kinds)) or "nothing"
