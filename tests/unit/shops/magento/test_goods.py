"""Correcting a product: for all store views, and only where it has an attribute."""

from __future__ import annotations

from tests.unit.shops.magento.stage import connector, run, sandbox
from varco.model.order import Product
from varco.sandbox import SandboxShop

MUG, OIL, RUCKSACK = "TAZZA-CER-01", "OLIO-EVO-500", "ZAINO 25L/BLU"


def write(shop: SandboxShop, product: Product) -> tuple[str, ...]:
    return tuple(run(connector(shop).write_product(product)))


def held(shop: SandboxShop, sku: str) -> Product:
    return run(connector(shop).products([sku]))[0]


def test_it_is_written_for_all_store_views() -> None:
    shop = sandbox()
    assert write(shop, Product(remote_id=RUCKSACK, weight_g=777)) == ("weight_g",)
    assert held(shop, RUCKSACK).weight_g == 777
    (put,) = [seen for seen in shop.backstage.requests() if seen.method == "PUT"]
    assert put.path == "/rest/all/V1/products/ZAINO%2025L%2FBLU"


def test_the_origin_goes_to_magentos_own_attribute() -> None:
    shop = sandbox()
    assert write(shop, Product(remote_id=RUCKSACK, origin="PT")) == ("origin",)
    assert held(shop, RUCKSACK).origin == "PT"


def test_an_hs_code_is_written_where_the_owner_has_an_attribute_for_it() -> None:
    shop = sandbox()
    assert write(shop, Product(remote_id=OIL, hs_code="15092000")) == ("hs_code",)
    assert held(shop, OIL).hs_code == "15092000"
    assert write(shop, Product(remote_id=MUG, hs_code="691200", ean="4006381333931")) == ()
    assert held(shop, MUG).hs_code == ""


def test_an_attribute_that_the_product_does_not_have_stays_here() -> None:
    shop = sandbox(customs_data=False)
    assert write(shop, Product(remote_id=MUG, weight_g=777, origin="PT")) == ("weight_g",)
