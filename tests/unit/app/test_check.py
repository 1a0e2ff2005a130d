"""The check over a network that is a function."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from varco.app.check import check, checked, identity_named
from varco.model.errors import BadInput
from varco.model.exchange import Exchange, Request, Response, header
from varco.model.identity import SENDCLOUD
from varco.shops.base import Send

INDEX = b'{"name": "Bottega", "namespaces": ["wp/v2", "wc/v3"], "routes": {}}'
JSON = (("Content-Type", "application/json; charset=UTF-8"),)
REFUSED = Response(
    status=403, headers=(("Server", "nginx"), ("Content-Type", "text/html")), body=b"<h1>403 Forbidden</h1>"
)


def shop_that_refuses(*names: str) -> Send:
    """A WooCommerce behind a rule about User-Agents."""

    async def send(request: Request) -> Exchange:
        agent = header(request.headers, "User-Agent")
        refused = any(name in agent for name in names)
        answer = REFUSED if refused else Response(status=200, headers=JSON, body=INDEX)
        return Exchange(request=request, started_at=datetime.now(UTC), response=answer)

    return send


async def test_a_shop_that_answers_is_named() -> None:
    outcome = await checked("https://shop.example", SENDCLOUD, shop_that_refuses())
    assert outcome.finding is None
    assert outcome.recognised is not None
    assert outcome.recognised.platform == "woocommerce"
    assert outcome.recognised.final_url == "https://shop.example"


async def test_every_name_of_the_identity_is_tried() -> None:
    outcome = await checked("https://shop.example", SENDCLOUD, shop_that_refuses())
    assert {call.user_agent for call in outcome.calls} == set(SENDCLOUD.user_agents_for("WooCommerce"))


async def test_a_refusal_of_the_second_name_alone_is_found() -> None:
    outcome = await checked("https://shop.example", SENDCLOUD, shop_that_refuses("SendCloud/1.0 ("))
    assert outcome.finding is not None
    assert outcome.finding.code == "refused-by-server"
    assert outcome.user_agent.startswith("SendCloud/1.0 (")


async def test_a_refusal_by_name_is_told_from_one_by_address() -> None:
    by_name = await checked("https://shop.example", SENDCLOUD, shop_that_refuses("Sendcloud"))
    assert by_name.refused_by_name is True
    assert not by_name.only_from_here
    everybody = await checked("https://shop.example", SENDCLOUD, shop_that_refuses(""))
    assert everybody.refused_by_name is False
    assert everybody.only_from_here


async def test_our_own_identity_needs_no_second_look() -> None:
    outcome = await checked("https://shop.example", identity_named("varco"), shop_that_refuses(""))
    assert outcome.refused_by_name is None
    assert not outcome.only_from_here
    assert len(outcome.calls) == 1, "a refused call is not made again under the same name"


async def test_a_page_that_is_no_shop_is_a_finding() -> None:
    async def page(request: Request) -> Exchange:
        headers = (("Content-Type", "text/html"),)
        answer = Response(status=404, headers=headers, body=b"<html>Not here</html>")
        return Exchange(request=request, started_at=datetime.now(UTC), response=answer)

    outcome = await checked("https://shop.example", SENDCLOUD, page)
    assert outcome.finding is not None
    assert outcome.finding.code == "interface-not-found"


async def test_what_was_typed_in_a_query_is_not_shown() -> None:
    async def moved(request: Request) -> Exchange:
        headers = (("Location", "https://shop.example/wp-json/?token=abcdef"),)
        answer = Response(status=301, headers=headers)
        if "token" in request.url:
            answer = Response(status=200, headers=JSON, body=INDEX)
        return Exchange(request=request, started_at=datetime.now(UTC), response=answer)

    outcome = await checked("http://shop.example", identity_named("varco"), moved)
    assert "abcdef" not in repr(outcome)


async def test_a_private_address_is_refused_without_a_call() -> None:
    outcome = await check("http://127.0.0.1:9", identity_named("varco"))
    assert outcome.finding is not None
    assert outcome.finding.code == "address-not-allowed"


async def test_a_network_that_is_none_is_said() -> None:
    with pytest.raises(BadInput, match="--allow-network"):
        await check("http://127.0.0.1:9", identity_named("varco"), allow_networks=["home"])


def test_an_unknown_identity_names_the_known_ones() -> None:
    with pytest.raises(BadInput, match="sendcloud, varco"):
        identity_named("dhl")


def test_a_user_agent_cannot_smuggle_a_header() -> None:
    with pytest.raises(BadInput, match="one line"):
        identity_named("varco", "Mozilla/5.0\r\nX-Other: 1")
    assert identity_named("sendcloud", "Mozilla/5.0").user_agents == ("Mozilla/5.0",)
