"""The page with the lines that let this hub in, and the letter."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from varco.hub.models import Integration

pytestmark = pytest.mark.django_db


def page(browser: Client, integration: Integration, **asked: str) -> str:
    return browser.get(reverse("integration-lines", args=[integration.public_id]), asked).content.decode()


def test_without_addresses_it_asks_for_them_and_shows_no_rule(browser: Client, integration: Integration) -> None:
    html = page(browser, integration)
    assert "Addresses from which it calls" in html
    assert "<textarea" not in html
    assert "This field is required" not in html


def test_lines_and_letter_are_for_this_hub_and_this_shop(browser: Client, integration: Integration) -> None:
    html = page(browser, integration, addresses="8.8.4.4", target="nginx", finding="method-refused")
    assert "geo $ship_ip" in html
    assert "8.8.4.4 1;" in html
    assert "^varco/[0-9]" in html
    assert "^sendcloud" not in html
    assert integration.base_url in html
    assert "limit_req" not in html  # not what this problem needs


def test_where_nobody_knows_the_server_there_is_a_letter_alone(browser: Client, integration: Integration) -> None:
    html = page(browser, integration, addresses="8.8.4.4")
    assert 'id="letter"' in html
    assert 'id="lines"' not in html


def test_a_typing_error_in_an_address_is_said_at_the_field(browser: Client, integration: Integration) -> None:
    html = page(browser, integration, addresses="8.8.4.O", target="nginx")
    assert "8.8.4.O is no address" in html
    assert "<textarea" not in html


def test_a_problem_that_no_lines_mend_offers_all_of_them(browser: Client, integration: Integration) -> None:
    assert "limit_req" in page(browser, integration, addresses="8.8.4.4", target="nginx", finding="<tls-expired>")
