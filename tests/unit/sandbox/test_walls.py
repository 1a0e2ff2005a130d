"""Each wall is named by its own diagnosis, and does what it says with the orders behind it."""

from __future__ import annotations

from typing import Final

import pytest

from tests.unit.sandbox.helpers import Caller
from varco.model.exchange import Exchange, FailureKind, Phase, Request
from varco.net.diagnose import diagnose
from varco.sandbox import Key, Kind, Wall, send_to

CAUSES: Final = {
    Kind.REFUSED: "refused-by-server",
    Kind.METHOD_NOT_ALLOWED: "method-refused",
    Kind.TOO_MANY: "rate-limited",
    Kind.LIMITED: "rate-limited",
    Kind.MAINTENANCE: "maintenance",
    Kind.MOVED: "redirected",
    Kind.BODY_TOO_LARGE: "request-too-large",
    Kind.SITE_PASSWORD: "site-password",
    Kind.CAPTCHA: "robot-test",
    Kind.FATAL: "shop-crashed",
    Kind.MEMORY: "shop-crashed",
    Kind.DATABASE_DOWN: "database-down",
    Kind.SERVER_DOWN: "server-down",
    Kind.NO_AUTHORIZATION: "keys-not-accepted",
    Kind.LANDS_LATE: "server-down",
    Kind.CUT_BEFORE: "connection-dropped",
    Kind.CUT_MIDDLE: "answer-cut",
    Kind.LATE: "answer-timeout",
    Kind.SLOW: "answer-timeout",
    Kind.SAVED_500: "shop-crashed",
    Kind.UNSAVED_200: None,
    Kind.NOTICE: None,
}
"""What the first write through each is diagnosed as."""
DONE: Final = (Kind.CUT_MIDDLE, Kind.LATE, Kind.SLOW, Kind.SAVED_500, Kind.NOTICE)
"""Walls behind which a write is done all the same."""


async def write(caller: Caller, wall: Wall) -> tuple[Exchange, bool]:
    """The exchange of a note that is written through the wall, and whether the shop has it now."""
    (number,) = caller.shop.backstage.add_orders(1)
    caller.shop.backstage.set_walls([wall])
    assert caller.key is not None
    url = (
        f"{caller.shop.url}/wp-json/wc/v3/orders/{number}/notes"
        f"?consumer_key={caller.key.key}&consumer_secret={caller.key.secret}"
    )
    headers: list[tuple[str, str]] = [("Content-Type", "application/json"), ("Accept", "application/json")]
    if wall.kind is Kind.NO_AUTHORIZATION:
        url, headers = url.partition("?")[0], [*headers, ("Authorization", "Basic Y2s6Y3M=")]
    request = Request(method="POST", url=url, headers=tuple(headers), body=b'{"note":"Spedito: BRT1"}', timeout_s=30)
    exchange = await send_to(caller.shop)(request)
    held = caller.shop.backstage.order(number)
    assert held is not None
    return exchange, any("BRT1" in note for note in held.notes)


@pytest.mark.parametrize("kind", Kind)
async def test_each_wall_is_named(kind: Kind) -> None:
    exchange, _ = await write(Caller(), Wall(kind=kind, size=1))
    finding = diagnose(exchange)
    assert (finding.code if finding else None) == CAUSES[kind]


@pytest.mark.parametrize("kind", Kind)
async def test_behind_each_wall_the_write_is_done_or_not(kind: Kind) -> None:
    _, done = await write(Caller(), Wall(kind=kind, size=1))
    assert done == (kind in DONE)


@pytest.mark.parametrize("server", ["nginx", "apache"])
async def test_the_page_is_that_of_the_server(server: str) -> None:
    exchange, _ = await write(Caller(), Wall(kind=Kind.REFUSED, server=server))
    finding = diagnose(exchange)
    assert finding is not None
    assert server in str(finding.params["product"]).lower()


@pytest.mark.parametrize("kind", [Kind.TOO_MANY, Kind.MAINTENANCE])
async def test_how_long_to_wait_is_said(kind: Kind) -> None:
    exchange, _ = await write(Caller(), Wall(kind=kind, seconds=45))
    assert exchange.response is not None
    assert exchange.response.header("Retry-After") == "45"


async def test_a_late_answer_is_a_timeout_while_it_is_waited_for() -> None:
    exchange, _ = await write(Caller(), Wall(kind=Kind.LATE, seconds=31))
    assert exchange.failure is not None
    assert (exchange.failure.kind, exchange.failure.phase) == (FailureKind.TIMEOUT, Phase.WAIT)


def test_a_wall_meets_only_those_it_is_for() -> None:
    caller = Caller(orders=1)
    wall = Wall(
        kind=Kind.REFUSED, methods=("PUT", "DELETE"), user_agent="varco|sendcloud", networks=("203.0.113.0/24",)
    )
    caller.shop.backstage.set_walls([wall])
    met = {"User_Agent": "Varco/0.1", "address": "203.0.113.7"}
    assert caller.ask("orders/1", "PUT", {}, **met).status == 403
    assert caller.ask("orders/1", "GET", **met).status == 404
    assert caller.ask("orders/1", "PUT", {}, **{**met, "User_Agent": "curl/8"}).status == 400
    assert caller.ask("orders/1", "PUT", {}, **{**met, "address": "198.51.100.1"}).status == 400


def test_a_wall_can_let_some_pass_and_end_after_some() -> None:
    caller = Caller(orders=1)
    caller.shop.backstage.set_walls([Wall(kind=Kind.SERVER_DOWN, skip=1, times=2)])
    assert [caller.ask("orders").status for _ in range(5)] == [200, 502, 502, 200, 200]


def test_a_write_that_was_not_saved_leaves_no_order_behind() -> None:
    caller = Caller()
    caller.shop.backstage.set_walls([Wall(kind=Kind.UNSAVED_200)])
    answer = caller.ask("orders", "POST", {"line_items": [{"product_id": 12}]})
    assert answer.status == 201
    assert caller.shop.backstage.orders() == []


def test_a_write_can_land_long_after_it_was_given_up() -> None:
    caller = Caller()
    (number,) = caller.shop.backstage.add_orders(1, status="processing")
    caller.shop.backstage.set_walls([Wall(kind=Kind.LANDS_LATE, methods=("PUT",), seconds=60, times=1)])
    assert caller.ask(f"orders/{number}", "PUT", {"status": "completed"}).status == 504
    assert caller.read(f"orders/{number}")["status"] == "processing"
    caller.shop.backstage.move_clock(60)
    assert caller.read(f"orders/{number}")["status"] == "completed"


def test_a_status_that_was_not_saved_is_the_old_one() -> None:
    caller = Caller()
    (number,) = caller.shop.backstage.add_orders(1, status="processing")
    caller.shop.backstage.set_walls([Wall(kind=Kind.UNSAVED_200)])
    assert caller.read(f"orders/{number}", "PUT", {"status": "completed"})["status"] == "completed"
    assert caller.read(f"orders/{number}")["status"] == "processing"
    assert caller.ids("status=completed") == []


def test_keys_are_not_in_what_is_remembered_of_requests() -> None:
    caller = Caller()
    caller.key = Key(key="ck_secret", secret="cs_secret")
    caller.ask("orders?consumer_key=ck_secret&consumer_secret=cs_secret")
    (arrived,) = caller.shop.backstage.requests()
    assert "secret=***" in arrived.path
    assert "cs_secret" not in arrived.path
