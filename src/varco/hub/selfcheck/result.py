"""What one look at the installation says."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    GOOD = "good"
    PROBLEM = "problem"
    UNKNOWN = "could-not-tell"
    OFF = "off"
    """Not set up, which may be on purpose."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    """Stable, for programs: `worker`, `disk` …"""
    title: str
    state: State
    says: str
    """What was seen."""
    advice: str = ""
    """What to do, where something can be done."""
