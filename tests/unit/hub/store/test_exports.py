"""Open orders as CSV: whole, safe in a spreadsheet, and as Sendcloud's upload takes them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from tests.unit.hub.rows import ADDRESS, PLACED, make_integration, make_order, make_product, make_shipment
from varco.hub.models import Integration, Order, Organisation
from varco.hub.store import exports

pytestmark = pytest.mark.django_db


def rows(organisation: Organisation, form: exports.Format, **chosen: object) -> list[dict[str, str]]:
    text = exports.csv_of(organisation, form, **chosen)  # type: ignore[arg-type]
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text)))


def test_what_waits_to_be_shipped_is_in_it_and_nothing_else(
    organisation: Organisation, integration: Integration
) -> None:
    make_order(integration, "1001")
    make_order(integration, "1002", status="completed")
    make_order(integration, "1003", shipped_at=PLACED)
    make_order(integration, "1004", erased_at=PLACED)
    make_order(integration, "1005", gone_at=PLACED)
    assert [row["order"] for row in rows(organisation, "plain")] == ["1001"]
    assert [row["Order reference"] for row in rows(organisation, "sendcloud")] == ["1001"]


def test_others_orders_are_not_in_it(
    organisation: Organisation, other_organisation: Organisation, integration: Integration
) -> None:
    make_order(make_integration(other_organisation, "Theirs"), "2001")
    assert rows(organisation, "plain") == []


def test_one_shop_alone_can_be_asked_for(organisation: Organisation, integration: Integration) -> None:
    make_order(integration, "1001")
    second = make_integration(organisation, "Second")
    make_order(second, "2001")
    assert [row["order"] for row in rows(organisation, "plain", integration=second)] == ["2001"]


def test_the_oldest_comes_first_with_all_that_a_parcel_needs(
    organisation: Organisation, integration: Integration
) -> None:
    integration.shop_statuses = [{"slug": "processing", "name": "In lavorazione"}]
    integration.save()
    make_order(integration, "1002", placed_at=PLACED + timedelta(hours=1))
    make_order(integration, "1001", lines=[("SKU-1", 2), ("SKU-2", 1)])
    make_product(integration)
    make_product(integration, "p2", weight_g=1000)
    first, second = rows(organisation, "plain")
    assert (first["order"], second["order"]) == ("1001", "1002")
    assert first["status"] == "In lavorazione"
    assert (first["name"], first["city"], first["country"]) == ("Giulia Bianchi", "Bologna", "IT")
    assert (first["pieces"], first["weight_kg"], first["total"]) == ("3", "1.700", "49.90")
    assert first["items"] == "2 x Tazza SKU-1; 1 x Tazza SKU-2"
    assert first["phone"] == "+39 051 123456"


def test_a_weight_that_is_not_known_is_left_empty(organisation: Organisation, integration: Integration) -> None:
    make_order(integration, lines=[("SKU-1", 2), ("SKU-2", 1)])
    make_product(integration)
    assert rows(organisation, "plain")[0]["weight_kg"] == ""


def test_what_was_shipped_already_is_not_counted(organisation: Organisation, integration: Integration) -> None:
    order = make_order(integration, lines=[("SKU-1", 2), ("SKU-2", 1)])
    shipment = make_shipment(order)
    shipment.lines.filter(sku="SKU-2").delete()
    Order.objects.update(shipped_at=None)
    assert rows(organisation, "plain")[0]["items"] == "1 x Tazza SKU-2"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1+A1", "'\t=1+A1"),
        ("  =A1", "'  =A1"),
        ("＝A1", "'＝A1"),
        ("+39 051 123456", "+39 051 123456"),
        ("-", "-"),
        ("Via Roma 1 = angolo", "Via Roma 1 = angolo"),
        ("a\x00b", "ab"),
        ("", ""),
    ],
)
def test_a_customer_cannot_write_a_formula_into_the_merchants_spreadsheet(text: str, written: str) -> None:
    assert exports.safe(text) == written


def test_every_cell_of_both_forms_is_made_safe(organisation: Organisation, integration: Integration) -> None:
    evil = dict.fromkeys(ADDRESS, "=1+A1")
    make_order(integration, address=evil, shipping_method="=1+A1", lines=[("=1+A1", 1)])
    for form in exports.FORMATS:
        assert not [value for row in rows(organisation, form) for value in row.values() if value.startswith("=")]


def test_line_breaks_quotes_and_commas_stay_in_their_cell(organisation: Organisation, integration: Integration) -> None:
    make_order(integration, address={**ADDRESS, "line1": 'Via "Alta", 1\nscala B'})
    assert rows(organisation, "plain")[0]["line1"] == 'Via "Alta", 1\nscala B'


def test_sendclouds_upload_gets_its_columns_units_and_codes(
    organisation: Organisation, integration: Integration
) -> None:
    make_order(integration, "1001", address={**ADDRESS, "line2": "scala B", "state": "BO"})
    make_product(integration)
    (row,) = rows(organisation, "sendcloud")
    needed = ("Customer name", "Country code", "Postal code", "Address", "City", "Order reference")
    assert list(row)[:6] == list(needed)
    assert [row[column] for column in needed] == [
        "Giulia Bianchi", "IT", "40121", "Via Garibaldi 12, scala B", "Bologna", "1001",
    ]  # fmt: skip
    assert (row["Weight"], row["Weight unit"]) == ("0.700", "kg")
    assert (row["HS code"], row["Origin country"], row["Quantity"]) == ("691200", "IT", "2")


def test_an_hs_code_that_the_upload_would_refuse_is_left_out(
    organisation: Organisation, integration: Integration
) -> None:
    make_order(integration)
    make_product(integration, hs_code="69 12")
    assert rows(organisation, "sendcloud")[0]["HS code"] == ""


def test_an_order_of_several_lines_is_one_row_and_so_one_parcel(
    organisation: Organisation, integration: Integration
) -> None:
    make_order(integration, lines=[("SKU-1", 2), ("SKU-2", 1)])
    (row,) = rows(organisation, "sendcloud")
    assert row["Item description"] == "2 x Tazza SKU-1; 1 x Tazza SKU-2"


def test_a_thousand_fit_into_one_part(
    organisation: Organisation, integration: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "LARGEST_PART", 3)
    for number in range(7):
        make_order(integration, f"N{number}", placed_at=PLACED + timedelta(minutes=number))
    assert exports.parts(organisation) == 3
    in_parts = [row["Order reference"] for part in (1, 2, 3) for row in rows(organisation, "sendcloud", part=part)]
    assert in_parts == [f"N{number}" for number in range(7)]
    assert rows(organisation, "sendcloud", part=4) == []
    assert Order.objects.count() == 7
