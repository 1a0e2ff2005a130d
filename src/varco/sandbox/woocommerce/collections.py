"""Lists: their pages, their counts in headers, the links to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote_plus

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


def wanted_fields(call: Call) -> frozenset[str] | None:
    """The names of the first level in `_fields`; None for all."""
    text = call.query.get("_fields")
    if not text:
        return None
    names = text if isinstance(text, list) else str(text).split(",")
    return frozenset(str(name).strip().partition(".")[0] for name in names)


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
