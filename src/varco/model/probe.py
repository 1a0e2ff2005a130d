"""A question to a shop that changes nothing there, and how to read its answer."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from varco.model.exchange import Exchange, Request


class AnsweredBy(StrEnum):
    """Who spoke: the shop's own software, something in front of it, or nobody can tell."""

    APPLICATION = "application"
    INTERMEDIARY = "intermediary"
    UNKNOWN = "unknown"


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    purpose: str
    """What it finds out, in a few words: "method PUT", "header or query"."""
    request: Request
    needs_credentials: bool
    answered_by: Callable[[Exchange], AnsweredBy]
    why_safe: str
    """Why the shop cannot carry anything out."""
