"""What is wrong, as data: a stable code with parameters. Its sentences are made where it is shown."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

Params = dict[str, str | int]


class Severity(StrEnum):
    RED = "red"
    """Something stops: orders do not come in, or tracking does not go out."""
    AMBER = "amber"
    """It works, or it may: somebody should look."""
    GREY = "grey"
    """Said for completeness: could not be told, or is on purpose."""


class Whose(StrEnum):
    """Whose move it is."""

    MERCHANT = "merchant"
    HOST = "host"
    US = "us"
    SERVICE = "service"


class Confidence(StrEnum):
    CERTAIN = "certain"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Retry(StrEnum):
    """What trying again can bring."""

    SOON = "soon"
    """It may pass by itself: an outage, maintenance, a rate limit."""
    AFTER_CHANGE = "after-change"
    """Somebody must change something first; ask seldom."""
    NEVER = "never"
    """The same call will always be refused: it is about this one order, not about the shop."""


class FindingKind(msgspec.Struct, frozen=True, kw_only=True):
    """All that is the same for every finding of a code. Texts are English and keys of the catalogue."""

    code: str
    severity: Severity
    whose: Whose
    retry: Retry
    title: str
    """A few words for lists: "Robot test instead of data"."""
    sentence: str
    """One sentence for the merchant, with `{host}` and other parameters."""
    advice: str
    """What to do next, in words of the trade that the reader's screen uses."""
    sources: tuple[str, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`code` names a `FindingKind`; `params` fill its sentences and hold neither secrets nor people's data."""

    code: str
    params: Params = {}
    confidence: Confidence = Confidence.MEDIUM
    rests_on: str = ""
    """Signature, single observation, one-axis difference: in a few English words, for an engineer."""


UNKNOWN_CODE: Final = "unexpected-answer"
