"""By keyboard, on a phone, in the dark: the pages are for everybody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Hub, Open

PAGES = (
    "/orders/",
    "/shipments/",
    "/number-ranges/",
    "/api-keys/",
    "/connections/",
    "/connect/",
    "/account/",
    "/organisation/",
    "/members/",
    "/self-check/",
)
OF_A_CONNECTION = ("", "problems/", "log/", "settings/", "access/", "remove/")

FAINT = """
elements => {
  const rgb = colour => colour.match(/[\\d.]+/g).map(Number);
  const linear = v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ground = node => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const contrast = element => {
    const pair = [light(rgb(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  };
  return elements.filter(e => e.checkVisibility() && e.innerText.trim() && contrast(e) < 4.5).map(e => e.innerText);
}
"""
"""The texts whose contrast to what is behind them is too low (WCAG 2.2, 1.4.3)."""


def addresses(page: Page) -> list[str]:
    """All pages, those of one connection too."""
    page.goto(re.sub(r"(://[^/]+).*", r"\1/connections/", page.url))
    link = page.get_by_role("link", name="Bottega").get_attribute("href")
    return [*PAGES, *(f"{link}{part}" for part in OF_A_CONNECTION)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_a_phone(scheme: str, hub: Hub, open_page: Open) -> None:
    page = open_page("/connections/", viewport=PHONE, color_scheme=scheme)

    for path in addresses(page):
        page.goto(hub.url + path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_against_its_ground(scheme: str, hub: Hub, open_page: Open) -> None:
    page = open_page("/connections/", color_scheme=scheme)
    texts = "h1, h2, p, dt, dd, label, a, button, .badge, th, td, small, legend, .crumb"

    for path in addresses(page):
        page.goto(hub.url + path)
        assert page.locator("h1").evaluate_all(FAINT.replace("< 4.5", "< 99")), "the measure finds texts"
        assert page.locator(texts).evaluate_all(FAINT) == [], path


def test_every_field_and_button_has_a_name(hub: Hub, open_page: Open) -> None:
    page = open_page("/connections/")

    for path in addresses(page):
        page.goto(hub.url + path)
        for role in ("button", "link", "textbox", "combobox", "checkbox", "radio", "spinbutton"):
            nameless = page.get_by_role(role, name=re.compile(r"^\s*$")).count()
            assert nameless == 0, (path, role)


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.innerText || document.activeElement.name || ''")
    return found.strip()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(open_page: Open) -> None:
    page = open_page("/connections/")
    wanted = {
        "Skip to the content",
        "Varco",
        "Orders",
        "Shipments",
        "Connections",
        "Connect a shop",
        "Bottega",
        "Refresh",
    }
    seen: set[str] = set()

    for _ in range(30):
        page.keyboard.press("Tab")
        seen.add(focused(page))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or page.evaluate("document.activeElement === document.body"), focused(page)

    assert wanted <= seen


def test_the_first_stop_leads_past_the_menu(open_page: Open) -> None:
    page = open_page("/connections/")

    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert focused(page) == "Connect a shop"


def test_the_menu_opens_and_closes_by_keyboard(open_page: Open) -> None:
    page = open_page("/connections/")
    page.locator(".account-menu summary").focus()

    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Your account")).to_be_hidden()
    assert "Anna Rossi" in focused(page)


def test_a_refresh_by_keyboard_keeps_the_place(open_page: Open) -> None:
    page = open_page("/connections/")
    button = page.locator("article", has_text="Bottega").get_by_role("button", name="Refresh")
    button.focus()

    page.keyboard.press("Enter")
    expect(page.locator("article", has_text="Bottega").locator(".came")).to_have_text(re.compile("new|changed"))

    expect(button).to_be_focused()


def test_the_wizard_works_without_scripts(hub: Hub, open_page: Open) -> None:
    page = open_page("/connect/", java_script_enabled=False)
    page.get_by_label("Address of your shop").fill(hub.shops.shops[0].url)
    page.get_by_role("button", name="Look").click()

    expect(page.get_by_text(re.compile(r"WooCommerce.* answers\."))).to_be_visible()
