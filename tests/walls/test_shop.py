"""The healthy path, and the one fault that only a signed call shows: the whole connector through real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.walls.calls import OURS, door
from tests.walls.certificates import Authority
from tests.walls.conftest import ORDERS, Need, Walls
from tests.walls.process import HOST, free_ports
from tests.walls.servers import NEEDS, START, nginx_with
from varco.model.errors import ShopFault
from varco.model.secret import Secret
from varco.sandbox.process import Running
from varco.shops.base import OrderFilter, ShopAccess
from varco.shops.woocommerce.shop import WooCommerce

EVERYTHING = OrderFilter(
    statuses=tuple("processing on-hold pending completed cancelled refunded failed spedito".split()), placed_after=None
)


@pytest.mark.parametrize("server", sorted(START))
async def test_a_shop_behind_a_server_without_rules_is_recognised(server: str, walls: Walls) -> None:
    async with door() as client:
        access = ShopAccess(base_url=walls(server, "no rule"), user_agent=OURS)
        assert (await WooCommerce(access, partial(client.send, key="walls")).recognise()).platform == "woocommerce"


@pytest.fixture
def tls_front(shops: Running, need: Need, tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    """nginx with TLS before the shop with TLS: as it is, and without the Authorization header; what to trust."""
    need(*NEEDS["nginx"])
    authority = Authority(tmp_path)
    certificate, key = authority.server()
    whole, stripped = free_ports(2)
    blocks = "".join(
        f"server {{ listen {HOST}:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key};\n"
        f"location / {{ {text} proxy_pass {shops.shops[1].url}; }} }}\n"
        for port, text in ((whole, ""), (stripped, 'proxy_set_header Authorization "";'))
    )
    with nginx_with(tmp_path, blocks, [whole, stripped]):
        yield f"https://localhost:{whole}", f"https://localhost:{stripped}", authority.file


@asynccontextmanager
async def connected(url: str, shops: Running, trusted: Path) -> AsyncIterator[WooCommerce]:
    keys = shops.shops[1]
    credentials = {
        "consumer_key": Secret(keys.consumer_key),
        "consumer_secret": Secret(keys.consumer_secret),
    }
    async with door(trusted) as client:
        access = ShopAccess(base_url=url, credentials=credentials, user_agent=OURS)
        yield WooCommerce(access, partial(client.send, key="walls"))


async def test_orders_are_read_through_a_server_that_does_its_part(
    tls_front: tuple[str, str, Path], shops: Running
) -> None:
    whole, _, trusted = tls_front
    async with connected(whole, shops, trusted) as shop:
        assert (await shop.preview(EVERYTHING)).count == ORDERS
        permissions = await shop.permissions()
        assert permissions.read_orders
        assert permissions.write_orders


async def test_keys_that_a_server_takes_away_are_told_from_wrong_ones(
    tls_front: tuple[str, str, Path], shops: Running
) -> None:
    _, stripped, trusted = tls_front
    async with connected(stripped, shops, trusted) as shop:
        with pytest.raises(ShopFault) as fault:
            await shop.preview(EVERYTHING)
    assert fault.value.finding.code == "keys-not-accepted"
