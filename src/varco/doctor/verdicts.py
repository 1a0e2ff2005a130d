"""From what was asked and found to a colour per requirement, and to the matrix that one sees at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from varco.doctor.layers import Layer, depth, layer_of
from varco.doctor.needs import needs_of
from varco.doctor.report import Cell, Colour, LayerState, Requirement, Row, Told
from varco.doctor.scan import Answer, Scan
from varco.model.finding import Severity
from varco.model.identity import METHODS

_ONLY_WRITING: Final = frozenset(
    "method-refused method-cut-off methods-read-only methods-rule-set methods-seven-g methods-not-routed cdn-methods "
    "names-refused links-refused permission-missing".split()
)
_ONLY_READING: Final = frozenset(("brackets-refused", "answer-cached"))


def stops(code: str, severity: Severity) -> tuple[str, ...]:
    """What a finding keeps from working."""
    if severity is Severity.GREY or (severity is Severity.AMBER and code not in _FROM_HERE):
        return ()
    if code in _ONLY_WRITING:
        return ("write-back",)
    if code in _ONLY_READING:
        return ("import",)
    return ("import", "write-back")


_FROM_HERE: Final = frozenset(
    "refused-from-here path-closed site-password maintenance refused-by-server service-block robot-test rate-limited "
    "connection-refused connection-dropped connect-timeout answer-timeout host-unreachable banned-meanwhile "
    "refused-meanwhile unexpected-answer".split()
)
"""What a rule about addresses, countries or reputation can look like: it proves nothing about another address."""


def as_seen(code: str, severity: Severity, *, proven: bool, inside: bool) -> tuple[Severity, bool]:
    """A refusal is red only where the identity itself was refused, or another name or method passed from here."""
    only_from_here = code in _FROM_HERE and not proven and not inside
    if only_from_here and severity is Severity.RED:
        return Severity.AMBER, True
    return severity, only_from_here


def matrix(scan: Scan) -> tuple[Row, ...]:
    numbers = {id(exchange): number for number, exchange in enumerate(scan.said, 1)}
    return tuple(
        Row(
            user_agent=agent,
            cells=tuple(_cell(method, scan.cells.get((method, agent)), scan, numbers) for method in METHODS),
        )
        for agent in scan.agents
    )


def _cell(method: str, answer: Answer | None, scan: Scan, numbers: dict[int, int]) -> Cell:
    if answer is None:
        return Cell(method=method, colour=Colour.GREY, told="?")
    number = numbers.get(id(answer.exchange))
    if answer.passed:
        return Cell(method=method, colour=Colour.GREEN, told="ok", call=number)
    exchange = answer.exchange
    told = str(exchange.response.status) if exchange.response else exchange.failure.kind if exchange.failure else "?"
    needed = needs_of(scan.target.identity.name, scan.platform.platform if scan.platform else "").all
    colour = Colour.RED if method in needed else Colour.AMBER
    return Cell(method=method, colour=colour if answer.refused else Colour.AMBER, told=told, call=number)


def requirements(scan: Scan, rows: Sequence[Row], findings: Sequence[Told]) -> tuple[Requirement, ...]:
    is_cloud = any(told.finding.code == "cloud-shop" for told in findings)
    if is_cloud and not any(told.stops for told in findings):
        return (
            Requirement(name="import", what="", colour=Colour.GREY, why="nothing is to be configured on a server"),
            Requirement(name="write-back", what="", colour=Colour.GREY, why="nothing is to be configured on a server"),
        )
    return (
        _addresses(scan, findings),
        *(_name(row, findings) for row in rows),
        *(_method(method, rows) for method in METHODS),
        _ready("import", scan, rows, findings),
        _ready("write-back", scan, rows, findings),
    )


def _addresses(scan: Scan, findings: Sequence[Told]) -> Requirement:
    if not scan.target.inside:
        return Requirement(
            name="addresses", what="", colour=Colour.GREY, why="not looked from the platform's own addresses"
        )
    refused = any(told.finding.code in _FROM_HERE and "import" in told.stops for told in findings)
    colour = Colour.RED if refused else Colour.GREEN if "shop" in scan.reached else Colour.GREY
    return Requirement(name="addresses", what="", colour=colour, why="called from the platform's own addresses")


def _name(row: Row, findings: Sequence[Told]) -> Requirement:
    get = next(cell for cell in row.cells if cell.method == "GET")
    refused = [told for told in findings if told.finding.params.get("agent") == row.user_agent]
    if refused:
        return Requirement(name="name", what=row.user_agent, colour=Colour(refused[0].severity), why="refused")
    why = {Colour.GREEN: "passes", Colour.GREY: "not asked"}.get(get.colour, "refused")
    return Requirement(name="name", what=row.user_agent, colour=get.colour, why=why)


def _method(method: str, rows: Sequence[Row]) -> Requirement:
    cells = [cell for row in rows for cell in row.cells if cell.method == method]
    worst = next((colour for colour in (Colour.RED, Colour.AMBER) if any(c.colour is colour for c in cells)), None)
    asked = [cell for cell in cells if cell.told != "?"]
    colour = worst or (Colour.GREEN if asked else Colour.GREY)
    why = {Colour.GREEN: "passes", Colour.GREY: "not asked"}.get(colour, "refused")
    return Requirement(name="method", what=method, colour=colour, why=why)


def _ready(name: str, scan: Scan, rows: Sequence[Row], findings: Sequence[Told]) -> Requirement:
    """Red and amber where a finding stops it; green only if everything that it needs was asked and passed."""
    stopping = [told.severity for told in findings if name in told.stops]
    if stopping:
        colour = Colour.RED if Severity.RED in stopping else Colour.AMBER
        return Requirement(name=name, what="", colour=colour, why="something stops it")
    if any(told.finding.code == "cloud-shop" for told in findings):
        return Requirement(name=name, what="", colour=Colour.GREY, why="nothing is to be configured on a server")
    if "shop" not in scan.reached or scan.platform is None:
        return Requirement(name=name, what="", colour=Colour.GREY, why="could not be told")
    needs = needs_of(scan.target.identity.name, scan.platform.platform)
    wanted = needs.reading if name == "import" else (*needs.reading, *needs.writing)
    if _pass(rows[:1], wanted) and _pass(rows, ("GET",)):
        return Requirement(name=name, what="", colour=Colour.GREEN, why="nothing stops it from here")
    return Requirement(name=name, what="", colour=Colour.GREY, why="could not be told")


def _pass(rows: Sequence[Row], methods: Sequence[str]) -> bool:
    return all(cell.colour is Colour.GREEN for row in rows for cell in row.cells if cell.method in methods)


def layer_states(scan: Scan, findings: Sequence[Told], left_out: frozenset[Layer]) -> tuple[LayerState, ...]:
    """The deeper layers of one that stops were not reached; nor were those of which a question was left out."""
    first = min((depth(told.layer) for told in findings if "import" in told.stops), default=len(Layer))
    return tuple(
        LayerState(
            layer=layer, state=_state(layer, scan, findings, reached=depth(layer) <= first and layer not in left_out)
        )
        for layer in Layer
    )


def _state(layer: Layer, scan: Scan, findings: Sequence[Told], *, reached: bool) -> str:
    severities = [told.severity for told in findings if layer_of(told.finding.code) is layer]
    if any(severity is not Severity.GREY for severity in severities):
        return "problem"
    if severities:
        return "notice"
    if layer in (Layer.AUTHENTICATION, Layer.PERMISSION) and not scan.target.credentials:
        return "not-asked"
    return "passed" if reached and _was_reached(layer, scan) else "not-reached"


def _was_reached(layer: Layer, scan: Scan) -> bool:
    milestone = "connection" if depth(layer) <= depth(Layer.TLS) else "answer"
    if depth(layer) >= depth(Layer.SERVER):
        milestone = "shop"
    return milestone in scan.reached
