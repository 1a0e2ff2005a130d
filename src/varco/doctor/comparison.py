"""Two reports of one shop, from two places: what differs between them only the place can have made."""

from __future__ import annotations

import msgspec

from varco.doctor.base import finding
from varco.doctor.report import Cell, Report
from varco.model.errors import BadInput
from varco.model.finding import Confidence, Finding


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the matrix that was asked in both places and answered differently."""

    user_agent: str
    method: str
    first: str
    second: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    same_place: bool
    """Whether the shop was reached under the same name and rule in both: nothing differs."""
    differences: tuple[Difference, ...] = ()
    only_first: tuple[str, ...] = ()
    """Codes of findings."""
    only_second: tuple[str, ...] = ()
    finding: Finding | None = None


def compare(first: Report, second: Report) -> Comparison:
    """`BadInput` where they are not of one shop under one identity."""
    if _host(first) != _host(second) or first.identity != second.identity:
        raise BadInput("The two reports are not of the same shop under the same identity: nothing can be compared.")
    differences = _cells(first, second)
    codes = [{told.finding.code for told in report.findings} for report in (first, second)]
    blocked = [any("import" in told.stops for told in report.findings) for report in (first, second)]
    by_place = bool(differences) or blocked[0] != blocked[1]
    return Comparison(
        url=first.url,
        same_place=not by_place,
        differences=differences,
        only_first=tuple(sorted(codes[0] - codes[1])),
        only_second=tuple(sorted(codes[1] - codes[0])),
        finding=_by_address(first) if by_place else None,
    )


def _host(report: Report) -> str:
    return report.url.partition("://")[2].removeprefix("www.")


def _by_address(report: Report) -> Finding:
    host = _host(report).partition("/")[0].partition(":")[0]
    return finding(
        "refused-by-address", Confidence.HIGH, "the same calls from two places, answered differently", host=host
    )


def _cells(first: Report, second: Report) -> tuple[Difference, ...]:
    known = {(row.user_agent, cell.method): cell for row in second.matrix for cell in row.cells}
    found = []
    for row in first.matrix:
        for cell in row.cells:
            other = known.get((row.user_agent, cell.method))
            if other is not None and _differ(cell, other):
                found.append(
                    Difference(user_agent=row.user_agent, method=cell.method, first=cell.told, second=other.told)
                )
    return tuple(found)


def _differ(one: Cell, other: Cell) -> bool:
    """What was not asked says nothing."""
    return "?" not in (one.told, other.told) and (one.told == "ok") != (other.told == "ok")
