"""The mapper, on real payloads and on what plug-ins make of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recordings import recordings
from tests.unit.shops.woocommerce.fakes import an_order
from varco.model.order import Order, Product, UnreadOrder
from varco.shops.woocommerce.payload import (
    ORDER_FIELDS,
    PRODUCT_FIELDS,
    WooProduct,
    product_from,
    product_key,
    rows_from,
)

RECORDED = dict(recordings("woocommerce"))


def bodies_of_orders() -> list[tuple[str, dict[str, Any]]]:
    bodies = [(name, found["response"]["body"]) for name, found in RECORDED.items() if found.get("response")]
    rows = [(name, row) for name, body in bodies for row in (body if isinstance(body, list) else [body])]
    return [
        (name, row) for name, row in rows if isinstance(row, dict) and {"line_items", "billing", "total"} <= row.keys()
    ]


def read(payload: dict[str, Any]) -> Order:
    rows = rows_from(json.dumps([payload]).encode())
    assert not rows.unread
    return rows.orders[0]


def unread(payload: object) -> UnreadOrder:
    rows = rows_from(json.dumps([payload]).encode())
    assert not rows.orders
    return rows.unread[0]


def order(name: str) -> Order:
    body: dict[str, Any] = RECORDED[name]["response"]["body"]
    return read(body)


def product(**fields: Any) -> Product:
    return product_from(msgspec.convert({"id": 23, **fields}, type=WooProduct, strict=False), "23", "kg")


def test_every_recorded_order_is_read() -> None:
    bodies = bodies_of_orders()
    assert len(bodies) > 30
    for name, body in bodies:
        rows = rows_from(json.dumps([body]).encode())
        assert not rows.unread, name
        assert rows.ids == (body["id"],)
        assert len(rows.orders) == (body["status"] != "checkout-draft"), name


def test_a_whole_order_becomes_ours() -> None:
    found = order("order_polish")
    assert found.currency == "EUR"
    assert found.billing.country == "PL"
    assert found.placed_at.tzinfo is UTC
    assert found.shipping.is_deliverable()
    assert all(line.remote_line_id and line.quantity > 0 for line in found.lines)
    assert sum((line.total or Decimal(0)) for line in found.lines) > 0


def test_sixty_lines_stay_sixty() -> None:
    found = order("order_big_60_lines")
    assert len(found.lines) == 60
    assert len({line.remote_line_id for line in found.lines}) == 60


def test_without_a_shipping_address_the_goods_go_to_the_billing_address() -> None:
    found = order("order_no_shipping_address")
    assert found.shipping == found.billing
    assert found.shipping.is_deliverable()


def test_phone_and_mail_come_from_billing_where_shipping_has_none() -> None:
    payload = an_order(
        1,
        billing={
            "first_name": "Anna",
            "address_1": "Via Roma 1",
            "city": "Roma",
            "phone": "06 1",
            "email": "a@x.example",
        },
        shipping={"address_1": "Via Po 2", "city": "Torino", "country": "it"},
    )
    found = read(payload).shipping
    assert (found.name, found.phone, found.email) == ("Anna", "06 1", "a@x.example")
    assert (found.line1, found.country) == ("Via Po 2", "IT")


def test_a_company_alone_is_name_enough() -> None:
    payload = an_order(
        1,
        billing={"first_name": "Anna", "company": "Bianchi", "address_1": "Via Roma 1", "city": "Roma"},
        shipping={"company": "Rossi", "address_1": "Via Po 2", "city": "Torino"},
    )
    assert (read(payload).shipping.name, read(payload).shipping.company) == ("", "Rossi")


def test_two_shipping_lines_are_both_named_and_none_is_nothing() -> None:
    assert order("order_two_shipping_lines").shipping_method.count(", ") == 1
    assert order("order_no_shipping_line").shipping_method == ""


def test_refunds_are_amounts_without_sign() -> None:
    found = order("order_refunded_partial")
    assert len(found.refunds) == 1
    assert found.refunds[0].amount > 0
    assert order("order_refunded_full").status == "refunded"


def test_custom_statuses_and_other_currencies_stay_as_they_are() -> None:
    assert order("order_tracking_meta").status == "spedito"
    assert order("order_usd").currency == "USD"


def test_emoji_and_other_alphabets_survive() -> None:
    assert order("order_emoji_long_name").billing.name == "Anna SMITH-O’Brien 🙂"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in order("order_chinese_name").billing.name)


def test_unfinished_carts_are_left_out_and_known_by_their_id() -> None:
    body = RECORDED["order_checkout_draft"]["response"]["body"]
    rows = rows_from(json.dumps([body]).encode())
    assert (rows.orders, rows.unread, rows.ids) == ((), (), (body["id"],))


def test_a_free_order_costs_nothing_and_a_fee_may_be_negative() -> None:
    assert order("order_zero_total").total == 0
    assert order("order_negative_fee").total > 0


def test_a_deleted_product_has_no_key_and_a_variation_is_named_below_its_product() -> None:
    assert product_key(0, 0) == product_key(None, None) == product_key("0", "") == ""
    assert product_key(23, 0) == "23"
    assert product_key("23", 28) == "23/28"
    found = read(an_order(1, line_items=[{"id": 9, "product_id": 0, "sku": None, "quantity": 2, "name": "Gone"}]))
    assert (found.lines[0].product_id, found.lines[0].sku) == ("", "")


def test_only_what_must_be_there_is_needed() -> None:
    found = read({"id": 5, "status": "processing", "total": "1", "date_created_gmt": "2026-11-20T10:00:00"})
    assert found.number == "5"
    assert found.modified_at == found.placed_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert (found.currency, found.shipping_method) == ("", "")
    assert not found.lines
    assert not found.refunds
    assert found.total == 1
    assert found.shipping_total is None


@pytest.mark.parametrize("missing", [None, "absent"])
def test_every_optional_field_may_be_missing_or_null(missing: str | None) -> None:
    body = order_body = RECORDED["order_refunded_partial"]["response"]["body"]
    needed = {"id", "status", "total", "date_created_gmt"}
    for name in set(order_body) - needed:
        changed = {key: value for key, value in body.items() if key != name or missing is None}
        if missing is None:
            changed[name] = None
        assert read(changed).remote_id == str(body["id"]), name


def test_every_field_of_an_address_and_a_line_may_be_missing_or_null() -> None:
    body = RECORDED["order_refunded_partial"]["response"]["body"]
    for part in ("billing", "shipping"):
        for name in body[part]:
            read({**body, part: {**body[part], name: None}})
            read({**body, part: {key: value for key, value in body[part].items() if key != name}})
    for name in set(body["line_items"][0]) - {"id", "quantity"}:
        line = {**body["line_items"][0], name: None}
        read({**body, "line_items": [line]})


def test_numbers_that_plug_ins_made_texts_and_the_other_way_round_are_read() -> None:
    found = read(
        an_order(
            7,
            total=12.5,
            number=1007,
            billing={"postcode": 80138, "phone": 815551234, "first_name": 7},
            line_items=[{"id": "3", "quantity": "2", "product_id": "23", "total": 1, "name": 42, "sku": 815}],
        )
    )
    assert found.total == Decimal("12.5")
    assert (found.number, found.billing.postcode) == ("1007", "80138")
    assert found.lines[0].quantity == 2
    assert (found.lines[0].sku, found.lines[0].name) == ("815", "42")


def test_zero_bytes_that_a_database_refuses_are_taken_out() -> None:
    address = {"first_name": "An\x00na", "company": "\x00", "address_1": "Via\x00 1", "city": "Ro\x00ma"}
    found = read(an_order(1, number="1\x00", customer_note="\x00", billing=address))
    assert "\x00" not in repr(found)
    assert found.billing.name == "Anna"


def test_signs_that_wordpress_escapes_in_titles_are_read() -> None:
    lines = [{"id": 1, "quantity": 1, "name": "Caff&egrave; &amp; T&#232;"}]
    found = read(an_order(1, line_items=lines, shipping_lines=[{"method_title": "Fast &amp; safe"}]))
    assert found.lines[0].name == "Caffè & Tè"
    assert found.shipping_method == "Fast & safe"


def test_a_time_with_a_zone_is_believed() -> None:
    found = read(an_order(1, date_created_gmt="2026-11-20T11:00:00+01:00"))
    assert found.placed_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"total": None}, "no total"),
        ({"total": "a lot"}, "total is no number"),
        ({"total": "NaN"}, "total is no number"),
        ({"total": "1e30"}, "total is no number"),
        ({"date_created_gmt": None, "date_modified_gmt": None}, "no date_created_gmt"),
        ({"date_created_gmt": "yesterday"}, "$.date_created_gmt"),
        ({"status": None}, "$.status"),
        ({"line_items": [{"id": 1, "quantity": None}]}, "line_items.quantity is no number"),
        ({"line_items": {"0": {}}}, "$.line_items"),
        ({"currency": "BITCOIN"}, "currency is no ISO code"),
    ],
)
def test_an_order_that_cannot_be_read_is_kept_with_its_reason(changed: dict[str, Any], reason: str) -> None:
    lost = unread(an_order(31, number="B-31", **changed))
    assert (lost.remote_id, lost.number) == ("31", "B-31")
    assert lost.finding.code == "order-unreadable"
    assert lost.finding.params == {"number": "B-31", "reason": reason}
    assert json.loads(lost.raw)["id"] == 31


def test_one_order_that_cannot_be_read_does_not_stop_the_others() -> None:
    rows = rows_from(json.dumps([an_order(1), an_order(2, total=None), 7, None, an_order(3)]).encode())
    assert [found.remote_id for found in rows.orders] == ["1", "3"]
    assert rows.ids == (1, 2, 2, 2, 3)
    assert len({lost.remote_id for lost in rows.unread}) == 3


def test_a_row_without_an_id_has_the_same_name_each_time() -> None:
    assert unread({"status": "x"}).remote_id == unread({"status": "x"}).remote_id
    assert unread({"status": "x"}).remote_id.startswith("?")


def test_a_reason_tells_nothing_of_people() -> None:
    lost = unread(an_order(1, total=None, billing={"first_name": "Anna"}, number=["Anna"]))
    assert "Anna" not in repr(lost.finding)
    assert lost.number == "1"


@pytest.mark.parametrize("data", [b"{}", b"7", b'"x"', b"null", b"[1,", b""])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        rows_from(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=12) | st.floats(-1e6, 1e6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(field=st.sampled_from(ORDER_FIELDS.split(",")), value=json_values)
def test_whatever_stands_in_a_field_the_order_is_read_or_kept(field: str, value: object) -> None:
    rows = rows_from(json.dumps([{**an_order(1), field: value}, an_order(2)]).encode())
    assert any(found.remote_id == "2" for found in rows.orders)
    assert len(rows.ids) == 2
    assert len(rows.orders) + len(rows.unread) == 2 or value in ("checkout-draft", "auto-draft")


def test_weights_and_customs_data_are_found_where_plug_ins_keep_them() -> None:
    found = product(
        name="Tazza",
        sku="TZ",
        weight="0,4",
        global_unique_id="8001234567890",
        meta_data=[
            {"id": 1, "key": "_hs_code", "value": " 69120023 "},
            {"id": 2, "key": "_country_of_origin", "value": "it"},
            {"id": 3, "key": None, "value": {"deep": 1}},
        ],
    )
    assert (found.weight_g, found.hs_code, found.origin) == (400, "69120023", "IT")
    assert (found.name, found.sku, found.ean) == ("Tazza", "TZ", "8001234567890")


@pytest.mark.parametrize("origin", ["Italy", "I", "1T", "", None])
def test_what_is_no_country_is_not_cut_to_one(origin: str | None) -> None:
    assert product(meta_data=[{"key": "_country_of_origin", "value": origin}]).origin == ""


def test_a_product_without_anything_is_a_product() -> None:
    assert product() == Product(remote_id="23")
    assert product(weight="", meta_data=None).weight_g is None


def test_every_recorded_product_is_read() -> None:
    for name in ("products_list", "product_variations"):
        for row in RECORDED[name]["response"]["body"]:
            found = msgspec.convert(row, type=WooProduct, strict=False)
            assert product_from(found, str(found.id), "kg").name


def test_only_fields_that_are_read_are_asked_for() -> None:
    recorded = RECORDED["order_refunded_partial"]["response"]["body"]
    assert set(ORDER_FIELDS.split(",")) <= set(recorded) | {
        "number",
        "date_created_gmt",
        "date_modified_gmt",
        "date_paid_gmt",
    }
    assert set(PRODUCT_FIELDS.split(",")) <= set(RECORDED["products_list"]["response"]["body"][0]) | {
        "global_unique_id"
    }
