"""Each method of each name, on a path that no route takes. Which of them pass is a signature of what refuses the rest.

Measured vectors: `facts` of docs/findings/README.md, "Method by method".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.needs import needs_of, order_of_asking
from varco.doctor.scan import Answer, NotAsked, Scan
from varco.model.exchange import Exchange
from varco.model.finding import Confidence, Severity
from varco.model.identity import METHODS
from varco.model.probe import Probe

_VECTORS: Final = (
    ("methods-rule-set", "PUT PATCH DELETE", ("403", "406")),
    ("methods-seven-g", "PUT DELETE", ("403", "405")),
    ("methods-read-only", "OPTIONS PUT PATCH DELETE", ()),
    ("methods-not-routed", "POST OPTIONS PUT PATCH DELETE", ("405",)),
    ("cdn-methods", "POST PUT PATCH DELETE", ("403",)),
    ("cdn-methods", "POST OPTIONS PUT PATCH DELETE", ("403",)),
)
"""Code, the methods that are refused while all others pass, and how; nothing: however."""
_NOT_THE_METHOD: Final = ("rate-limited", "server-down")


class Methods:
    layer: ClassVar = Layer.SERVER
    step: ClassVar = 50
    needs: ClassVar[frozenset[str]] = frozenset({"server"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "whether this method passes"
    mild: ClassVar = False

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        left_out: NotAsked | None = None
        try:
            await _fill(scan)
        except NotAsked as reason:
            left_out = reason
        for noted in _found(scan):
            yield noted
        if left_out is not None:
            raise left_out


async def _fill(scan: Scan) -> None:
    """One name after the other, so that the first row is whole before the second begins."""
    if scan.platform is None:
        return
    order = order_of_asking(needs_of(scan.target.identity.name, scan.platform.platform))
    for agent in scan.agents:
        if ("GET", agent) in scan.cells and not scan.cells["GET", agent].passed:
            continue  # the name is refused, whatever the method
        probes: dict[str, Probe] = {}
        for probe in scan.platform.probes(scan.base_url, agent):
            probes.setdefault(probe.request.method, probe)
        for method in order:
            if method in probes and (method, agent) not in scan.cells:
                scan.cells[method, agent] = await scan.ask(probes[method])


def _found(scan: Scan) -> list[Noted]:
    """One finding per thing that is refused: both names together where they fare alike."""
    found: dict[tuple[str, str], Noted] = {}
    for agent in scan.agents:
        if (limited := _limited(scan, agent)) is not None:
            found.setdefault((limited.finding.code, ""), limited)
            continue
        row = {method: scan.cells[method, agent] for method in METHODS if (method, agent) in scan.cells}
        refused = {method: answer.exchange for method, answer in row.items() if answer.refused}
        passed = next((answer.exchange for answer in row.values() if answer.passed), None)
        if refused and passed is not None:
            noted = _noted(scan, row, refused, passed)
            found.setdefault((noted.finding.code, str(noted.finding.params.get("method", ""))), noted)
    return list(found.values())


def _limited(scan: Scan, agent: str) -> Noted | None:
    """What a server says when it has had enough is not about the method."""
    for (method, name), answer in scan.cells.items():
        told = answer.finding
        if name == agent and method != "GET" and answer.refused and told is not None and told.code in _NOT_THE_METHOD:
            return Noted(finding=told, evidence=(answer.exchange,))
    return None


def _noted(scan: Scan, row: Mapping[str, Answer], refused: Mapping[str, Exchange], passed: Exchange) -> Noted:
    methods, ways = ", ".join(refused), {_how(exchange) for exchange in refused.values()}
    whole = row.keys() >= set(METHODS)
    code = _vector(tuple(refused), ways) if whole else ""
    host, way = urlsplit(scan.base_url).hostname or "?", "/".join(sorted(ways))
    if code:
        told = finding(code, Confidence.HIGH, f"of all seven methods exactly {methods} are refused", host=host,
                       methods=methods, how=way)  # fmt: skip
    elif all(exchange.failure is not None for exchange in refused.values()):
        told = finding("method-cut-off", Confidence.HIGH, "other methods of the same path pass", host=host,
                       methods=methods)  # fmt: skip
    else:
        told = finding("method-refused", Confidence.HIGH, "other methods of the same path pass", host=host,
                       method=methods, status=way, product=_server(refused))  # fmt: skip
    needed = needs_of(scan.target.identity.name, scan.platform.platform if scan.platform else "").all
    return Noted(
        finding=told,
        evidence=(*refused.values(), passed)[:4],
        proven=True,
        severity=Severity.RED if any(method in needed for method in refused) else Severity.AMBER,
    )


def _vector(refused: tuple[str, ...], ways: set[str]) -> str:
    """The signature that fits exactly; empty for none."""
    for code, methods, how in _VECTORS:
        if set(methods.split()) == set(refused) and (not how or ways <= set(how)):
            return code
    return ""


def _how(exchange: Exchange) -> str:
    if exchange.response is not None:
        return str(exchange.response.status)
    return exchange.failure.kind.value if exchange.failure else "?"


def _server(refused: Mapping[str, Exchange]) -> str:
    responses = [exchange.response for exchange in refused.values() if exchange.response is not None]
    name = responses[0].header("Server").split("/")[0].split(" ")[0] if responses else ""
    return name if name.replace("-", "").isalnum() and len(name) <= 30 else "The server"


CHECK = Methods()
