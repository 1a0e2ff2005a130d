"""Lists: their pages, their counts in headers, the links to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote_plus

import msgspec

from varco.model.exchange import Headers
from varco.sandbox.woocommerce.params import Param
from varco.sandbox.woocommerce.rest import Call
from varco.sandbox.woocommerce.state import State

PAGING: Final = {
    "page": Param(kind="integer", default=1, minimum=1, note="Current page of the collection."),
    "per_page": Param(
        kind="integer",
        default=10,
        minimum=1,
        maximum=100,
        note="Maximum number of items to be returned in result set.",
    ),
}


class Fields:
    """`_fields`: names, and with dots names within names. Lists are gone through row by row."""

    def __init__(self, names: Iterable[str]) -> None:
        self._paths = [tuple(name.strip().split(".")) for name in names]
        self.first = frozenset(path[0] for path in self._paths)
        """Of the first level."""
        self._is_deep = any(len(path) > 1 for path in self._paths)

    def of(self, data: dict[str, Any]) -> dict[str, Any]:
        if not self._is_deep:
            return {name: value for name, value in data.items() if name in self.first}
        picked: dict[str, Any] = _picked(msgspec.to_builtins(data), self._paths)
        return picked


def wanted_fields(call: Call, *, single: bool = False) -> Fields | None:
    """None for all. One thing by itself keeps its `_links` whatever was asked for (measured)."""
    text = call.query.get("_fields")
    if not text:
        return None
    names = text if isinstance(text, list) else str(text).split(",")
    return Fields([*map(str, names), "_links"] if single else map(str, names))


def shown(data: dict[str, Any], call: Call, *, single: bool = False) -> dict[str, Any]:
    """The part of it that was asked for."""
    fields = wanted_fields(call, single=single)
    return data if fields is None else fields.of(data)


def _picked(data: Any, paths: list[tuple[str, ...]]) -> Any:
    if isinstance(data, list):
        return [_picked(row, paths) for row in data]
    if not isinstance(data, dict):
        return data
    found = {}
    for name, value in data.items():
        below = [path[1:] for path in paths if path[0] == name]
        if below:
            found[name] = value if () in below else _picked(value, below)
    return found


def count_headers(
    state: State, call: Call, total: int, values: Mapping[str, Any], added: Mapping[str, Any] | None = None
) -> Headers:
    """X-WP-Total, X-WP-TotalPages and Link. `added` are parameters that WooCommerce puts into the links unasked."""
    pages = -(-total // values["per_page"])
    return (
        ("X-WP-Total", str(total)),
        ("X-WP-TotalPages", str(pages)),
        *_links(state, call, values["page"], pages, added or {}),
    )


def _links(state: State, call: Call, page: int, pages: int, added: Mapping[str, Any]) -> Headers:
    found = []
    if page > 1 and pages:
        found.append(f'<{_address(state, call, min(page - 1, pages), added)}>; rel="prev"')
    if page < pages:
        found.append(f'<{_address(state, call, page + 1, added)}>; rel="next"')
    return (("Link", ", ".join(found)),) if found else ()


def _address(state: State, call: Call, page: int, added: Mapping[str, Any]) -> str:
    """The parameters in the order in which they came, then those added; the page where it stood, or at the end."""
    params: dict[str, Any] = {**call.query}
    for name, value in added.items():
        params.setdefault(name, value)
    params["page"] = str(page)
    pairs = []
    for name, value in params.items():
        if isinstance(value, list):
            pairs += [f"{quote_plus(f'{name}[{place}]')}={quote_plus(str(item))}" for place, item in enumerate(value)]
        else:
            pairs.append(f"{quote_plus(name)}={quote_plus(str(value))}")
    return f"{state.home}/wp-json{call.path}?{'&'.join(pairs)}"
