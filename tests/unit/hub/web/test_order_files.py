"""Open orders as a file from the list of orders and from the API."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.unit.hub.rows import make_order
from varco.hub.models import Integration
from varco.hub.store import exports

pytestmark = pytest.mark.django_db


def test_the_list_offers_both_files(browser: Client, integration: Integration) -> None:
    make_order(integration, "1001")
    page = browser.get("/orders/").content.decode()
    assert "/orders/open.csv?shop=" in page
    assert "/orders/open.csv?for=sendcloud" in page


def test_the_spreadsheets_file_says_that_it_is_utf_8(browser: Client, integration: Integration) -> None:
    make_order(integration, "1001", shipping_method="È così")
    answer = browser.get("/orders/open.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "È così".encode() in answer.content
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="varco-')


def test_sendclouds_file_begins_with_its_first_column(browser: Client, integration: Integration) -> None:
    make_order(integration, "1001")
    answer = browser.get("/orders/open.csv", {"for": "sendcloud", "shop": str(integration.public_id)})
    assert answer.content.startswith(b"Customer name,")
    assert b"1001" in answer.content


def test_more_than_one_upload_takes_comes_in_parts(
    browser: Client, integration: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "LARGEST_PART", 1)
    make_order(integration, "1001")
    make_order(integration, "1002")
    page = browser.get("/orders/open.csv", {"for": "sendcloud"}).content.decode()
    assert "Part 2 of 2" in page
    second = browser.get("/orders/open.csv", {"for": "sendcloud", "part": "2"}).content
    assert b"1002" in second
    assert b"1001" not in second


def test_the_api_gives_the_same_rows(browser: Client, integration: Integration) -> None:
    make_order(integration, "1001")
    plain = browser.get("/api/v1/orders/open.csv")
    assert plain["Content-Type"] == "text/csv; charset=utf-8"
    assert plain.content.startswith(b"order,shop,")
    sendcloud = browser.get("/api/v1/orders/open.csv", {"format": "sendcloud", "part": "1"})
    assert sendcloud.content.startswith(b"Customer name,")
    assert browser.get("/api/v1/orders/open.csv", {"format": "xml"}).status_code == 422
