"""What a check is: one file in `checks/`, found by listing, with a class that is its `CHECK`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar, Protocol

import msgspec

from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.exchange import Exchange
from varco.model.finding import Confidence, Finding, Params, Severity


class CouldNotTell(Exception):
    """The check ran and its question stays open; the text says why."""


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with what it rests on."""

    finding: Finding
    evidence: tuple[Exchange, ...] = ()
    proven: bool = False
    """Whether a call that differs in one thing only passed from the same place."""
    severity: Severity | None = None
    """Where it is not the kind's own: a method that nobody needs is no disaster."""
    instead_of: tuple[str, ...] = ()
    """Codes that this finding explains better."""


class Check(Protocol):
    layer: ClassVar[Layer]
    step: ClassVar[int]
    """When its turn is: mild questions first, those that only read what was answered last."""
    needs: ClassVar[frozenset[str]]
    """Milestones of the scan."""
    applies_to: ClassVar[frozenset[str]]
    """Platforms; empty: all."""
    purpose: ClassVar[str]
    """Why it asks what it asks, English and a key of the catalogue; empty where it only reads what was answered."""
    mild: ClassVar[bool]
    """Whether it asks only what a visitor might ask: then a light look asks it too."""

    def run(self, scan: Scan) -> AsyncIterator[Noted]:
        """Yields nothing where all is well. Raises `NotAsked` or `CouldNotTell`."""
        ...


def finding(code: str, confidence: Confidence, rests_on: str, **params: str | int) -> Finding:
    given: Params = dict(params)
    return Finding(code=code, params=given, confidence=confidence, rests_on=rests_on)
