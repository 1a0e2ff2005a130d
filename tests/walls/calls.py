"""Calls as the hub and the doctor make them: the real client, the connector's probes, the diagnosis of the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from tests.walls.rules import SHOP
from varco.model.exchange import Exchange, Headers, Request
from varco.model.probe import AnsweredBy, Probe
from varco.net.client import Client
from varco.net.diagnose import diagnose
from varco.net.guard import networks
from varco.net.kinds import KINDS
from varco.shops.base import ShopAccess
from varco.shops.woocommerce.shop import WooCommerce

OURS = "Varco/0.1 (WooCommerce; https://varco.example)"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PATIENCE_S = 5.0
ALLOWED = networks(["127.0.0.0/8", "198.18.0.0/15"])


@asynccontextmanager
async def door(extra_ca: Path | None = None) -> AsyncIterator[Client]:
    async with Client(allowed_networks=ALLOWED, extra_ca=extra_ca) as client:
        yield client


def probe(url: str, method: str, agent: str = OURS) -> Probe:
    """The connector's own: a path that no route of the shop takes."""

    async def no_call(request: Request) -> Exchange:
        raise AssertionError(f"making a probe calls {request.url}")

    shop = WooCommerce(ShopAccess(base_url=url, user_agent=agent), no_call)
    return next(probe for probe in shop.probes() if probe.request.method == method)


async def outcome(client: Client, asked: Probe, timeout_s: float = PATIENCE_S) -> str:
    """`shop`, or the finding's code, whose sentences can be made from its parameters."""
    exchange = await client.send(msgspec.structs.replace(asked.request, timeout_s=timeout_s), key="walls")
    if asked.answered_by(exchange) is AnsweredBy.APPLICATION:
        return SHOP
    finding = diagnose(exchange)
    assert finding is not None, f"taken for a good answer: {exchange.response}"
    kind = KINDS[finding.code]
    assert "{" not in (kind.title + kind.sentence + kind.advice).format(**finding.params)
    return finding.code


async def outcome_of(client: Client, url: str, method: str = "GET", agent: str = OURS) -> str:
    return await outcome(client, probe(url, method, agent))


def changed(asked: Probe, *, body: bytes = b"", query: str = "", headers: Headers = ()) -> Probe:
    """With this instead of, or in addition to, what the connector asks."""
    request = asked.request
    return msgspec.structs.replace(
        asked,
        request=msgspec.structs.replace(
            request, body=body or request.body, url=request.url + query, headers=(*request.headers, *headers)
        ),
    )
