"""Recorded answers of PrestaShop 8.2.1 become orders and products of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.recordings import exchange_from, recordings
from varco.model.address import Address
from varco.model.errors import ShopFault
from varco.net.answer import Answer
from varco.shops.prestashop.api import rows_of
from varco.shops.prestashop.payload import (
    Directory,
    PsAddress,
    PsCombination,
    PsDetail,
    PsOrder,
    PsProduct,
    decoded,
    name_in,
    order_from,
    product_from,
    product_from_detail,
    product_key,
)
from varco.shops.prestashop.times import zone_of

ROME = zone_of("Europe/Rome")
RECORDED = dict(recordings("prestashop"))


def answer_of(name: str) -> Answer:
    exchange = exchange_from(RECORDED[name])
    assert exchange.response is not None
    return Answer(data=exchange.response.body, exchange=exchange)


def answer_with(data: Any) -> Answer:
    exchange = exchange_from(RECORDED["041-orders-ids-json"])
    return Answer(data=json.dumps(data).encode(), exchange=exchange)


def directory() -> Directory:
    addresses = rows_of(answer_of("070-addresses-json"), "addresses", PsAddress)
    return Directory(
        addresses={str(row.id): row for row in addresses},
        emails={"7": "cliente4@example.com"},
        countries={"9": "GR", "18": "SE"},
        currencies={"1": "EUR", "2": "GBP"},
        carriers={"6": "Poste & Pacchi «Già»"},
    )


def test_a_recorded_order_is_read_whole() -> None:
    orders = decoded(answer_of("043-orders-full-json")).orders
    order = order_from(orders[0], directory(), ROME)
    assert (order.remote_id, order.number, order.status) == ("10", "JBLMEOYTV", "3")
    assert order.placed_at == datetime(2026, 9, 13, 16, 43, 47, tzinfo=UTC)
    assert order.placed_text == "2026-09-13 18:43:47"
    assert order.modified_at == datetime(2026, 9, 14, 2, 43, 47, tzinfo=UTC)
    assert (order.currency, order.total, order.tax_total) == ("EUR", Decimal("192.76"), Decimal("34.76"))
    assert order.shipping == Address(
        name="Ελένη Παπαδοπούλου",
        line1="Οδός Ερμού 10",
        postcode="105 63",
        city="Αθήνα",
        country="GR",
        phone="+39 02 1234567",
        email="cliente4@example.com",
    )
    assert order.shipping_method == "Poste & Pacchi «Già»"
    assert order.customer_note == "Citofono: «Rossi»\nlasciare in portineria"
    (line,) = order.lines
    assert (line.product_id, line.sku, line.quantity, line.total) == ("22/42", "MAG", Decimal(2), Decimal(158))
    assert line.name == "Maglione lana d’alpaca (Size: L)"


def test_the_gifts_message_is_the_customers_note() -> None:
    (order,) = decoded(answer_of("07v-order-gift")).orders
    assert order_from(order, directory(), ROME).customer_note == "Buon compleanno 🎂 — con affetto"


def test_an_order_of_virtual_goods_leaves_its_carrier_out() -> None:
    ps = rows_one("07j-order-virtual", "order", PsOrder)
    order = order_from(ps, directory(), ROME)
    assert (order.shipping_method, order.lines[0].product_id) == ("", "23")


def rows_one(name: str, key: str, kind: type[Any]) -> Any:
    return msgspec.convert(json.loads(RECORDED[name]["response"]["body"])[key], kind, strict=False)


def test_nothing_found_is_an_empty_list_without_a_name() -> None:
    found = decoded(answer_of("04d-orders-filter-empty-json"))
    assert (found.orders, found.unread, found.count) == ((), (), 0)


def test_a_list_of_another_name_is_not_understood() -> None:
    with pytest.raises(ShopFault) as told:
        decoded(answer_with({"carts": []}))
    assert told.value.finding.code == "unexpected-answer"


def test_one_order_that_cannot_be_read_does_not_stop_the_others() -> None:
    found = decoded(answer_with({"orders": [{"id": 1}, {"id": 2, "date_add": [1], "reference": "ABC"}, {"no": "id"}]}))
    assert [order.id for order in found.orders] == [1]
    assert (found.unread[0].remote_id, found.unread[0].number) == ("2", "ABC")
    assert (found.ids, found.count) == ((1, 2), 3)
    assert found.unread[0].finding.params["reason"] == "$.date_add"


@pytest.mark.parametrize(
    ("changed", "word"),
    [({"date_add": "", "date_upd": ""}, "date_add"), ({"total_paid_tax_incl": "much"}, "total_paid_tax_incl")],
)
def test_an_order_without_what_we_need_is_said_by_its_field(changed: dict[str, str], word: str) -> None:
    ps = decoded(answer_of("043-orders-full-json")).orders[0]
    with pytest.raises(ValueError, match=word):
        order_from(msgspec.structs.replace(ps, **changed), directory(), ROME)


def test_every_optional_field_may_be_missing() -> None:
    ps = PsOrder(id=5, current_state="2", date_add="2026-11-20 09:15:00", total_paid="1.00")
    order = order_from(ps, Directory(), ROME)
    assert (order.number, order.lines, order.billing, order.currency) == ("5", (), Address(), "")
    assert order.modified_at == order.placed_at


def test_control_characters_in_an_address_are_read_and_its_province_has_a_code() -> None:
    address = rows_one("0f1-control-chars-json", "address", PsAddress)
    ps = PsOrder(id=1, current_state="2", date_add="2026-11-20 09:15:00", total_paid="1.00", id_address_delivery="29")
    found = Directory(addresses={"29": address}, states={"211": "RM"}, countries={"10": "IT"})
    order = order_from(ps, found, ROME)
    assert (order.shipping.state, order.shipping.country, order.shipping.city) == ("RM", "IT", "Roma")
    assert "due volte" in order.customer_note
    assert order.billing == order.shipping


def test_a_deleted_address_is_still_read() -> None:
    address = rows_one("073-address-deleted", "address", PsAddress)
    assert (address.id, address.city) == (35, "Lisboa")


class TestProducts:
    def test_a_combination_adds_its_weight_to_its_products(self) -> None:
        product = rows_one("07n-product-one-json", "product", PsProduct)
        combinations = rows_of(answer_of("07o-combinations-json"), "combinations", PsCombination)
        found = {one.id: product_from(f"22/{one.id}", product, one, "kg") for one in combinations}
        assert [found[number].weight_g for number in (40, 41, 42)] == [480, 530, 580]
        assert [found[number].sku for number in (40, 41, 42)] == ["MAG-S", "MAG-M", "MAG"]
        assert found[42].name == "Maglione lana d’alpaca"

    def test_a_combination_may_weigh_less(self) -> None:
        product = PsProduct(id=1, weight="0.500000")
        lighter = PsCombination(id=2, weight="-0.200000")
        assert product_from("1/2", product, lighter, "kg").weight_g == 300

    @pytest.mark.parametrize(("unit", "grams"), [("kg", 250), ("KG", 250), ("lb", 113), ("g", 0), ("stone", 0)])
    def test_the_shops_unit_counts(self, unit: str, grams: int) -> None:
        product = rows_of(answer_of("07m-products-json"), "products", PsProduct)[0]
        assert (product_from("20", product, None, unit).weight_g or 0) == grams
        assert product_from("20", product, None, unit).ean == "8001234567895"

    def test_a_deleted_product_is_told_as_it_was_sold(self) -> None:
        detail = rows_of(answer_of("07r-order-with-deleted-product"), "order_details", PsDetail)[0]
        product = product_from_detail("21", detail, "kg")
        assert (product.name, product.weight_g) == ("Olio extravergine 5 L", 5200)

    @pytest.mark.parametrize(
        ("product", "combination", "key"), [("22", "42", "22/42"), ("23", "0", "23"), (23, 0, "23"), ("0", "0", "")]
    )
    def test_a_key_names_product_and_combination(self, product: Any, combination: Any, key: str) -> None:
        assert product_key(product, combination) == key


class TestNames:
    def test_are_a_text_with_one_language_and_a_list_with_several(self) -> None:
        one = json.loads(RECORDED["010-onelang-order_states-json"]["response"]["body"])["order_states"][0]
        two = json.loads(RECORDED["014-twolang-order_states-json"]["response"]["body"])["order_state"]
        assert name_in(one["name"]) == name_in(two["name"]) == name_in(two["name"], "2") == "Payment accepted"

    def test_the_shops_own_language_comes_first(self) -> None:
        names = [{"id": "1", "value": "Shipped"}, {"id": "2", "value": "Spedito"}]
        assert name_in(names, "2") == "Spedito"
        assert name_in(names, "9") == "Shipped"
