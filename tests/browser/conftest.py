"""A whole hub with two pretend shops, and a real browser. Where there is no Chromium, these tests are not collected."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.system.processes import data_folder, started
from varco.sandbox import Running, ShopSpec, sandbox_process

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
collect_ignore_glob = [] if CHROMIUM else ["test_*.py"]

EMAIL: Final = "anna@bottega.example"
PASSWORD: Final = "a long enough sentence"
SHOPS: Final = (ShopSpec(name="Bottega", seed=21, orders=12), ShopSpec(name="Outlet", seed=22, orders=5))
DESK: Final[ViewportSize] = {"width": 1280, "height": 800}
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}

expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Hub:
    url: str
    first_run: str
    shops: Running


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    """As `varco serve` starts it for the first time."""
    with data_folder() as folder, sandbox_process(SHOPS) as shops:
        settings = {
            "VARCO_EXTRA_CA": str(_readable(shops.ca_file, folder)),
            "VARCO_ALLOWED_NETWORKS": "127.0.0.0/8",
            "VARCO_LOG_LEVEL": "WARNING",
        }
        with started("serve", folder, settings=settings) as running:
            printed = re.search(r"http://\S+/setup/\?token=\S+", running.said)
            assert printed, running.said
            yield Hub(f"http://127.0.0.1:{running.port}", printed[0], shops)


def _readable(file: Path, folder: Path) -> Path:
    """Where the hub's processes may read it, whoever they run as."""
    copy = folder / "sandbox-ca.pem"
    copy.write_bytes(file.read_bytes())
    return copy


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(hub: Hub, chromium: Browser) -> Any:
    """Cookies of the first user, who has just set the hub up and connected the first shop, by the pages."""
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    set_up(page, hub)
    connect(page, hub, 0)
    state = context.storage_state()
    context.close()
    return state


Open = Callable[..., Page]


@pytest.fixture
def open_page(hub: Hub, chromium: Browser, signed_in: Any) -> Iterator[Open]:
    """Opens an address of the hub as the first user. What the browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(path: str, viewport: ViewportSize = DESK, **options: Any) -> Page:
        context = chromium.new_context(viewport=viewport, storage_state=signed_in, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(hub.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def set_up(page: Page, hub: Hub) -> None:
    page.goto(hub.first_run)
    page.get_by_label("Your name").fill("Anna Rossi")
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("Name of your business").fill("Bottega Rossi")
    page.get_by_label("Sender on the label").fill("Bottega Rossi")
    page.get_by_label("Street and number").fill("Via Roma 1")
    page.get_by_label("Postcode").fill("20121")
    page.get_by_label("Town").fill("Milano")
    page.get_by_label("Country").select_option("IT")
    page.get_by_role("button", name="Set up Varco").click()
    expect(page.get_by_role("heading", name="Connect your first shop")).to_be_visible()


def look_for(page: Page, address: str) -> None:
    """Steps 1 and 2 of the wizard: until the keys are asked for."""
    page.get_by_label("Address of your shop").fill(address)
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_text(re.compile(r"WooCommerce.* answers\."))).to_be_visible()


def give_keys(page: Page, key: str, secret: str) -> None:
    page.get_by_label("Consumer key").fill(key)
    page.get_by_label("Consumer secret").fill(secret)


def connect(page: Page, hub: Hub, index: int) -> None:
    """The whole wizard, for all orders of the shop; until they are here."""
    shop = hub.shops.shops[index]
    page.goto(f"{hub.url}/connect/")
    look_for(page, shop.url)
    page.get_by_label("Name", exact=True).fill(SHOPS[index].name)
    give_keys(page, shop.consumer_key, shop.consumer_secret)
    page.get_by_role("button", name="Try the keys").click()
    expect(page.get_by_role("heading", name="Which orders come in?")).to_be_visible()
    page.get_by_label("Placed in").select_option("all")
    page.get_by_label("Completed").check()
    page.get_by_role("button", name="Count them").click()
    expect(page.get_by_text(re.compile(r"^\d+ orders?, from"))).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#status .badge").first).to_have_text("Working")
