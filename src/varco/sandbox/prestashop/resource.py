"""What every table of the webservice has: its fields in PrestaShop's own order, and its rows.

Values are texts; an id is a number; what is told per language is an `I18n`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from varco.sandbox.amounts import written
from varco.sandbox.state import State

ZERO_DATE: Final = "0000-00-00 00:00:00"
LAUNCHED: Final = "2026-09-01 08:00:00"


class I18n(msgspec.Struct, frozen=True):
    text: str


Row = Mapping[str, Any]


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    one: str
    fields: tuple[str, ...]
    rows: Callable[[State, int], Iterable[Row]]
    """Those whose id is greater, in the order of ids."""
    found: Mapping[str, Callable[[State, Sequence[int]], Iterable[Row]]] = {}
    """A quick way by the numbers in a field."""
    links: Mapping[str, str] = {}
    """The resource that a field names a row of."""
    associations: Mapping[str, tuple[str, ...]] = {}
    required: Mapping[str, str] = {}
    """Fields that must be given, and the others' formats, for the synopsis."""
    not_filterable: tuple[str, ...] = ()
    description: str = ""


def local(state: State, moment: int | None) -> str:
    if moment is None:
        return ZERO_DATE
    return datetime.fromtimestamp(moment, state.zone).strftime("%Y-%m-%d %H:%M:%S")


def six_digits(amount: int) -> str:
    return written(amount, 6)
