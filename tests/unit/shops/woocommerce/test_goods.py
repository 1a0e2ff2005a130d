"""Correcting a product's weight: looked at before, read back, in the shop's own unit."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import FakeClock
from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, Request
from varco.model.order import Product
from varco.model.shipment import Published
from varco.model.units import grams_from, weight_from
from varco.sandbox import SandboxShop, ShopSpec, send_to
from varco.shops.base import ProductWriter, ShopAccess
from varco.shops.woocommerce.shop import WooCommerce


class Stage:
    def __init__(self, clock: FakeClock, unit: str = "kg") -> None:
        self.shop = SandboxShop(ShopSpec(orders=1, weight_unit=unit), clock=clock)
        self._send = send_to(self.shop, clock=clock)
        self.writes: list[str] = []
        access = ShopAccess(
            base_url=self.shop.url, credentials=self.shop.credentials(), user_agent="Varco/0", weight_unit=unit
        )
        self.connector = WooCommerce(access, self.send)

    async def send(self, request: Request) -> Exchange:
        if request.method == "POST":
            self.writes.append(request.body.decode())
        return await self._send(request)

    def write(self, remote_id: str, weight_g: int | None) -> Published:
        return asyncio.run(self.connector.write_product(Product(remote_id=remote_id, weight_g=weight_g)))

    def weight_g(self, remote_id: str) -> int | None:
        return asyncio.run(self.connector.products([remote_id]))[0].weight_g


@pytest.fixture
def stage(clock: FakeClock) -> Stage:
    return Stage(clock)


SIMPLE, VARIATION = "11", "23/24"


def test_the_connector_says_what_it_can_write() -> None:
    assert issubclass(WooCommerce, ProductWriter)
    assert set(WooCommerce.can.write_products) <= set(Product.__struct_fields__)


@pytest.mark.parametrize("unit", ["kg", "g", "lbs", "oz"])
def test_a_weight_is_written_in_the_shops_unit_and_written_once(clock: FakeClock, unit: str) -> None:
    stage = Stage(clock, unit)
    assert stage.write(SIMPLE, 777) is Published.WRITTEN
    assert stage.weight_g(SIMPLE) == 777
    assert stage.write(SIMPLE, 777) is Published.ALREADY_THERE
    assert len(stage.writes) == 1


def test_a_variation_gets_a_weight_of_its_own(stage: Stage) -> None:
    assert stage.write(VARIATION, 555) is Published.WRITTEN
    assert (stage.weight_g(VARIATION), stage.weight_g("23/25")) == (555, 200)


def test_without_a_weight_nothing_is_asked(stage: Stage) -> None:
    assert stage.write(SIMPLE, None) is Published.NOT_WANTED
    assert stage.writes == []


def test_a_product_that_is_gone_is_said(stage: Stage) -> None:
    with pytest.raises(ShopFault) as fault:
        stage.write("987654", 777)
    assert fault.value.finding.code == "not-in-shop"


@pytest.mark.parametrize("unit", ["kg", "g", "lbs", "oz"])
def test_every_gram_comes_back_as_itself(unit: str) -> None:
    weights = [*range(1, 2000), 9_999, 123_456, 1_000_000]
    assert [grams_from(weight_from(weight_g, unit), unit) for weight_g in weights] == weights
