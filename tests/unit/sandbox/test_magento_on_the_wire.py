"""A pretend Magento on a real socket: signatures hold through the real client, ports and escapes included."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from varco.model.exchange import Exchange, Request
from varco.model.secret import Secret
from varco.net.client import Client
from varco.sandbox import Running, ShopSpec, sandbox_process
from varco.shops.base import OrderFilter, ShopAccess
from varco.shops.magento.shop import Magento

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    specs = [
        ShopSpec(platform="magento", name="Bottega", orders=130, seed=4),
        ShopSpec(platform="magento", name="Senza TLS", tls=False, orders=3, folder="/negozio"),
    ]
    with sandbox_process(specs) as found:
        yield found


@pytest.mark.parametrize("place", [0, 1])
async def test_it_is_recognised_connected_and_read(running: Running, place: int) -> None:
    target = running.shops[place]
    credentials = {name: Secret(text) for name, text in target.credentials.items()}
    access = ShopAccess(base_url=target.url, credentials=credentials, user_agent="Varco/test")
    async with Client(allowed_networks=LOOPBACK, extra_ca=running.ca_file) as client:

        async def send(request: Request) -> Exchange:
            return await client.send(request, key="magento")

        shop = Magento(access, send)
        assert (await shop.recognise()).final_url == target.url
        assert (await shop.profile()).time_zone == "Europe/Rome"
        assert (await shop.permissions()).problems == ()
        counts = running.control.shop(place).counts()
        wanted = OrderFilter(statuses=tuple(counts), placed_after=None)
        assert await shop.count(wanted) == counts
        found, cursor, more = 0, None, True
        while more:
            page = await shop.import_page(wanted, cursor)
            found, cursor, more = found + len(page.orders), page.cursor, page.more
        assert found == sum(counts.values())
