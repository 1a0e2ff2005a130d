"""A pretend Shopify on a real socket, in a process of its own."""

from __future__ import annotations

import asyncio
import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiohttp import web

from tests.unit.sandbox.shopify_caller import DATES
from tests.unit.sandbox.test_shopify_hooks import CREATE
from varco.model.exchange import Exchange, Request
from varco.net.client import Client
from varco.sandbox import Running, RunningShop, ShopSpec, sandbox_process
from varco.sandbox.certificates import server_context

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with sandbox_process([ShopSpec(platform="shopify", name="Bottega", orders=12, seed=4)]) as found:
        yield found


async def token_of(client: Client, shop: RunningShop) -> str:
    form = urlencode({"grant_type": "client_credentials", **shop.credentials}).encode()
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    url = f"{shop.url}/admin/oauth/access_token"
    exchange = await client.send(Request(method="POST", url=url, headers=headers, body=form), key="test")
    assert exchange.response is not None
    found: str = json.loads(exchange.response.body)["access_token"]
    return found


async def asked(client: Client, shop: RunningShop, token: str, query: str, **variables: object) -> Exchange:
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = (("X-Shopify-Access-Token", token), ("Content-Type", "application/json"))
    url = f"{shop.url}/admin/api/2026-07/graphql.json"
    return await client.send(Request(method="POST", url=url, headers=headers, body=body), key="test")


async def test_it_is_signed_in_to_and_read(running: Running) -> None:
    shop, backstage = running.shops[0], running.control.shop(0)
    async with Client(allowed_networks=LOOPBACK, extra_ca=running.ca_file) as client:
        token = await token_of(client, shop)
        number = backstage.orders()[0].id
        exchange = await asked(client, shop, token, DATES, id=f"gid://shopify/Order/{number}")
    assert exchange.response is not None
    assert json.loads(exchange.response.body)["data"]["order"]["updatedAt"]
    assert backstage.act("tokens_given", {}) >= 1


async def test_its_hooks_are_sent_to_whoever_listens(running: Running, tmp_path: Path) -> None:
    received: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    async def listen(request: web.BaseRequest) -> web.Response:
        received.put_nowait((request.headers["X-Shopify-Hmac-SHA256"], await request.read()))
        return web.Response()

    listener = web.ServerRunner(web.Server(listen))
    await listener.setup()
    await web.TCPSite(listener, "127.0.0.1", 0, ssl_context=server_context(tmp_path)).start()
    shop, backstage = running.shops[0], running.control.shop(0)
    uri = f"https://127.0.0.1:{listener.addresses[0][1]}/hook"
    async with Client(allowed_networks=LOOPBACK, extra_ca=running.ca_file) as client:
        token = await token_of(client, shop)
        await asked(client, shop, token, CREATE, topic="ORDERS_CREATE", sub={"uri": uri})
    (number,) = await asyncio.to_thread(backstage.add_orders, 1)
    async with asyncio.timeout(20):
        signature, body = await received.get()
    await listener.cleanup()
    secret = shop.credentials["client_secret"].encode()
    assert b64encode(hmac.digest(secret, body, "sha256")).decode() == signature
    assert json.loads(body)["id"] == number
