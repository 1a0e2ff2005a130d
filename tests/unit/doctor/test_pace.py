"""Limits by pace and number: told apart from rules about a method, and never provoked by a careful run."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.unit.doctor.shops import FORBIDDEN, behind, codes, examined, only, shop
from varco.doctor.report import Report
from varco.doctor.scan import LIGHT, Limits
from varco.doctor.target import Send
from varco.model.exchange import Exchange, Request, Response, Timings
from varco.model.finding import Severity
from varco.sandbox import Kind, Wall

EVERYTHING = Limits(refusals=60)
"""As a thorough run, without its waiting."""
BEFORE_THE_ROW = 20
"""So many questions a thorough run asks of this shop with pauses."""


def after(calls: int, answer: Response) -> Send:
    """So many calls pass, and then none does."""
    count, inner = 0, shop()

    async def send(request: Request) -> Exchange:
        nonlocal count
        count += 1
        if count <= calls:
            return await inner(request)
        return Exchange(request=request, started_at=datetime.now(UTC), response=answer)

    return send


async def test_a_method_is_not_blamed_where_everything_is_refused_from_then_on() -> None:
    report = await examined(after(7, FORBIDDEN))
    assert codes(report) == ["refused-meanwhile"]
    assert report.findings[0].severity is Severity.AMBER, "it is our address here that is on the list"
    assert len(report.calls) == 9, "the first refusal, one look again, and nothing more"


async def test_a_method_that_is_refused_while_reading_still_passes_is_blamed() -> None:
    report = await examined(shop(only("GET HEAD POST OPTIONS PATCH DELETE")))
    assert codes(report) == ["method-refused"]
    again = [call for call in report.calls if "answered before" in call.purpose]
    assert [(call.method, call.status) for call in again] == [("GET", 404)], "of the same address"


async def test_calls_in_quick_succession_that_are_refused_are_named() -> None:
    report = await examined(after(BEFORE_THE_ROW + 3, Response(status=429)), limits=EVERYTHING)
    (told,) = report.findings
    assert told.finding.code == "pace-limited"
    assert told.finding.params["passed"] == 3
    assert told.stops == ()


async def test_calls_in_quick_succession_that_must_wait_are_named() -> None:
    count, inner = 0, shop()

    async def send(request: Request) -> Exchange:
        nonlocal count
        count += 1
        exchange = await inner(request)
        took = 1000 if count > BEFORE_THE_ROW + 4 else 30
        return Exchange(
            request=request,
            started_at=exchange.started_at,
            response=exchange.response,
            timings=Timings(total_ms=took),
        )

    assert codes(await examined(send, limits=EVERYTHING)) == ["pace-slowed"]


async def test_a_careful_run_asks_nothing_in_quick_succession_and_says_so() -> None:
    report = await examined(after(BEFORE_THE_ROW, Response(status=429)))
    assert codes(report) == []
    assert _state(report, "Pace") == "could-not-tell"


async def test_a_row_of_calls_keeps_the_budget() -> None:
    report = await examined(shop(), limits=Limits(refusals=60, most=BEFORE_THE_ROW + 2))
    assert len(report.calls) == BEFORE_THE_ROW + 2
    assert codes(report) == []


async def test_a_light_look_asks_only_what_a_visitor_might() -> None:
    report = await behind([Wall(kind=Kind.REFUSED, methods=("PUT",))], identity="varco", limits=LIGHT)
    assert {call.method for call in report.calls} == {"GET"}
    assert len(report.calls) <= 8
    assert report.manner == "light"
    assert codes(report) == []


def _state(report: Report, check: str) -> str:
    return next(state.state for state in report.checks if state.check == check)
