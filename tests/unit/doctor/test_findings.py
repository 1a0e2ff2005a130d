"""Each finding that only several answers tell is reproduced, and nothing else is found in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import ClassVar

import pytest

from tests.unit.doctor.shops import (
    DROPPED,
    FORBIDDEN,
    HTML,
    INDEX,
    JSON,
    URL,
    Rule,
    agent_of,
    behind,
    codes,
    examined,
    no_time,
    only,
    shop,
)
from varco.app.check import target_of
from varco.doctor import runner
from varco.doctor.base import Check, Noted
from varco.doctor.layers import LAYER_OF, Layer
from varco.doctor.report import Report
from varco.doctor.scan import THOROUGH, Limits, Scan
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Response
from varco.model.finding import Severity
from varco.model.identity import SENDCLOUD
from varco.model.secret import Secret
from varco.net.kinds import KINDS, compared, network, server, tls
from varco.net.reach import Reach, Reached
from varco.sandbox import Kind, SandboxShop, ShopSpec, Wall, send_to

EVERYTHING = Limits(most=60, pause_s=0, refusals=60)
"""All questions, whatever is refused."""


def page(body: bytes, status: int = 200) -> Response:
    return Response(status=status, headers=HTML, body=body)


def at_interface(answer: Response) -> Rule:
    return lambda request: answer if "/wp-json" in request.url else None


def with_header(name: str, value: str) -> Rule:
    """A good index that bears this."""
    return lambda request: (
        Response(status=200, headers=(*JSON, (name, value)), body=INDEX) if request.url.endswith("/wp-json/") else None
    )


def holding(piece: bytes) -> Rule:
    return lambda request: FORBIDDEN if piece in request.body else None


def redirect(target: str) -> Rule:
    def rule(request: Request) -> Response | None:
        if request.url.startswith(target):
            return None
        return Response(status=301, headers=(("Location", target + request.url.partition("shop.example")[2]),))

    return rule


LINK = b'<link rel="https://api.w.org/" href="%s" />'
BEHIND_A_RULE: dict[str, tuple[Rule, Response | None, Limits]] = {
    "methods-read-only": (only("GET HEAD POST"), None, EVERYTHING),
    "methods-rule-set": (only("GET HEAD POST OPTIONS"), None, EVERYTHING),
    "methods-seven-g": (only("GET HEAD POST OPTIONS PATCH"), None, EVERYTHING),
    "methods-not-routed": (only("GET HEAD", status=405), None, EVERYTHING),
    "cdn-methods": (only("GET HEAD OPTIONS"), None, EVERYTHING),
    "method-cut-off": (lambda request: DROPPED if request.method == "PUT" else None, None, Limits()),
    "refused-name": (lambda request: FORBIDDEN if "Sendcloud" in agent_of(request) else None, None, Limits()),
    "refused-from-here": (lambda _: FORBIDDEN, None, Limits()),
    "path-closed": (at_interface(FORBIDDEN), None, Limits()),
    "redirect-circle": (
        lambda request: Response(status=302, headers=(("Location", "/"),)) if "json" not in request.url else None,
        None,
        Limits(),
    ),
    "sent-to-login": (
        at_interface(Response(status=302, headers=(("Location", f"{URL}/wp-login.php"),))),
        None,
        Limits(),
    ),
    "login-page": (at_interface(page(b'<form name="loginform" id="loginform">')), None, Limits()),
    "coming-soon-page": (at_interface(page(b"<title>Coming soon - Bottega</title>", 503)), None, Limits()),
    "permalinks-plain": (
        at_interface(page(b"not here", 404)),
        page(LINK % b"https://shop.example/index.php?rest_route=/"),
        Limits(),
    ),
    "interface-elsewhere": (
        at_interface(page(b"not here", 404)),
        page(LINK % b"https://shop.example/negozio/wp-json/"),
        Limits(),
    ),
    "names-refused": (holding(b"D'Angelo"), None, Limits()),
    "links-refused": (holding(b"https://"), None, Limits()),
    "brackets-refused": (lambda request: FORBIDDEN if "filter[" in request.url else None, None, Limits()),
    "answer-cached": (with_header("X-Cache", "HIT"), None, Limits()),
    "service-in-front": (with_header("CF-RAY", "8f00ba1-MXP"), None, Limits()),
    "cloud-shop": (lambda _: None, Response(status=200, headers=(*HTML, ("X-ShopId", "1"))), Limits()),
}


@pytest.mark.parametrize("code", BEHIND_A_RULE)
async def test_a_rule_is_named(code: str) -> None:
    rule, home, limits = BEHIND_A_RULE[code]
    assert codes(await examined(shop(rule, home=home), limits=limits)) == [code]


async def test_a_move_to_another_name_is_said_and_stops_nothing() -> None:
    report = await examined(shop(redirect("https://www.shop.example")))
    assert codes(report) == ["moved-to-other-name"]
    assert report.final_url == "https://www.shop.example"
    assert report.findings[0].stops == ()


async def test_a_move_to_https_is_said() -> None:
    report = await examined(shop(redirect("https://shop.example")), url="http://shop.example")
    assert codes(report) == ["moved-to-https"]


async def test_http_is_named_where_https_would_be_there() -> None:
    plain = URL.replace("https", "http")

    def rule(request: Request) -> Response | None:
        path = request.url.removeprefix(plain)
        if path == request.url:
            return page(b"<html>https</html>")
        return (
            Response(status=200, headers=JSON, body=INDEX) if path.startswith("/wp-json/") else page(b"<html></html>")
        )

    report = await examined(shop(rule), url=plain)
    assert "https-there-too" in codes(report)


async def test_a_server_that_stops_answering_is_called_a_ban() -> None:
    report = await behind([Wall(kind=Kind.CUT_BEFORE, skip=6)])
    assert codes(report) == ["banned-meanwhile"]
    assert report.findings[0].severity is Severity.AMBER, "it is our address here that was banned"


async def test_slowness_is_measured() -> None:
    report = await examined(shop(took_ms=5000))
    assert codes(report) == ["slow-answers"]
    assert report.findings[0].finding.params["seconds"] == 5


async def test_a_wrong_clock_is_measured() -> None:
    wrong = format_datetime(datetime.now(UTC) + timedelta(minutes=42), usegmt=True)

    async def dated(request: Request) -> Exchange:
        answer = await shop()(request)
        assert answer.response is not None
        headers = (*answer.response.headers, ("Date", wrong))
        response = Response(status=answer.response.status, headers=headers, body=answer.response.body)
        return Exchange(request=request, started_at=answer.started_at, response=response)

    report = await examined(dated)
    assert codes(report) == ["clock-wrong"]
    assert report.findings[0].finding.params["minutes"] in (41, 42)


def reached(address: str, kind: FailureKind | None = None, text: str = "", days: int = 80) -> Reached:
    failure = Failure(kind=kind, phase=Phase.CONNECT, text=text) if kind else None
    return Reached(
        address=address, failure=failure, certificate_until=datetime.now(UTC) + timedelta(days=days, hours=1)
    )


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("ipv6-broken", reached("2001:db8::7", FailureKind.TIMEOUT)),
        ("address-down", reached("198.51.100.8", FailureKind.REFUSED)),
        ("tls-ends-soon", reached("198.51.100.9", days=6)),
    ],
)
async def test_each_address_is_looked_at_by_itself(code: str, address: Reached) -> None:
    report = await examined(shop(), reach=Reach(addresses=(reached("198.51.100.7"), address)))
    assert codes(report) == [code]
    assert report.findings[0].stops == ()


async def test_a_machine_without_ipv6_says_nothing_of_the_shops() -> None:
    address = reached("2001:db8::7", FailureKind.UNREACHABLE, "[Errno 101] Network is unreachable")
    report = await examined(shop(), reach=Reach(addresses=(reached("198.51.100.7"), address)))
    assert codes(report) == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FailureKind.REFUSED, "connection-refused"),
        (FailureKind.TIMEOUT, "connect-timeout"),
        (FailureKind.UNREACHABLE, "host-unreachable"),
    ],
)
async def test_where_no_address_answers_nothing_more_is_asked(kind: FailureKind, code: str) -> None:
    report = await examined(shop(), reach=Reach(addresses=(reached("198.51.100.7", kind),)))
    assert codes(report) == [code]
    assert report.calls == ()


async def test_a_name_that_does_not_exist_ends_it() -> None:
    failure = Failure(kind=FailureKind.NAME_NOT_FOUND, phase=Phase.DNS)
    report = await examined(shop(), reach=Reach(failure=failure))
    assert codes(report) == ["name-not-found"]
    assert [state.layer for state in report.layers if state.state == "problem"] == [Layer.DNS]


class Breaking:
    """A check with a fault of its own."""

    layer: ClassVar = Layer.CONTENT
    step: ClassVar = 61
    needs: ClassVar[frozenset[str]] = frozenset()
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = ""
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        nothing: dict[str, Noted] = {}
        yield nothing[scan.target.url]


async def test_a_check_that_breaks_is_a_finding_and_the_others_report() -> None:
    wall = Wall(kind=Kind.REFUSED, methods=("PUT",))
    pretended = SandboxShop(ShopSpec(orders=1, walls=(wall,)))
    target = target_of(URL, SENDCLOUD, platform="woocommerce")
    checks: list[Check] = [Breaking(), *runner.all_checks()]
    report = await runner.examine(target, send_to(pretended), sleep=no_time, checks=checks)
    assert set(codes(report)) == {"check-broke", "method-refused"}


def test_every_finding_of_comparisons_is_reproduced_here() -> None:
    elsewhere = {
        "moved-to-other-name", "moved-to-https", "https-there-too", "banned-meanwhile", "slow-answers", "clock-wrong",
        "ipv6-broken", "address-down", "tls-ends-soon", "check-broke", "header-lost", "refused-by-address",
        "refused-meanwhile", "pace-limited", "pace-slowed", "slow-pages",
    }  # fmt: skip
    assert {kind.code for kind in compared.KINDS} == set(BEHIND_A_RULE) | elsewhere


def test_every_finding_of_the_way_to_the_shop_has_its_layer() -> None:
    on_the_way = {kind.code for kind in (*compared.KINDS, *network.KINDS, *server.KINDS, *tls.KINDS)}
    assert on_the_way - {"check-broke"} <= LAYER_OF.keys()
    assert LAYER_OF.keys() <= KINDS.keys()


async def test_a_thorough_run_waits_after_each_refusal_longer_than_a_jail_remembers() -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    target = target_of(URL, SENDCLOUD, platform="woocommerce")
    report: Report = await runner.examine(target, shop(only("GET HEAD POST OPTIONS")), limits=THOROUGH, sleep=sleep)
    refused = sum(call.status == 403 for call in report.calls)
    assert refused == 6, "three methods under each of two names"
    assert sum(seconds > 600 for seconds in waited) == refused


async def test_keys_that_get_lost_on_the_way_are_told_from_wrong_ones() -> None:
    for walls, expected in ((), []), ((Wall(kind=Kind.NO_AUTHORIZATION),), ["header-lost"]):
        pretended = SandboxShop(ShopSpec(orders=1, walls=walls))
        target = target_of(URL, SENDCLOUD, platform="woocommerce", credentials=pretended.credentials())
        report = await runner.examine(target, send_to(pretended), sleep=no_time)
        assert codes(report) == expected
        shown = repr(report)
        assert not [secret for secret in pretended.credentials().values() if secret.reveal() in shown]


async def test_unknown_keys_stay_unknown() -> None:
    pretended = SandboxShop(ShopSpec(orders=1))
    keys = {"consumer_key": Secret("ck_nobody_knows_it"), "consumer_secret": Secret("cs_nobody_knows_it")}
    target = target_of(URL, SENDCLOUD, platform="woocommerce", credentials=keys)
    report = await runner.examine(target, send_to(pretended), sleep=no_time)
    assert codes(report) == ["keys-not-accepted"]


SILENT = Failure(kind=FailureKind.TIMEOUT, phase=Phase.WAIT, text="TimeoutError")


@pytest.mark.parametrize(("who", "code"), [("Sendcloud", "refused-name"), ("", "answer-timeout")])
async def test_silence_for_our_name_alone_is_told_from_a_slow_shop(who: str, code: str) -> None:
    report = await examined(shop(lambda request: SILENT if who in agent_of(request) else None))
    assert codes(report) == [code]
    assert len(report.calls) <= 4


async def test_a_rule_that_opens_the_interface_alone_to_our_name_lets_us_in() -> None:
    """As our own lines do: the home page stays shut to the platform, and nothing is wrong."""

    def rule(request: Request) -> Response | None:
        shut = "sendcloud" in agent_of(request).lower() and "/wp-json" not in request.url
        return FORBIDDEN if shut else None

    report = await examined(shop(rule))
    assert codes(report) == []
    assert all(cell.told == "ok" for row in report.matrix for cell in row.cells if cell.told != "?")


async def test_a_closed_site_whose_interface_is_open_to_us_lets_us_in() -> None:
    report = await examined(shop(lambda request: None if "/wp-json" in request.url else FORBIDDEN))
    assert codes(report) == []


async def test_a_site_that_is_shut_to_all_is_asked_twice_and_no_more() -> None:
    report = await examined(shop(lambda _: FORBIDDEN))
    assert codes(report) == ["refused-from-here"]
    assert len(report.calls) == 2
