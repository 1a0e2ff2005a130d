"""Green, amber, red or not asked: what each requirement is, and from where it was seen."""

from __future__ import annotations

import pytest

from tests.unit.doctor.shops import behind, examined, shop
from varco.app.check import could_not_tell, is_blocked
from varco.doctor.report import Colour, Report
from varco.model.finding import Severity
from varco.sandbox import Kind, Wall

PUT_REFUSED = (Wall(kind=Kind.REFUSED, methods=("PUT",)),)


def row(report: Report, number: int = 0) -> dict[str, str]:
    return {cell.method: cell.told for cell in report.matrix[number].cells}


async def test_a_healthy_shop_is_ready_and_every_cell_passed() -> None:
    report = await behind([])
    assert {cell.told for line in report.matrix for cell in line.cells} == {"ok"}
    assert report.colour_of("import") is report.colour_of("write-back") is Colour.GREEN
    assert report.colour_of("addresses") is Colour.GREY, "nobody looked from the platform's own addresses"
    assert len(report.calls) <= 60
    assert not is_blocked(report)
    assert not could_not_tell(report)


async def test_put_refused_is_red_for_the_platform_that_needs_it() -> None:
    report = await behind(PUT_REFUSED)
    assert report.colour_of("write-back") is Colour.RED
    assert report.colour_of("import") is Colour.GREEN


async def test_put_refused_is_amber_where_the_connector_writes_by_post() -> None:
    report = await behind(PUT_REFUSED, identity="varco")
    assert [told.severity for told in report.findings] == [Severity.AMBER]
    assert report.findings[0].stops == ()
    assert not is_blocked(report)


async def test_after_a_refusal_the_rest_is_not_asked() -> None:
    report = await behind(PUT_REFUSED)
    told = row(report)
    assert told["PUT"] == "403"
    assert [told[method] for method in ("OPTIONS", "PATCH", "DELETE")] == ["?", "?", "?"]
    assert [told[method] for method in ("GET", "HEAD", "POST")] == ["ok", "ok", "ok"], "what matters was asked first"


@pytest.mark.parametrize(("identity", "severity"), [("sendcloud", Severity.AMBER), ("varco", Severity.RED)])
async def test_a_refusal_of_everybody_is_red_only_from_the_identitys_own_addresses(
    identity: str, severity: Severity
) -> None:
    report = await behind([Wall(kind=Kind.REFUSED)], identity=identity)
    (told,) = report.findings
    assert (told.finding.code, told.severity) == ("refused-from-here", severity)
    assert told.only_from_here is (identity == "sendcloud")
    assert is_blocked(report)


async def test_a_refused_name_is_red_from_anywhere() -> None:
    report = await behind([Wall(kind=Kind.REFUSED, user_agent="sendcloud")])
    assert report.findings[0].severity is Severity.RED
    assert report.platform == "woocommerce", "a browser's name told which shop it is"


async def test_the_layers_say_where_it_stops_and_what_is_excluded() -> None:
    report = await behind([Wall(kind=Kind.SITE_PASSWORD)])
    states = {state.layer.value: state.state for state in report.layers}
    assert states["server"] == "problem"
    assert states["tls"] == states["redirect"] == "passed"
    assert states["application"] == states["speed"] == "not-reached"


async def test_evidence_is_numbered_and_holds_no_secret() -> None:
    report = await behind([Wall(kind=Kind.SITE_PASSWORD)])
    numbers = {call.number for call in report.calls}
    assert all(set(told.evidence) <= numbers and told.evidence for told in report.findings)
    assert any(call.body for call in report.calls)


async def test_our_own_identity_calls_from_its_own_addresses() -> None:
    report = await examined(shop(), identity="varco")
    assert report.matrix
    assert report.colour_of("addresses") is Colour.GREEN
