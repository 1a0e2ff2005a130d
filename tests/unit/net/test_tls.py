"""TLS on real sockets: who is trusted, and what each fault of a certificate is called."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from tests.unit.net.certificates import Authority, authority, self_signed
from varco.model.errors import BadInput
from varco.model.exchange import Exchange, FailureKind, Phase, Request
from varco.net.client import Client
from varco.net.diagnose import diagnose
from varco.net.guard import networks
from varco.net.tls import context, pinned_context

LOOPBACK = networks(["127.0.0.0/8", "::1/128"])


@pytest.fixture(scope="module")
def root() -> Authority:
    return authority("A root of our own")


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None) -> AsyncIterator[int]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response([])

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def call(tls: ssl.SSLContext | None, *, trusting: Path | None = None, pinned: str = "") -> Exchange:
    async with serving(tls) as port, Client(allowed_networks=LOOPBACK, extra_ca=trusting) as client:
        request = Request(method="GET", url=f"https://localhost:{port}/", timeout_s=5)
        return await client.send(request, key="k", pinned_ca=pinned)


def code_of(exchange: Exchange) -> str:
    finding = diagnose(exchange)
    return finding.code if finding else "-"


def trusted(root: Authority, folder: Path) -> Path:
    file = folder / "ca.pem"
    file.write_text(root.pem)
    return file


async def test_a_certificate_of_a_trusted_authority_is_fine(root: Authority, tmp_path: Path) -> None:
    exchange = await call(root.context(tmp_path, "localhost"), trusting=trusted(root, tmp_path))
    assert code_of(exchange) == "-"
    assert exchange.timings.tls_ms is not None
    assert exchange.timings.connect_ms is not None
    assert exchange.timings.wait_ms is not None


async def test_an_unknown_authority_is_not_trusted(root: Authority, tmp_path: Path) -> None:
    exchange = await call(root.context(tmp_path, "localhost"))
    assert exchange.failure is not None
    assert (exchange.failure.kind, exchange.failure.phase) == (FailureKind.TLS, Phase.TLS)
    assert code_of(exchange) == "tls-incomplete-chain"


async def test_an_expired_certificate_is_named(root: Authority, tmp_path: Path) -> None:
    exchange = await call(root.context(tmp_path, "localhost", days=-1), trusting=trusted(root, tmp_path))
    assert code_of(exchange) == "tls-expired"


async def test_a_certificate_of_another_name_is_named(root: Authority, tmp_path: Path) -> None:
    exchange = await call(root.context(tmp_path, "www.shop.example"), trusting=trusted(root, tmp_path))
    assert code_of(exchange) == "tls-name-mismatch"


async def test_a_chain_without_its_middle_is_named_and_with_it_fine(root: Authority, tmp_path: Path) -> None:
    middle = authority("In between", root)
    ca = trusted(root, tmp_path)
    assert code_of(await call(middle.context(tmp_path, "localhost"), trusting=ca)) == "tls-incomplete-chain"
    assert code_of(await call(middle.context(tmp_path, "localhost", chain=(middle,)), trusting=ca)) == "-"


async def test_a_self_signed_certificate_is_named_and_can_be_pinned(tmp_path: Path) -> None:
    tls, pem = self_signed(tmp_path, "localhost")
    assert code_of(await call(tls)) == "tls-self-signed"
    assert code_of(await call(tls, pinned=pem)) == "-"


async def test_who_is_pinned_is_trusted_alone(root: Authority, tmp_path: Path) -> None:
    other = authority("Another root")
    tls = root.context(tmp_path, "localhost")
    assert code_of(await call(tls, pinned=root.pem)) == "-"
    refused = await call(tls, pinned=other.pem, trusting=trusted(root, tmp_path))
    assert code_of(refused).startswith("tls-")


async def test_a_pin_holds_for_its_own_calls_only(root: Authority, tmp_path: Path) -> None:
    async with serving(root.context(tmp_path, "localhost")) as port, Client(allowed_networks=LOOPBACK) as client:
        request = Request(method="GET", url=f"https://localhost:{port}/", timeout_s=5)
        assert code_of(await client.send(request, key="a", pinned_ca=root.pem)) == "-"
        assert code_of(await client.send(request, key="b")) == "tls-incomplete-chain"


async def test_plain_http_on_the_encrypted_port_is_named() -> None:
    assert code_of(await call(None)) == "tls-plain-port"


def test_old_protocols_are_not_spoken() -> None:
    assert context(None, lambda: None).minimum_version is ssl.TLSVersion.TLSv1_2
    assert context(None, lambda: None).verify_mode is ssl.CERT_REQUIRED
    assert context(None, lambda: None).check_hostname


def test_what_is_no_certificate_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="BEGIN and END"):
        pinned_context("nonsense", print)
    (tmp_path / "empty.pem").write_text("")
    for file in (tmp_path / "empty.pem", tmp_path / "missing.pem"):
        with pytest.raises(BadInput, match="VARCO_EXTRA_CA"):
            context(file, print)
