"""Correcting weight and EAN: looked at before, changed alone, a combination by what it adds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.shops.prestashop.stage import PrestaStage, run
from varco.model.errors import ShopFault
from varco.model.order import Product
from varco.sandbox import Key

EAN = "4006381333931"
SIMPLE, COMBINATION = "11", "23/24"


def write(stage: PrestaStage, key: str, weight_g: int | None = None, ean: str = "") -> tuple[str, ...]:
    return tuple(run(stage.shop.write_product(Product(remote_id=key, weight_g=weight_g, ean=ean))))


def held(stage: PrestaStage, key: str) -> Product:
    return run(stage.shop.products([key]))[0]


@pytest.mark.parametrize("unit", ["kg", "g", "lbs"])
@pytest.mark.parametrize(("key", "weight_g"), [(SIMPLE, 777), (COMBINATION, 555), (COMBINATION, 90)])
def test_a_weight_is_written_in_the_shops_unit(unit: str, key: str, weight_g: int) -> None:
    stage = PrestaStage(orders=1, weight_unit=unit)
    others = run(stage.shop.products(["12", "23/26"]))
    assert write(stage, key, weight_g) == ("weight_g",)
    assert held(stage, key).weight_g == weight_g
    assert run(stage.shop.products(["12", "23/26"])) == others


def test_a_combination_keeps_what_it_adds_or_takes_away() -> None:
    stage = PrestaStage(orders=1)
    write(stage, COMBINATION, 90)
    assert Decimal(stage.sandbox.state.weights[24]) == Decimal("-0.11")


def test_only_what_differs_is_sent() -> None:
    stage = PrestaStage(orders=1)
    assert write(stage, SIMPLE, 270, EAN) == ("weight_g", "ean")
    (sent,) = [request for request in stage.asked if request.method == "PATCH"]
    assert b"<ean13>" in sent.body
    assert b"<weight>" not in sent.body


def test_a_longer_number_than_the_column_stays_here() -> None:
    stage = PrestaStage(orders=1)
    assert write(stage, SIMPLE, 777, "14006381333938") == ("weight_g",)


def test_1_7_would_have_to_replace_a_product_whole_so_it_is_left_alone() -> None:
    stage = PrestaStage(orders=1, version="1.7.8.11")
    before = held(stage, SIMPLE)
    assert write(stage, SIMPLE, 777, EAN) == ()
    assert held(stage, SIMPLE) == before
    assert "PUT" not in {request.method for request in stage.asked}


def test_a_key_without_the_right_is_said() -> None:
    rights = "products:GET;combinations:GET"
    stage = PrestaStage(orders=1, keys=(Key(key="K" * 32, secret="", permissions=rights),))
    with pytest.raises(ShopFault) as fault:
        write(stage, SIMPLE, 777)
    assert fault.value.finding.code == "right-not-granted"
    assert fault.value.finding.params["resource"] == "products"
