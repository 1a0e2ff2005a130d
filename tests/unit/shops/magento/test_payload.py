"""Recorded orders and products, read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.recordings import recordings
from varco.model.order import Order
from varco.shops.magento.payload import MagentoProduct, orders_from, product_from

RECORDED = dict(recordings("magento"))


def body_of(name: str) -> Any:
    return RECORDED[name]["response"]["body"]


def read(body: dict[str, Any]) -> Order:
    found = orders_from([json.dumps(body).encode()])
    assert found.unread == ()
    return found.orders[0]


def test_a_recorded_order_is_read_whole() -> None:
    order = read(body_of("order_simple_200"))
    assert (order.remote_id, order.number, order.status) == ("8", "000000008", "pending")
    assert (order.total, order.currency, order.shipping_total) == (Decimal("179"), "EUR", Decimal("20"))
    assert order.placed_at.isoformat().endswith("+00:00")
    assert order.payment_method == "Cash On Delivery"
    assert order.shipping_method == "Flat Rate - Fixed"
    assert [line.sku for line in order.lines] == [item["sku"] for item in body_of("order_simple_200")["items"]]


def test_the_address_has_its_parts() -> None:
    order = read(body_of("orders_page1_size5_200")["items"][0])
    assert order.shipping.name == "Giulia Rossi"
    assert (order.shipping.line1, order.shipping.line2) == ("Via Alessandro Manzoni 12", "Scala B, int. 4")
    assert (order.shipping.postcode, order.shipping.city, order.shipping.state) == ("20121", "Milano", "MI")
    assert (order.shipping.country, order.shipping.email) == ("IT", "cliente000@example.com")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("order_configurable_items_200", [("35", "MAGLIA-S", 2), ("37", "OLIO-EVO-500", 1)]),
        ("order_bundle_after_ship_200", [("233", "CESTO-NATALE", 1), ("236", "ZAINO 25L/BLU", 1)]),
    ],
)
def test_variants_and_parts_of_bundles_are_no_lines_of_their_own(name: str, lines: list[tuple[str, str, int]]) -> None:
    order = read(body_of(name))
    assert [(line.remote_line_id, line.sku, int(line.quantity)) for line in order.lines] == lines
    assert {line.product_id for line in order.lines} == {sku for _, sku, _ in lines}


def test_an_order_of_virtual_goods_shows_its_billing_address() -> None:
    order = read(body_of("order_virtual_no_shipping_200"))
    assert order.shipping == order.billing
    assert order.shipping.city == "Berlin"
    assert order.shipping_method == ""


def test_every_recorded_order_can_be_read_with_every_optional_field_missing() -> None:
    body = body_of("order_configurable_items_200")
    needed = {"entity_id", "created_at", "grand_total"}
    for name in body.keys() - needed:
        order = read({key: value for key, value in body.items() if key != name})
        assert order.remote_id == "18"
    assert read({name: body[name] for name in needed}).lines == ()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"grand_total": "dear"}, "grand_total is no number"),
        ({"created_at": "yesterday"}, "created_at is no date"),
        ({"order_currency_code": "EURO"}, "order_currency_code is no ISO code"),
        ({"items": [{"item_id": "x"}]}, "$.items[0].item_id"),
    ],
)
def test_an_order_that_cannot_be_read_is_said_and_stops_no_other(changed: dict[str, Any], reason: str) -> None:
    good = body_of("order_simple_200")
    found = orders_from([json.dumps({**good, "entity_id": 90, **changed}).encode(), json.dumps(good).encode()])
    assert [order.remote_id for order in found.orders] == ["8"]
    (lost,) = found.unread
    assert (lost.remote_id, lost.number) == ("90", "000000008")
    assert lost.finding.params["reason"] == reason
    assert found.last_id == 90


def test_a_status_that_an_older_version_lost_is_read_from_the_state() -> None:
    """magento2#34180."""
    assert read({**body_of("order_simple_200"), "status": None, "state": "processing"}).status == "processing"


def test_what_was_refunded_is_one_sum() -> None:
    (refund,) = read({**body_of("order_simple_200"), "total_refunded": 12.5}).refunds
    assert refund.amount == Decimal("12.5")
    assert read({**body_of("order_simple_200"), "total_refunded": 0}).refunds == ()


class TestProducts:
    def read(self, body: dict[str, Any], unit: str = "kg") -> Any:
        return product_from(msgspec.convert(body, MagentoProduct, strict=False), unit)

    def test_weights_are_in_the_shops_unit(self) -> None:
        body = body_of("product_sku_with_slash_percent_encoded_200")
        assert self.read(body).weight_g == 1300
        assert self.read(body, "lbs").weight_g == 590
        assert self.read(body).sku == "ZAINO 25L/BLU"

    def test_a_product_without_a_weight_has_none(self) -> None:
        assert self.read(body_of("product_without_weight_200")).weight_g is None
        assert self.read(body_of("product_bundle_200")).weight_g is None

    def test_customs_data_is_found_where_shops_keep_it(self) -> None:
        body = {
            **body_of("product_without_weight_200"),
            "custom_attributes": [
                {"attribute_code": "hs_code", "value": "150920"},
                {"attribute_code": "country_of_manufacture", "value": "IT"},
                {"attribute_code": "ean", "value": "8001234567899"},
                {"attribute_code": "category_ids", "value": ["3"]},
            ],
        }
        found = self.read(body)
        assert (found.hs_code, found.origin, found.ean) == ("150920", "IT", "8001234567899")
