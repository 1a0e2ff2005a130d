"""An examination changes nothing, asks little, and provokes nobody."""

from __future__ import annotations

import pytest

from tests.unit.doctor.shops import FORBIDDEN, agent_of, examined, no_time, shop
from varco.app.check import identity_named, target_of
from varco.doctor.runner import examine
from varco.doctor.scan import CAREFUL, THOROUGH
from varco.doctor.target import BROWSER
from varco.model.exchange import Exchange, Request, Response
from varco.model.identity import SENDCLOUD
from varco.model.secret import Secret
from varco.sandbox import Kind, SandboxShop, ShopSpec, Wall, send_to

MUST_NOT_BE_SENT = (b"<script", b"union select", b"../", b"etc/passwd", b"' or ", b"sleep(", b"xp_cmdshell", b"${jndi")
WALLS = {
    "none": (),
    "a method": (Wall(kind=Kind.REFUSED, methods=("PUT",)),),
    "a name": (Wall(kind=Kind.REFUSED, user_agent="sendcloud"),),
    "everybody": (Wall(kind=Kind.REFUSED),),
    "a robot test": (Wall(kind=Kind.CAPTCHA),),
    "a limit": (Wall(kind=Kind.LIMITED, skip=3),),
    "hanging up": (Wall(kind=Kind.CUT_BEFORE, methods=("POST",)),),
    "maintenance": (Wall(kind=Kind.MAINTENANCE),),
    "a crash": (Wall(kind=Kind.FATAL),),
}


@pytest.mark.parametrize("thorough", [False, True])
@pytest.mark.parametrize("wall", WALLS)
async def test_a_run_changes_nothing_in_the_shop_and_keeps_its_budget(wall: str, thorough: bool) -> None:
    pretended = SandboxShop(ShopSpec(orders=8, walls=WALLS[wall]))
    before = [pretended.backstage.order(order.id) for order in pretended.state.book]
    target = target_of("https://shop.example", SENDCLOUD)
    limits = THOROUGH if thorough else CAREFUL
    report = await examine(target, send_to(pretended), limits=limits, sleep=no_time)
    assert [pretended.backstage.order(order.id) for order in pretended.state.book] == before
    assert pretended.request_count == len(report.calls) <= limits.most


@pytest.mark.parametrize("wall", WALLS)
async def test_a_careful_run_is_refused_twice_at_most_and_its_second_time_as_a_browser(wall: str) -> None:
    pretended = SandboxShop(ShopSpec(orders=1, walls=WALLS[wall]))
    await examine(target_of("https://shop.example", SENDCLOUD), send_to(pretended), sleep=no_time)
    refused = [seen for seen in pretended.arrived if seen.status in (202, 403, 405, 429)]
    assert len([seen for seen in refused if seen.user_agent != BROWSER]) <= 1
    assert len(refused) <= 2


async def test_what_could_be_carried_out_goes_only_to_a_path_that_no_route_takes() -> None:
    asked: list[Request] = []
    inner = shop()

    async def send(request: Request) -> Exchange:
        asked.append(request)
        return await inner(request)

    await examined(send)
    changing = [request for request in asked if request.method not in ("GET", "HEAD", "OPTIONS")]
    assert changing
    assert all("/varco-probe-" in request.url for request in changing)
    sent = [request.url.encode() + request.body for request in asked]
    assert not [piece for piece in MUST_NOT_BE_SENT for text in sent if piece in text.lower()]


async def test_nobody_is_told_the_name_of_our_library() -> None:
    names: set[str] = set()
    inner = shop(lambda request: FORBIDDEN if "Sendcloud" in agent_of(request) else None)

    async def send(request: Request) -> Exchange:
        names.add(agent_of(request))
        return await inner(request)

    await examined(send)
    assert names <= {*SENDCLOUD.user_agents_for("WooCommerce"), BROWSER}


async def test_keys_do_not_follow_a_redirect_to_another_host() -> None:
    asked: list[Request] = []
    inner = shop()

    async def send(request: Request) -> Exchange:
        asked.append(request)
        if request.url.startswith("https://shop.example"):
            location = request.url.replace("shop.example", "elsewhere.example")
            answer = Response(status=301, headers=(("Location", location),))
            return Exchange(request=request, started_at=(await inner(request)).started_at, response=answer)
        return await inner(request)

    keys = {"consumer_key": Secret("ck_secret"), "consumer_secret": Secret("cs_secret")}
    target = target_of("https://shop.example", identity_named("varco"), platform="woocommerce", credentials=keys)
    await examine(target, send, sleep=no_time)
    assert not [request for request in asked if any(name == "Authorization" for name, _ in request.headers)]


async def test_a_cloud_shop_is_asked_once() -> None:
    home = Response(status=200, headers=(("Content-Type", "text/html"), ("X-ShopId", "1")), body=b"<html></html>")
    report = await examined(shop(home=home))
    assert len(report.calls) == 1
    assert report.findings[0].finding.params["product"] == "Shopify"
