"""Correcting a product's weight and EAN: looked at before, read back, in the shop's own unit."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import FakeClock
from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, Request
from varco.model.order import Product
from varco.model.units import grams_from, weight_from
from varco.sandbox import SandboxShop, ShopSpec, send_to
from varco.shops.base import ProductWriter, ShopAccess
from varco.shops.woocommerce.shop import WooCommerce


class Stage:
    def __init__(self, clock: FakeClock, unit: str = "kg", version: str = "") -> None:
        self.shop = SandboxShop(ShopSpec(orders=1, weight_unit=unit, version=version), clock=clock)
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

    def write(self, remote_id: str, weight_g: int | None, ean: str = "") -> list[str]:
        product = Product(remote_id=remote_id, weight_g=weight_g, ean=ean)
        return list(asyncio.run(self.connector.write_product(product)))

    def weight_g(self, remote_id: str) -> int | None:
        return asyncio.run(self.connector.products([remote_id]))[0].weight_g


@pytest.fixture
def stage(clock: FakeClock) -> Stage:
    return Stage(clock)


SIMPLE, VARIATION, EAN = "11", "23/24", "4006381333931"


def test_the_connector_says_what_it_can_write() -> None:
    assert issubclass(WooCommerce, ProductWriter)
    assert set(WooCommerce.can.write_products) <= set(Product.__struct_fields__)


@pytest.mark.parametrize("unit", ["kg", "g", "lbs", "oz"])
def test_a_weight_is_written_in_the_shops_unit_and_written_once(clock: FakeClock, unit: str) -> None:
    stage = Stage(clock, unit)
    assert stage.write(SIMPLE, 777) == ["weight_g"]
    assert stage.weight_g(SIMPLE) == 777
    assert stage.write(SIMPLE, 777) == ["weight_g"]
    assert len(stage.writes) == 1


def test_a_variation_gets_a_weight_of_its_own(stage: Stage) -> None:
    assert stage.write(VARIATION, 555) == ["weight_g"]
    assert (stage.weight_g(VARIATION), stage.weight_g("23/25")) == (555, 200)


@pytest.mark.parametrize("remote_id", [SIMPLE, VARIATION])
def test_an_ean_is_written_and_written_once(stage: Stage, remote_id: str) -> None:
    assert stage.write(remote_id, 777, EAN) == ["weight_g", "ean"]
    assert asyncio.run(stage.connector.products([remote_id]))[0].ean == EAN
    assert stage.write(remote_id, 777, EAN) == ["weight_g", "ean"]
    assert len(stage.writes) == 1


def test_an_old_shop_has_no_place_for_an_ean(clock: FakeClock) -> None:
    stage = Stage(clock, version="9.1.4")
    assert stage.write(SIMPLE, 777, EAN) == ["weight_g"]
    assert stage.weight_g(SIMPLE) == 777
    assert all("global_unique_id" not in body for body in stage.writes)


def test_an_ean_that_another_product_bears_is_refused_in_the_shops_words(stage: Stage) -> None:
    with pytest.raises(ShopFault) as fault:
        stage.write(SIMPLE, None, "8001234567899")
    assert fault.value.finding.code == "refused-by-shop"
    assert fault.value.finding.params["reason"] == "product_invalid_global_unique_id"


def test_without_anything_nothing_is_asked(stage: Stage) -> None:
    assert stage.write(SIMPLE, None) == []
    assert stage.writes == []


def test_a_product_that_is_gone_is_said(stage: Stage) -> None:
    with pytest.raises(ShopFault) as fault:
        stage.write("987654", 777)
    assert fault.value.finding.code == "not-in-shop"


@pytest.mark.parametrize("unit", ["kg", "g", "lbs", "oz"])
def test_every_gram_comes_back_as_itself(unit: str) -> None:
    weights = [*range(1, 2000), 9_999, 123_456, 1_000_000]
    assert [grams_from(weight_from(weight_g, unit), unit) for weight_g in weights] == weights
