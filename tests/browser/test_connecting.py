"""From an empty hub to orders, as a shop owner does it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from playwright.sync_api import Browser, expect

from tests.browser.conftest import EMAIL, PASSWORD, Hub, Open, connect, give_keys, look_for


def test_orders_of_a_connected_shop_are_there(open_page: Open) -> None:
    page = open_page("/orders/?shown=all")

    assert page.locator("tbody tr").count() > 3


def test_a_second_shop_is_connected_and_stands_in_the_list(hub: Hub, open_page: Open) -> None:
    page = open_page("/connections/")
    connect(page, hub, 1)

    page.goto(f"{hub.url}/connections/")

    expect(page.get_by_role("heading", name="Outlet")).to_be_visible()


def test_keys_that_the_shop_refuses_are_named_and_replaced(hub: Hub, open_page: Open) -> None:
    shop = hub.shops.shops[1]
    page = open_page("/connect/")
    look_for(page, shop.url)
    give_keys(page, "ck_" + "0" * 40, "cs_" + "0" * 40)
    page.get_by_role("button", name="Try the keys").click()
    expect(page.get_by_role("heading", name="The shop does not let Varco in yet")).to_be_visible()
    expect(page.get_by_text("Keys not accepted")).to_be_visible()

    page.get_by_role("link", name="Other address or keys").click()
    give_keys(page, shop.consumer_key, shop.consumer_secret)
    page.get_by_role("button", name="Save and try").click()

    expect(page.get_by_role("heading", name="Which orders come in?")).to_be_visible()
    page.goto(f"{hub.url}/connections/")
    page.get_by_role("link", name="Discard").first.click()
    page.get_by_role("button", name="Remove the connection").click()
    expect(page.get_by_text("is no longer connected")).to_be_visible()


def test_an_address_without_a_shop_is_named(hub: Hub, open_page: Open) -> None:
    page = open_page("/connect/")
    page.get_by_label("Address of your shop").fill(hub.url)
    page.get_by_role("button", name="Look").click()

    expect(page.get_by_role("heading", name=re.compile("cannot be connected like this"))).to_be_visible()


def test_refresh_follows_the_work_and_says_what_came(hub: Hub, open_page: Open) -> None:
    page = open_page("/connections/")
    page.get_by_role("link", name="Bottega").click()
    expect(page.get_by_text("All there")).to_be_visible(timeout=45_000)  # until then the hub goes on reading by itself
    page.goto(f"{hub.url}/connections/")
    card = page.locator("article", has_text="Bottega")
    card.get_by_role("button", name="Refresh").click()
    expect(card.get_by_text(re.compile("new|changed"))).to_be_visible()

    hub.shops.control.shop(0).add_orders(3, at=datetime.now(UTC), status="processing", oddities=[])
    card.get_by_role("button", name="Refresh").click()

    expect(card.get_by_text("3 new")).to_be_visible()


def test_the_page_of_a_connection_follows_its_refresh_too(open_page: Open) -> None:
    page = open_page("/connections/")
    page.get_by_role("link", name="Bottega").click()

    page.get_by_role("button", name="Refresh").click()

    expect(page.locator("#status .came")).to_have_text(re.compile("new|changed"))


def test_a_wrong_password_is_said_and_the_right_one_opens(hub: Hub, signed_in: object, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{hub.url}/account/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")

    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    context.close()
