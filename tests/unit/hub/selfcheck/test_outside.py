"""What the self-check finds by calling the hub's public address, the mail server and a shop: on real sockets here."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from pathlib import Path
from ssl import SSLContext
from typing import Any

import pytest
from aiohttp import web
from django.core import mail
from django.test import override_settings

from varco.hub.config import Config
from varco.hub.selfcheck import Facts, Result, State, outside
from varco.hub.selfcheck.proof import PATH
from varco.model.secret import Secret
from varco.sandbox.certificates import CA_FILE, server_context

HERE = {"scheme": "https", "host": "localhost", "client": "198.51.100.7"}
Answer = Callable[[web.BaseRequest], web.StreamResponse]


@asynccontextmanager
async def answering(answer: Answer, tls: SSLContext | None = None) -> AsyncIterator[str]:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        return answer(request)

    runner = web.ServerRunner(web.Server(handler=handle, access_log=None))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        yield f"{'https' if tls else 'http'}://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def looked(config: Config, shop_url: str = "", mail_to: str = "") -> dict[str, Result]:
    given = Facts(config, shop_url, "proof", mail_to)
    return {result.name: result for result in await outside(given)}


def seen(**told: str) -> Answer:
    """The hub's own answer behind a proxy."""

    def answer(request: web.BaseRequest) -> web.Response:
        assert request.path == PATH
        assert request.query["proof"] == "proof"
        return web.json_response(HERE | told)

    return answer


async def public(answer: Answer, folder: Path, **settings: Any) -> dict[str, Result]:
    async with answering(answer, server_context(folder)) as url:
        return await looked(Config(public_url=url, extra_ca=folder / CA_FILE, **settings))


async def test_nothing_set_up_is_no_problem() -> None:
    results = await looked(Config())
    assert {result.state for result in results.values()} == {State.OFF}


async def test_a_public_address_that_leads_here_is_good(tmp_path: Path) -> None:
    results = await public(seen(), tmp_path)
    assert results["public-url"].state is State.GOOD
    assert results["proxy"].state is State.GOOD


async def test_an_untrusted_certificate_is_said(tmp_path: Path) -> None:
    async with answering(seen(), server_context(tmp_path)) as url:
        found = (await looked(Config(public_url=url)))["public-url"]
    assert found.state is State.PROBLEM
    assert "certificate" in found.says


async def test_something_else_at_the_public_address_is_said(tmp_path: Path) -> None:
    results = await public(lambda _request: web.Response(text="It works!"), tmp_path)
    assert results["public-url"].state is State.PROBLEM
    assert results["proxy"].state is State.UNKNOWN


async def test_an_address_without_https_is_a_problem() -> None:
    async with answering(seen(scheme="http")) as url:
        assert (await looked(Config(public_url=url)))["public-url"].state is State.PROBLEM


async def test_nobody_at_the_public_address_is_said() -> None:
    found = (await looked(Config(public_url="https://127.0.0.1:9")))["public-url"]
    assert found.state is State.PROBLEM


async def test_a_proxy_that_is_not_trusted_is_named(tmp_path: Path) -> None:
    found = (await public(seen(scheme="http", client="10.0.0.3"), tmp_path))["proxy"]
    assert found.state is State.PROBLEM
    assert "VARCO_TRUSTED_PROXIES" in found.advice
    assert "10.0.0.3" in found.advice


async def test_a_proxy_that_hides_its_callers_is_a_problem(tmp_path: Path) -> None:
    results = await public(seen(client="10.0.0.3"), tmp_path, trusted_proxies=(ip_network("10.0.0.0/8"),))
    assert results["proxy"].state is State.PROBLEM
    assert "X-Forwarded-For" in results["proxy"].advice


async def test_a_name_that_leads_to_a_private_address_cannot_be_called_back(tmp_path: Path) -> None:
    assert (await public(seen(), tmp_path))["callback"].state is State.PROBLEM


@pytest.mark.parametrize(
    ("client", "configured", "state"),
    [
        ("1.1.1.1", "1.1.1.1/32", State.GOOD),
        ("1.1.1.1", "9.9.9.9/32", State.PROBLEM),
        ("10.0.0.3", "9.9.9.9/32", State.UNKNOWN),
    ],
)
async def test_the_address_for_allow_lists_is_compared(
    tmp_path: Path, client: str, configured: str, state: State
) -> None:
    results = await public(seen(client=client), tmp_path, egress_addresses=(ip_network(configured),))
    assert results["egress"].state is state


@pytest.mark.parametrize(("off_s", "state"), [(0, State.GOOD), (3600, State.PROBLEM)])
async def test_the_clock_is_compared_with_a_shop(off_s: int, state: State) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=off_s), usegmt=True)
    config = Config(allowed_networks=(ip_network("127.0.0.0/8"),))
    async with answering(lambda _request: web.Response(headers={"Date": date})) as url:
        found = (await looked(config, shop_url=url.replace("localhost", "127.0.0.1")))["clock-shop"]
    assert found.state is state


async def test_a_shop_that_is_away_does_not_tell_the_time() -> None:
    assert (await looked(Config(), shop_url="http://127.0.0.1:9"))["clock-shop"].state is State.UNKNOWN


async def test_a_test_mail_is_sent_on_request() -> None:
    config = dataclasses.replace(Config(), smtp_url=Secret("smtp://mail.example"))
    assert (await looked(config))["mail"].state is State.GOOD
    assert mail.outbox == []
    assert (await looked(config, mail_to="anna@shop.example"))["mail"].state is State.GOOD
    assert [message.to for message in mail.outbox] == [["anna@shop.example"]]


async def test_a_mail_server_that_refuses_is_a_problem() -> None:
    config = Config(smtp_url=Secret("smtp://127.0.0.1:9"))
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST="127.0.0.1", EMAIL_PORT=9):
        found = (await looked(config))["mail"]
    assert found.state is State.PROBLEM
    assert "VARCO_SMTP_URL" in found.advice
