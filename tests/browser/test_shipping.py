"""The main job: ship an order here, and see its tracking number in the shop."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.browser.conftest import Hub, Open


def test_a_shipped_order_has_its_tracking_number_in_the_shop(hub: Hub, open_page: Open) -> None:
    shop = hub.shops.control.shop(0)
    (number,) = shop.add_orders(1, at=datetime.now(UTC), status="processing", oddities=[])
    page = open_page("/connections/")
    card = page.locator("article", has_text="Bottega")
    card.get_by_role("button", name="Refresh").click()
    expect(card.locator(".came")).to_have_text(re.compile("new|changed"))

    page.get_by_role("link", name="Orders", exact=True).click()
    page.get_by_role("link", name=str(number), exact=True).click()
    page.get_by_role("main").get_by_role("link", name=re.compile("^Ship")).first.click()
    page.get_by_label("Carrier").fill("Corriere Veloce")
    page.get_by_label(re.compile(r"^Tracking number( optional)?$")).fill("TRK-4711")
    page.get_by_label(re.compile("^Weight")).fill("0.85")
    page.get_by_role("button", name="Ship and make the label").click()

    expect(page.get_by_text("TRK-4711").first).to_be_visible()
    deadline = time.monotonic() + 30
    held = shop.order(number)
    while held is not None and held.status != "completed" and time.monotonic() < deadline:
        time.sleep(0.2)
        held = shop.order(number)
    assert held is not None
    assert held.status == "completed"
    assert "TRK-4711" in " ".join(held.notes + held.notes_to_customer)
    assert held.tracking_numbers == ("TRK-4711",)
