"""The sentences of a finding, made where it is shown: in the reader's language, with its parameters filled in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import msgspec

from varco.app.language import Translate
from varco.model.finding import UNKNOWN_CODE, FindingKind, Params, Retry, Severity, Whose
from varco.net.kinds import KINDS
from varco.shops.registry import connectors

MISSING: Final = "–"
"""Stands where a finding of an older version has not the parameter that its sentence wants."""

PARTS: Final = ("address", "lines", "status", "shipping method", "note", "other data")
"""What `order-changed` may name in `what`: keys of the catalogue."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    title: str
    sentence: str
    advice: str
    severity: Severity
    whose: Whose
    retry: Retry


@cache
def kinds() -> Mapping[str, FindingKind]:
    """Every finding that Varco can make: the door's, the hub's and the connectors' own."""
    found = dict(KINDS)
    for shop in connectors().values():
        found.update({kind.code: kind for kind in shop.finding_kinds})
    return found


def words(code: str, params: Params, translate: Translate) -> Words:
    """A code that this version does not know reads as an answer not understood."""
    kind = kinds().get(code) or kinds()[UNKNOWN_CODE]
    filled = _Filled({name: _translated(name, value, translate) for name, value in params.items()})
    return Words(
        code=code,
        title=translate(kind.title).format_map(filled),
        sentence=translate(kind.sentence).format_map(filled),
        advice=translate(kind.advice).format_map(filled),
        severity=kind.severity,
        whose=kind.whose,
        retry=kind.retry,
    )


def _translated(name: str, value: str | int, translate: Translate) -> str | int:
    """`reason` may be a sentence of our own, and `what` lists our own words; all else is somebody's data."""
    if not isinstance(value, str) or not value:
        return value
    if name == "what":
        return ", ".join(map(translate, value.split(", ")))
    return translate(value) if name == "reason" else value


class _Filled(dict[str, str | int]):
    def __missing__(self, key: str) -> str:
        return MISSING
