"""Shopify's search syntax: https://shopify.dev/docs/api/usage/search-syntax

A field that the list does not know is passed over, not refused: all rows come, and a warning stands aside (recorded).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

Test = Callable[[Any], bool]
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<minus>-(?=\S))"""
    r"""|(?P<field>[A-Za-z_][\w.]*):(?P<sign><=|>=|<|>|)\s*(?P<value>'[^']*'|"[^"]*"|[^\s()]+)"""
    r"""|(?P<word>'[^']*'|"[^"]*"|[^\s()]+))"""
)
_SIGNS: Final[Mapping[str, str]] = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


class Field(msgspec.Struct, frozen=True):
    """One that a list can be searched by: its kind (`time`, `number`, `text`), and what an object has of it."""

    kind: str
    of: Callable[[Any], Any]


class Warned(msgspec.Struct, frozen=True):
    field: str
    message: str
    code: str


class Search(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    fits: Test
    parsed: Any
    now: int
    warnings: tuple[Warned, ...] = ()

    def from_moment(self, field: str) -> int | None:
        """The earliest that can be found, where the search says it for all."""
        terms = self.parsed.get("and", [self.parsed])
        ranges = [term["range"] for term in terms if term.get("field") == field and "range" in term]
        found = [_moment(span[sign], self.now) for span in ranges for sign in ("gt", "gte") if sign in span]
        return max((moment for moment in found if moment is not None), default=None)

    def told(self, path: list[str]) -> dict[str, Any]:
        """As it stands in `extensions.search`."""
        warnings = [msgspec.structs.asdict(warning) for warning in self.warnings]
        return {"path": path, "query": self.text, "parsed": self.parsed, "warnings": warnings}


def search(text: str, fields: Mapping[str, Field], *, now: int, default: Field) -> Search:
    reader = _Reader(text, fields, now, default)
    fits, parsed = reader.read()
    return Search(text=text, fits=fits, parsed=parsed, now=now, warnings=tuple(reader.warnings))


class _Reader:
    def __init__(self, text: str, fields: Mapping[str, Field], now: int, default: Field) -> None:
        self._tokens = [match for match in _TOKEN.finditer(text) if match.group().strip()]
        self._place = 0
        self._fields, self._now, self._default = fields, now, default
        self.warnings: list[Warned] = []

    def read(self) -> tuple[Test, Any]:
        parts = []
        while self._place < len(self._tokens):
            parts.append(self._either())
        return _joined(parts, all, "and")

    def _either(self) -> tuple[Test, Any]:
        """What stands around `OR`, which binds less than what stands side by side."""
        parts = [self._both()]
        while self._word() == "OR":
            self._place += 1
            parts.append(self._both())
        return _joined(parts, any, "or")

    def _both(self) -> tuple[Test, Any]:
        parts = []
        while self._place < len(self._tokens) and self._word() != "OR" and not self._tokens[self._place]["close"]:
            if self._word() == "AND":
                self._place += 1
                continue
            parts.append(self._one())
        if not parts:
            self._place += 1
        return _joined(parts, all, "and")

    def _one(self) -> tuple[Test, Any]:
        token = self._tokens[self._place]
        self._place += 1
        if token["minus"] or token["word"] == "NOT":
            fits, parsed = self._one() if self._place < len(self._tokens) else (_all, {})
            return (lambda row: not fits(row)), {"not": parsed}
        if token["open"]:
            inside = self._either()
            self._place += 1
            return inside
        if token["field"]:
            return self._term(token["field"], token["sign"], token["value"].strip("'\""))
        word = (token["word"] or "").strip("'\"")
        return (lambda row: word.casefold() in str(self._default.of(row)).casefold()), {"match_all": word}

    def _term(self, name: str, sign: str, value: str) -> tuple[Test, Any]:
        parsed: Any = {"field": name, "range": {_SIGNS[sign]: value}} if sign else {"field": name, "match_all": value}
        field = self._fields.get(name)
        if field is None:
            self.warnings.append(Warned(name, "Invalid search field for this query.", "invalid_field"))
            return _all, parsed
        if field.kind == "text":
            words = {word.casefold() for word in value.split(",")}
            return (lambda row: not words.isdisjoint(_texts(field.of(row)))), parsed
        limit = _moment(value, self._now) if field.kind == "time" else _number(value)
        if limit is None:
            self.warnings.append(Warned(name, f"Input `{value}` is not an accepted value.", "invalid_value"))
            return _all, parsed
        return (lambda row: _compares(field.of(row), sign, limit)), parsed

    def _word(self) -> str:
        return (self._tokens[self._place]["word"] or "") if self._place < len(self._tokens) else ""


def _all(_row: Any) -> bool:
    return True


def _joined(parts: list[tuple[Test, Any]], how: Callable[[Any], bool], name: str) -> tuple[Test, Any]:
    if len(parts) == 1:
        return parts[0]
    return (lambda row: how(fits(row) for fits, _ in parts)), {name: [parsed for _, parsed in parts]} if parts else {}


def _texts(found: Any) -> set[str]:
    return {str(one).casefold() for one in (found if isinstance(found, list | tuple | set) else [found])}


def _compares(found: int, sign: str, limit: int) -> bool:
    results = {"<": found < limit, "<=": found <= limit, ">": found > limit, ">=": found >= limit}
    return results.get(sign, found == limit)


def _moment(text: str, now: int) -> int | None:
    """Without a zone it is UTC here; whole years and days are taken too."""
    if text == "now":
        return now
    try:
        found = datetime.fromisoformat(f"{text}-01-01" if re.fullmatch(r"\d{4}", text) else text)
    except ValueError:
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def _number(text: str) -> int | None:
    digits = text.rpartition("/")[2]
    return int(digits) if digits.isdigit() else None
