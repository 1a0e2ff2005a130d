"""What only the shop's keys can tell: permissions, pages, memories in front of the shop, and keys that get lost."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from tests.unit.doctor.shops import URL, codes, no_time
from varco.app.check import identity_named, target_of
from varco.doctor.report import Allowed, Colour, Report
from varco.doctor.runner import examine
from varco.doctor.target import Send
from varco.model.exchange import Exchange, Request, Response, Timings, header
from varco.model.finding import Severity
from varco.sandbox import Kind, SandboxShop, ShopSpec, Wall, send_to

PLATFORMS = ("magento", "prestashop", "woocommerce")


def pretended(platform: str = "woocommerce", *walls: Wall) -> SandboxShop:
    return SandboxShop(ShopSpec(platform=platform, orders=12, walls=walls))


async def examined(shop: SandboxShop, send: Send | None = None, *, keys: bool = True) -> Report:
    platform = shop.spec.platform
    credentials = shop.credentials() if keys else {}
    target = target_of(URL, identity_named("varco"), platform=platform, credentials=credentials)
    return await examine(target, send or send_to(shop), sleep=no_time)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_report_says_what_the_keys_may_do_and_how_long_lists_take(platform: str) -> None:
    report = await examined(pretended(platform))
    assert report.allowed == (
        Allowed(resource="orders", what="read", allowed=True),
        Allowed(resource="orders", what="write", allowed=True),
        Allowed(resource="products", what="read", allowed=True),
    )
    assert report.time_zone == "Europe/Rome"
    one, page = report.pages
    assert one.orders == 1 < page.orders
    assert report.clock_apart_s in (-1, 0, 1)
    assert len(report.calls) < 60


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_without_keys_nothing_is_said_of_what_they_would_tell(platform: str) -> None:
    report = await examined(pretended(platform), keys=False)
    assert (report.allowed, report.pages, report.time_zone) == ((), (), "")
    states = {state.check: state.state for state in report.checks}
    assert states["Keys"] == "could-not-tell"
    assert states["Reads"] == "skipped"


async def test_a_page_of_orders_that_takes_long_is_named() -> None:
    shop = pretended()
    inner = send_to(shop)

    async def send(request: Request) -> Exchange:
        took = 12_000 if "per_page=100" in request.url and "/orders?" in request.url else 40
        return msgspec.structs.replace(await inner(request), timings=Timings(total_ms=took))

    report = await examined(shop, send)
    assert codes(report) == ["slow-pages"]
    assert report.findings[0].finding.params["seconds"] == 12


async def test_a_memory_that_ignores_what_is_asked_for_is_named() -> None:
    shop = pretended()
    inner, kept = send_to(shop), dict[str, Response]()

    async def send(request: Request) -> Exchange:
        exchange = await inner(request)
        if "/orders?" in request.url and "orderby=" in request.url and exchange.response is not None:
            found = kept.setdefault(request.method, exchange.response)
            return msgspec.structs.replace(exchange, response=found)
        return exchange

    assert codes(await examined(shop, send)) == ["answer-cached"]


async def test_the_same_list_of_the_only_order_is_no_memory() -> None:
    shop = SandboxShop(ShopSpec(orders=1))
    assert codes(await examined(shop)) == []


async def test_a_memory_that_gives_our_list_to_a_stranger_is_named() -> None:
    shop = pretended()
    inner, kept = send_to(shop), dict[str, Response]()

    async def send(request: Request) -> Exchange:
        exchange = await inner(request)
        if request.method != "GET" or "/orders?" not in request.url or exchange.response is None:
            return exchange
        if exchange.response.status == 200:
            kept[request.url] = exchange.response
        return msgspec.structs.replace(exchange, response=kept.get(request.url, exchange.response))

    assert codes(await examined(shop, send)) == ["answer-cached"]


@pytest.mark.parametrize(
    ("platform", "keys", "expected"),
    [
        ("woocommerce", True, ["header-lost"]),
        ("magento", True, ["header-lost"]),
        ("prestashop", True, ["key-not-received"]),
        ("prestashop", False, ["header-lost"]),
        ("woocommerce", False, []),
        ("magento", False, []),
    ],
)
async def test_keys_that_get_lost_are_told_wherever_they_can_be(platform: str, keys: bool, expected: list[str]) -> None:
    shop = pretended(platform, Wall(kind=Kind.NO_AUTHORIZATION))
    assert codes(await examined(shop, keys=keys)) == expected


@pytest.mark.parametrize(
    ("server", "line"),
    [
        ("nginx/1.24.0", "fastcgi_param HTTP_AUTHORIZATION $http_authorization;"),
        ("Apache/2.4.58", "CGIPassAuth On"),
        ("LiteSpeed", "RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]"),
        ("", "CGIPassAuth On (Apache), fastcgi_param HTTP_AUTHORIZATION $http_authorization; (nginx)"),
    ],
)
async def test_the_line_to_write_is_the_servers_own(server: str, line: str) -> None:
    shop = pretended("woocommerce", Wall(kind=Kind.NO_AUTHORIZATION))
    inner = send_to(shop)

    async def send(request: Request) -> Exchange:
        exchange = await inner(request)
        response = exchange.response
        if response is None:
            return exchange
        kept = [(name, value) for name, value in response.headers if name.lower() != "server"]
        headers = (*kept, *((("Server", server),) if server else ()))
        return msgspec.structs.replace(exchange, response=msgspec.structs.replace(response, headers=headers))

    report = await examined(shop, send)
    assert report.findings[0].finding.params["line"] == line
    assert report.server == server


LOCKED = b'{"code": "rest_not_logged_in", "message": "You are not currently logged in.", "data": {"status": 401}}'
HOME = b'<html><meta name="generator" content="WooCommerce 9.9.5"><link href="/wp-content/plugins/woocommerce/a.css">'


def hidden(shop: SandboxShop, home: bytes = HOME) -> Send:
    """Strangers are shut out of the whole interface; its home page says what it is."""
    inner = send_to(shop)

    async def send(request: Request) -> Exchange:
        stranger = "/wp-json" in request.url and not header(request.headers, "Authorization")
        if stranger:
            answer = Response(status=401, headers=(("Content-Type", "application/json"),), body=LOCKED)
        elif request.url.rstrip("/") == URL:
            answer = Response(status=200, headers=(("Content-Type", "text/html"),), body=home)
        else:
            return await inner(request)
        return Exchange(request=request, started_at=datetime.now(UTC), response=answer)

    return send


async def test_a_shop_whose_index_is_closed_to_strangers_is_known_by_its_home_page() -> None:
    shop = pretended()
    report = await examined(shop, hidden(shop), keys=False)
    assert (report.platform, report.version) == ("woocommerce", "9.9.5")
    assert codes(report) == ["interface-locked"]
    assert report.findings[0].severity is Severity.AMBER, "keys may be let through"
    assert {cell.told for row in report.matrix for cell in row.cells} == {"ok"}


async def test_keys_that_pass_a_closed_index_make_it_no_problem() -> None:
    shop = pretended()
    report = await examined(shop, hidden(shop))
    assert codes(report) == []
    assert report.colour_of("import") is Colour.GREEN


async def test_wordpress_alone_proves_no_shop() -> None:
    shop = pretended()
    report = await examined(shop, hidden(shop, b"<html><link href='/wp-content/theme.css'>"), keys=False)
    assert report.platform == ""
    assert codes(report) == ["interface-locked"]
