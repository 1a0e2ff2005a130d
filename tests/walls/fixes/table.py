"""The table of docs/fixes/tried.md: what the platform saw before and after, written by the tests themselves.

VARCO_WALLS_TABLE=1 make walls
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from tests.docs.pages import DOCS
from tests.walls.fixes.calls import Seen, call, others
from varco.fixes.registry import all_targets
from varco.model.identity import METHODS

PAGE: Final = DOCS / "fixes" / "tried.md"
WANTED: Final = os.environ.get("VARCO_WALLS_TABLE") == "1"
_HEAD: Final = f"""# What the tests saw

Written by `make walls` with `VARCO_WALLS_TABLE=1`. Each line is a rule in the real software: what the platform's own
methods ({", ".join(METHODS)}) brought before the lines of [these pages](README.md) were added, and after. “Others” are
strangers with our name, forged headers, a browser's name from our address, other paths (also by `..`), TRACE and
PROPFIND: how many such calls were made, and how many of them brought something else afterwards.

| for | rule | before | after | others | changed |
| --- | --- | --- | --- | --- | --- |
"""
_rows: dict[tuple[str, str], str] = {}


def record(target: str, rule: str, before: int, after: int) -> None:
    """Of the two ports."""
    if WANTED:
        was, became = others(before), others(after)
        changed = sum(was[name] != became[name] for name in was)
        note(target, rule, _vector(before), _vector(after), f"{len(was)} | {changed}")


def note(target: str, rule: str, before: str, after: str, strangers: str) -> None:
    """A line in words: of firewalls and bans, which know no methods."""
    title = all_targets()[target].title
    _rows[target, rule] = f"| [{title}]({target}.md) | {rule} | {before} | {after} | {strangers} |"


def _vector(port: int) -> str:
    seen: Mapping[str, Seen] = {method: call(port, method) for method in METHODS}
    return f"{seen['GET']} ×{len(seen)}" if len(set(seen.values())) == 1 else " ".join(map(str, seen.values()))


def write() -> None:
    if WANTED and _rows:
        PAGE.write_text(_HEAD + "\n".join(_rows[key] for key in sorted(_rows)) + "\n", encoding="utf-8")
