"""Telling what was shipped: by location, by line, once; and goods that are corrected."""

from __future__ import annotations

import msgspec
import pytest

from tests.contract.stages import Stage
from tests.unit.shops.shopify.stage import act, api_with, fulfilment, held, recorded, run, with_order
from varco.model.errors import ShopFault
from varco.model.order import Order, Product
from varco.model.shipment import Published, Tracking
from varco.sandbox import Kind, Wall
from varco.shops.base import ProductWriter
from varco.shops.shopify.carriers import company
from varco.shops.shopify.queries import FULFIL

FULFILMENTS = ("write_merchant_managed_fulfillment_orders", "read_locations")


def read(stage: Stage, number: str) -> Order:
    found = run(stage.shop.order(number))
    assert found is not None
    return found


def two_lines() -> tuple[Stage, str, list[str]]:
    """An order of two goods, of which there are three each."""
    stage, number = with_order()
    first = read(stage, number).lines[0]
    act(stage, "edit", order=int(number), add={first.product_id: 3, 17: 3})
    return stage, number, [line.remote_line_id for line in read(stage, number).lines[-2:]]


def told(stage: Stage, number: str) -> list[str]:
    return [str(one["_tracking_number"]) for one in held(stage, number).fulfilments]


def test_several_parcels_stand_in_one_fulfilment_with_their_links_and_the_carrier() -> None:
    stage, number = with_order()
    assert run(stage.shop.publish(fulfilment(number, "A1", "A2"))) is Published.WRITTEN
    found = held(stage, number).fulfilments
    assert [one["_tracking_number"] for one in found] == ["A1", "A2"]
    assert {one["fulfilment"] for one in found} == {found[0]["fulfilment"]}
    assert {one["_shipment_provider"] for one in found} == {"GLS Italy"}
    assert [one["_tracking_url"] for one in found] == ["https://t.example/A1", "https://t.example/A2"]


def test_parts_are_told_one_after_the_other_and_each_once() -> None:
    stage, number, (first, second) = two_lines()
    part = fulfilment(number, "A1", lines={first: 1})
    assert run(stage.shop.publish(part)) is Published.WRITTEN
    assert run(stage.again().publish(part)) is Published.ALREADY_THERE
    rest = fulfilment(number, "A2", lines={first: 2, second: 3})
    assert run(stage.shop.publish(rest)) is Published.WRITTEN
    assert run(stage.again().publish(rest)) is Published.ALREADY_THERE
    assert told(stage, number) == ["A1", "A2"]
    assert {line.remote_line_id: line.open_quantity for line in read(stage, number).lines}[first] == 0


def test_goods_of_two_locations_get_a_fulfilment_each_with_one_mail() -> None:
    stage, number, _ = two_lines()
    act(stage, "move", order=int(number), location=1)
    goods = {line.remote_line_id: int(line.quantity) for line in read(stage, number).lines}
    wanted = fulfilment(number, "A1", lines=goods, notify_customer=True)
    assert run(stage.shop.publish(wanted)) is Published.WRITTEN
    assert len(held(stage, number).fulfilments) == 2
    assert len(held(stage, number).notes_to_customer) == 1
    assert run(stage.again().publish(wanted)) is Published.ALREADY_THERE


@pytest.mark.parametrize("notify", [True, False])
def test_the_customer_is_told_as_the_owner_chose(notify: bool) -> None:
    stage, number = with_order()
    run(stage.shop.publish(fulfilment(number, "A1", notify_customer=notify)))
    assert len(held(stage, number).notes_to_customer) == notify


def test_what_the_merchant_shipped_himself_gets_our_number_beside_his() -> None:
    stage, number = with_order()
    act(stage, "fulfil", order=int(number), tracking="HIS")
    lines = {line.remote_line_id: int(line.quantity) for line in read(stage, number).lines}
    wanted = fulfilment(number, "A1", lines=lines)
    assert run(stage.shop.publish(wanted)) is Published.WRITTEN
    assert told(stage, number) == ["HIS", "A1"]
    assert run(stage.again().publish(wanted)) is Published.ALREADY_THERE


def test_held_goods_are_not_told_until_the_hold_is_released() -> None:
    stage, number = with_order()
    lines = {line.remote_line_id: int(line.quantity) for line in read(stage, number).lines}
    act(stage, "hold", order=int(number))
    with pytest.raises(ShopFault) as fault:
        run(stage.shop.publish(fulfilment(number, "A1", lines=lines)))
    assert (fault.value.finding.code, fault.value.ambiguous) == ("fulfilment-on-hold", False)
    assert told(stage, number) == []
    act(stage, "release", order=int(number))
    assert run(stage.shop.publish(fulfilment(number, "A1", lines=lines))) is Published.WRITTEN


def test_without_fulfilment_orders_yet_it_is_tried_again() -> None:
    stage, number = with_order(routing_s=10**7)
    with pytest.raises(ShopFault) as fault:
        run(stage.shop.publish(fulfilment(number, "A1")))
    assert fault.value.finding.code == "fulfilment-not-ready"


def test_a_cancelled_order_is_told_nothing() -> None:
    stage, number = with_order()
    act(stage, "cancel", order=int(number))
    assert run(stage.shop.publish(fulfilment(number, "A1"))) is Published.NOT_WANTED


def test_after_an_error_of_shopifys_it_is_looked_at_and_not_written_twice() -> None:
    stage, number = with_order()
    wanted = fulfilment(number, "A1")
    stage.backstage.set_walls([Wall(kind=Kind.SAVED_500, times=1, body="mutation")])
    with pytest.raises(ShopFault) as fault:
        run(stage.shop.publish(wanted))
    assert fault.value.ambiguous
    assert run(stage.again().publish(wanted)) is Published.ALREADY_THERE
    assert told(stage, number) == ["A1"]


@pytest.mark.parametrize("exchange", ["differentLocationLater", "laterOverQuantity", "unknownLater"])
def test_shopifys_refusals_are_told_in_its_words(exchange: str) -> None:
    with pytest.raises(ShopFault) as fault:
        run(api_with(lambda _: recorded("fulfillment_create_errors", exchange)).write(FULFIL, {}))
    assert fault.value.finding.code == "refused-by-shop"
    assert "ulfillment order" in str(fault.value.finding.params["reason"])


@pytest.mark.parametrize(
    ("carrier", "zone", "name"),
    [
        ("bartolini", "Europe/Rome", "BRT"),
        ("GLS", "Europe/Rome", "GLS Italy"),
        ("gls", "Europe/Paris", "GLS"),
        ("poste italiane", "Europe/Rome", "Poste Italiane"),
        ("Corriere di Paese", "Europe/Rome", "Corriere di Paese"),
    ],
)
def test_a_carrier_is_named_as_shopify_writes_it(carrier: str, zone: str, name: str) -> None:
    assert company(carrier, zone) == name


def test_a_link_is_left_out_unless_every_parcel_has_one() -> None:
    stage, number = with_order()
    wanted = fulfilment(number, "A1", "A2")
    bare = Tracking(number="A2", carrier="BRT", shipped_at=wanted.trackings[0].shipped_at)
    assert (
        run(stage.shop.publish(msgspec.structs.replace(wanted, trackings=(wanted.trackings[0], bare))))
        is Published.WRITTEN
    )
    assert told(stage, number) == ["A1", "A2"]


def test_weight_and_customs_data_are_corrected_in_the_shop() -> None:
    stage, number = with_order(scopes=("read_orders", "read_products", "write_inventory", *FULFILMENTS))
    assert isinstance(stage.shop, ProductWriter)
    key = read(stage, number).lines[0].product_id
    wanted = Product(remote_id=key, weight_g=1234, hs_code="6912.00", origin="IT")
    assert set(run(stage.shop.write_product(wanted))) == {"weight_g", "hs_code", "origin"}
    (found,) = run(stage.shop.products([key]))
    assert (found.weight_g, found.hs_code, found.origin) == (1234, "691200", "IT")
