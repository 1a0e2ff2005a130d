"""The JSON in an answer around which PHP printed its warnings."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

_DIRT_SEARCHED: Final = 256 * 1024
_BEGINNING: Final = re.compile(rb'\[\s*[{\]]|\{\s*["}]')
_PAGE: Final = re.compile(rb"<(!doctype|html|head|body|script)\b", re.IGNORECASE)


def json_within(body: bytes) -> tuple[bytes, bytes] | None:
    """The JSON in a body and what stood around it; None where there is none.

    PHP prints its warnings in front of the data, and sometimes behind it, under status 200. A web page is no such
    thing, though scripts in it hold JSON too.
    """
    if _is_json(body):
        return body, b""
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    found = _last_json(body) or _longest_json(body)
    if found is None:
        return None
    start, end = found
    dirt = body[:start] + body[end:]
    return None if _PAGE.search(dirt) else (body[start:end], dirt)


def _last_json(body: bytes) -> tuple[int, int] | None:
    """Warnings in front only: what follows them is JSON to the end."""
    return next(((start, len(body)) for start in _starts(body) if _is_json(body[start:])), None)


def _longest_json(body: bytes) -> tuple[int, int] | None:
    """Warnings behind too. The longest, since a warning may hold brackets of its own."""
    found = [(start, end) for start in _starts(body) if (end := _json_end(body, start)) is not None]
    return max(found, key=lambda place: place[1] - place[0], default=None)


def _starts(body: bytes) -> list[int]:
    """Where the data could begin: a list or object of the interface, not any bracket of a warning's text."""
    return [match.start() for match in _BEGINNING.finditer(body, 0, _DIRT_SEARCHED)][:20]


def _is_json(body: bytes) -> bool:
    if body[:1] not in (b"[", b"{"):
        return False
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _json_end(body: bytes, start: int) -> int | None:
    text = body[start:].decode("utf-8", "surrogateescape")
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return start + len(text[:end].encode("utf-8", "surrogateescape"))
