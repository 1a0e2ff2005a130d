"""What a run found, as data: the same for the terminal, for programs, for pages and for mail.

`FORMAT` is raised when a field changes its meaning or goes; new fields may come at any time.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from varco.doctor.layers import Layer
from varco.model.exchange import Timings
from varco.model.finding import Finding, Severity

FORMAT: Final = 2


class Colour(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"
    """Not asked, or not to be told from here."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call, as far as it may be shown: no secrets, no people's data."""

    number: int
    method: str
    url: str
    user_agent: str
    at: datetime
    status: int | None
    failure: str
    address: str
    timings: Timings
    headers: tuple[tuple[str, str], ...] = ()
    """Of the answer: with ids by which a host finds the call in its log."""
    body: str = ""
    """Its beginning; only of calls that a finding rests on."""
    purpose: str = ""
    """Why it was asked, and why nothing could come of it: English, and keys of the catalogue."""
    safe: str = ""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One method under one name. `told` is `ok`, a status, a failure in one word, or `?` for not asked."""

    method: str
    colour: Colour
    told: str
    call: int | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    user_agent: str
    cells: tuple[Cell, ...]


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what a platform asks of a shop's server."""

    name: str
    """`addresses`, `name`, `method`, `import`, `write-back`."""
    what: str
    """The name or the method; empty for the others."""
    colour: Colour
    why: str
    """English, and a key of the catalogue."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A finding in its place."""

    finding: Finding
    severity: Severity
    """As seen from here: a refusal that proves nothing about the platform is amber."""
    layer: Layer
    stops: tuple[str, ...]
    """`import`, `write-back`, both or none."""
    only_from_here: bool
    evidence: tuple[int, ...] = ()
    """Numbers of calls."""


class LayerState(msgspec.Struct, frozen=True, kw_only=True):
    layer: Layer
    state: str
    """`passed`, `problem`, `notice`, `not-reached` or `not-asked`."""


class CheckState(msgspec.Struct, frozen=True, kw_only=True):
    check: str
    state: str
    """`passed`, `found`, `skipped`, `not-asked`, `could-not-tell` or `broke`."""
    why: str = ""


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """What the keys may do; None: could not be told."""

    resource: str
    """`orders` or `products`."""
    what: str
    """`read` or `write`."""
    allowed: bool | None


class PageTime(msgspec.Struct, frozen=True, kw_only=True):
    """How long the shop took for so many orders, as an import asks for them."""

    orders: int
    took_ms: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    format: int = FORMAT
    url: str
    identity: str
    inside: bool
    """Whether we called from the identity's own addresses."""
    manner: str
    """`light`, `careful` or `thorough`."""
    started_at: datetime
    took_ms: int
    platform: str = ""
    version: str = ""
    final_url: str = ""
    server: str = ""
    """What the web server calls itself."""
    clock_apart_s: int | None = None
    """By how many seconds the shop's clock is ahead of ours; None: its answers bear no date."""
    allowed: tuple[Allowed, ...] = ()
    """This and the next two only with keys."""
    pages: tuple[PageTime, ...] = ()
    time_zone: str = ""
    host_names: tuple[str, ...] = ()
    """That the server's addresses bear themselves."""
    name_servers: tuple[str, ...] = ()
    """Of the shop's domain."""
    test_address: str = ""
    """Of whoever tests, if the lines let it in for the test: what passes from there proves them."""
    requirements: tuple[Requirement, ...] = ()
    matrix: tuple[Row, ...] = ()
    layers: tuple[LayerState, ...] = ()
    findings: tuple[Told, ...] = ()
    """The first is the deepest cause: what stops first on a call's way."""
    checks: tuple[CheckState, ...] = ()
    calls: tuple[Call, ...] = ()

    def colour_of(self, name: str) -> Colour:
        """Of a requirement; the worst where it has several lines."""
        colours = [line.colour for line in self.requirements if line.name == name]
        order = (Colour.RED, Colour.AMBER, Colour.GREY, Colour.GREEN)
        return next((colour for colour in order if colour in colours), Colour.GREY)

    @property
    def main(self) -> Told | None:
        """The finding to begin with; None where nothing stops."""
        return next((told for told in self.findings if told.severity is not Severity.GREY), None)
