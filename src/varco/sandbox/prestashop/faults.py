"""PrestaShop's refusals, by number."""

from __future__ import annotations

from collections.abc import Sequence


class WsError(Exception):
    """What the webservice answers instead: a status, and its errors as number and words."""

    def __init__(self, status: int, *errors: tuple[int, str]) -> None:
        super().__init__(status, errors)
        self.status = status
        self.errors = errors


class Crash(Exception):
    """PHP breaks off: 500 without a word, or with 200 and its own words in debug mode."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Gone(Exception):
    """A single thing that does not exist: an empty 404."""


def nearest(word: str, known: Sequence[str]) -> str:
    """The one that PrestaShop asks "Did you mean" of: that with the fewest letters to change."""
    return min(reversed(known), key=lambda one: _distance(word, one))


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        before, row[0] = row[0], place
        for at, sign in enumerate(other, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != sign))
    return row[-1]
