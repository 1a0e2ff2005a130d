"""What a list is asked for, as Magento's `searchCriteria` writes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

_MOST_FILTERS: Final = 10
"""Magento sorts what was signed as people count (9 before 10), the standard does not: so there are never as many."""


class Filter(msgspec.Struct, frozen=True):
    """All filters of a question must hold. An unknown field is a 500, an unknown condition finds nothing (measured)."""

    field: str
    condition: str
    value: str


def criteria(
    filters: Sequence[Filter], fields: str, *, size: int, by: str = "entity_id", descending: bool = False
) -> dict[str, str]:
    """One page, from the beginning: what follows is asked for by a filter, never by a page's number."""
    if len(filters) >= _MOST_FILTERS:
        raise ValueError("too many filters to sign")
    params: dict[str, str] = {}
    for place, one in enumerate(filters):
        prefix = f"searchCriteria[filter_groups][{place}][filters][0]"
        params[f"{prefix}[field]"] = one.field
        params[f"{prefix}[value]"] = one.value
        params[f"{prefix}[condition_type]"] = one.condition
    params["searchCriteria[sortOrders][0][field]"] = by
    params["searchCriteria[sortOrders][0][direction]"] = "DESC" if descending else "ASC"
    params["searchCriteria[pageSize]"] = str(size)
    params["searchCriteria[currentPage]"] = "1"
    return {**params, "fields": f"items[{fields}],total_count"}


def moment(at: datetime) -> str:
    """In UTC and in this form alone: with an offset Magento silently finds nothing, a bad date finds all (measured)."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
