"""Correcting weight and customs data at an order, by page and by API."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.unit.hub.rows import make_integration, make_order, make_product
from varco.hub.models import Integration, OrderLine, Organisation, Product

pytestmark = pytest.mark.django_db
EAN = "4006381333931"


def line_of(integration: Integration) -> OrderLine:
    found: OrderLine = make_order(integration).lines.get()
    return found


def url(line: OrderLine) -> str:
    return f"/orders/{line.order.public_id}/goods/?line={line.pk}"


def test_the_page_of_an_order_leads_to_it(browser: Client, integration: Integration) -> None:
    line = line_of(integration)
    assert url(line) in browser.get(f"/orders/{line.order.public_id}/").content.decode()


def test_a_correction_is_kept_and_shown(browser: Client, integration: Integration) -> None:
    line = line_of(integration)
    make_product(integration)
    assert 'value="0.35"' in browser.get(url(line)).content.decode()

    answer = browser.post(url(line), {"weight": "0,4", "ean": EAN, "hs_code": "6912.00", "origin": "cn"})

    assert answer.status_code == 302
    row = Product.objects.get()
    assert (row.weight_g, row.own_weight_g, row.own_hs_code, row.own_origin) == (350, 400, "6912.00", "CN")
    page = " ".join(browser.get(f"/orders/{line.order.public_id}/").content.decode().split())
    assert row.own_ean == EAN
    assert EAN in page
    assert "400 g" in page
    assert "Made in China" in page
    assert "Weight, EAN or customs data of “Tazza SKU-1” corrected" in page
    assert "350 g" in browser.get(url(line)).content.decode()


def test_a_product_that_was_never_read_can_be_corrected(browser: Client, integration: Integration) -> None:
    line = line_of(integration)
    browser.post(url(line), {"weight": "0.4", "hs_code": "", "origin": ""})
    assert Product.objects.get().known_weight_g == 400


@pytest.mark.parametrize(("weight", "origin"), [("much", ""), ("-1", ""), ("5000", ""), ("", "1T")])
def test_what_cannot_be_is_said(browser: Client, integration: Integration, weight: str, origin: str) -> None:
    line = line_of(integration)
    answer = browser.post(url(line), {"weight": weight, "hs_code": "", "origin": origin})
    assert answer.status_code == 400
    assert not Product.objects.filter(own_weight_g__isnull=False).exists()


def test_a_line_whose_product_is_gone_has_none(browser: Client, integration: Integration) -> None:
    line = line_of(integration)
    OrderLine.objects.update(product_id="")
    assert browser.get(url(line)).status_code == 404


def test_a_line_of_another_order_is_not_there(
    browser: Client, integration: Integration, other_organisation: Organisation
) -> None:
    line = line_of(integration)
    theirs = line_of(make_integration(other_organisation, "Theirs"))
    assert browser.get(f"/orders/{line.order.public_id}/goods/?line={theirs.pk}").status_code == 404
    assert browser.get(url(theirs)).status_code == 404


def test_writing_it_back_is_a_setting_of_the_connection(browser: Client, integration: Integration) -> None:
    line = line_of(integration)
    assert "Nothing in the shop is changed." in browser.get(url(line)).content.decode()
    settings = f"/connections/{integration.public_id}/settings/"
    assert 'name="push_products"' in browser.get(settings).content.decode()
    given = {
        "name": "Bottega",
        "statuses": ["processing"],
        "window": "all",
        "interval_min": "10",
        "push_trigger": "label",
        "push_status": "",
        "push_from_statuses": ["processing"],
        "push_products": "on",
    }
    assert browser.post(settings, given).status_code == 302
    integration.refresh_from_db()
    assert integration.push_products
    page = browser.get(url(line)).content.decode()
    assert "product too: weight, EAN." in page
    assert "has no field of its own for it: HS code, country of origin." in page


def test_the_api_corrects_too(browser: Client, integration: Integration) -> None:
    line = line_of(integration)
    address = f"/api/v1/orders/{line.order.public_id}/product"
    given = {"line": line.pk, "weight_g": 400, "ean": EAN, "origin": "IT"}
    answer = browser.post(address, given, content_type="application/json")
    assert answer.status_code == 200
    told = answer.json()["lines"][0]
    assert (told["weight_g"], told["ean"], told["origin"]) == (400, EAN, "IT")
    wrong = browser.post(address, {"line": line.pk, "weight": 400}, content_type="application/json")
    assert wrong.status_code == 422
    missing = browser.post(address, {"line": 0, "weight_g": 1}, content_type="application/json")
    assert missing.status_code == 404
