"""PHP's settings that stop a call or spoil its answer: `php.ini`, `.user.ini`, a pool of FPM."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, Sequence

from varco.inside.audit.calls import Call
from varco.inside.audit.nginx import SMALL, size_of
from varco.inside.audit.problems import Line, Refusals, Rule

_SETTING = re.compile(r"^\s*(?:php(?:_admin)?_(?:value|flag)\[)?(?P<name>[\w.]+)\]?\s*=\s*(?P<value>[^;]*)")
_LITTLE_MEMORY = 32 * 1024 * 1024
"""Bytes in which no shop's software runs."""


def lead_through(path: Path, calls: Sequence[Call], refusals: Refusals) -> None:
    for line, code, status in _spoiling(path):
        for call in calls:
            if code != "request-too-large" or call.method in ("POST", "PUT", "PATCH"):
                refusals.note(Rule(line, "php", "", status, code), call, True)


def _spoiling(path: Path) -> Iterator[tuple[Line, str, int]]:
    found: dict[str, tuple[str, Line]] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        match = _SETTING.match(text)
        if match:
            found[match.group("name")] = (
                match.group("value").strip().strip("\"'"),
                Line(str(path), number, text.strip()),
            )
    for name, limit, code, status in (
        ("post_max_size", SMALL, "request-too-large", 413),
        ("memory_limit", _LITTLE_MEMORY, "shop-crashed", 500),
    ):
        value, line = found.get(name, ("", Line("", 0, "")))
        if 0 < size_of(value) < limit:
            yield line, code, status
    shown, line = found.get("display_errors", ("", Line("", 0, "")))
    if shown.lower() in ("on", "1", "yes", "true", "stdout"):
        yield line, "dirty-answer", 200
