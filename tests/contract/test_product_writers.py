"""One suite over every connector that corrects the shop's products."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.stages import STAGES, Stage
from tests.contract.test_connectors import reader, run
from varco.model.errors import ShopFault
from varco.model.order import Product
from varco.sandbox import Kind, Wall
from varco.shops.base import ProductWriter
from varco.shops.registry import connectors

WRITERS = sorted(name for name, connector in connectors().items() if connector.can.write_products)
WORDS: dict[str, Any] = {"weight_g": 777, "ean": "4006381333931", "hs_code": "420292", "origin": "PT"}
each_writer = pytest.mark.parametrize("platform", WRITERS)


def shop_of(platform: str) -> Stage:
    """With orders of goods that are still sold."""
    stage = STAGES[platform](orders=0, seed=8)
    stage.backstage.add_orders(30, status=stage.word("processing"), oddities=[])
    return stage


def keys_on(stage: Stage) -> list[str]:
    """Of goods that orders name and that the shop weighs."""
    read = reader(stage, days=None)
    run(read.read_import())
    keys = {line.product_id for order in read.held.values() for line in order.lines if line.product_id}
    return sorted(product.remote_id for product in run(stage.shop.products(sorted(keys))) if product.weight_g)


def write(stage: Stage, product: Product) -> set[str]:
    shop = stage.again()
    assert isinstance(shop, ProductWriter)
    return set(run(shop.write_product(product)))


def held(stage: Stage, key: str) -> Product:
    (found,) = run(stage.shop.products([key]))
    return found


def writes(stage: Stage) -> int:
    return sum(seen.method in ("POST", "PUT", "PATCH") for seen in stage.backstage.requests())


def test_who_says_that_it_writes_does() -> None:
    for name, connector in connectors().items():
        assert issubclass(connector, ProductWriter) == (name in WRITERS)
        assert set(connector.can.write_products) <= WORDS.keys()


@each_writer
def test_every_product_gets_its_weight_once(platform: str) -> None:
    stage = shop_of(platform)
    for key in keys_on(stage):
        stage.backstage.forget_requests()
        assert write(stage, Product(remote_id=key, weight_g=777)) == {"weight_g"}
        assert held(stage, key).weight_g == 777
        so_far = writes(stage)
        assert so_far
        assert write(stage, Product(remote_id=key, weight_g=777)) == {"weight_g"}
        assert platform == "shopify" or writes(stage) == so_far


@each_writer
def test_what_is_told_to_be_held_is_held_and_nothing_else_changes(platform: str) -> None:
    stage = shop_of(platform)
    key = keys_on(stage)[0]
    before = held(stage, key)
    fields = write(stage, Product(remote_id=key, **WORDS))
    assert {"weight_g"} <= fields <= set(connectors()[platform].can.write_products)
    after = held(stage, key)
    for name, value in WORDS.items():
        assert getattr(after, name) == (value if name in fields else getattr(before, name))
    assert (after.name, after.sku) == (before.name, before.sku)


@each_writer
@pytest.mark.parametrize("kind", [Kind.SAVED_500, Kind.UNSAVED_200, Kind.CUT_MIDDLE])
def test_after_an_unclear_answer_it_can_be_tried_again(platform: str, kind: Kind) -> None:
    stage = shop_of(platform)
    key = keys_on(stage)[0]
    stage.backstage.set_walls([Wall(kind=kind, methods=("POST", "PUT", "PATCH"), times=1)])
    try:
        told = write(stage, Product(remote_id=key, weight_g=777))
    except ShopFault:
        told = set()
    assert not told or held(stage, key).weight_g == 777
    stage.backstage.set_walls([])
    assert write(stage, Product(remote_id=key, weight_g=777)) == {"weight_g"}
    assert held(stage, key).weight_g == 777


@each_writer
def test_a_product_that_is_gone_is_not_told_to_be_held(platform: str) -> None:
    stage = STAGES[platform](orders=1)
    try:
        told = write(stage, Product(remote_id="987654", weight_g=777))
    except ShopFault as fault:
        assert fault.finding.code == "not-in-shop"
        told = set()
    assert told == set()
