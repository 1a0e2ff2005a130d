"""Connecting a shop, from its address to the start."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import FakeClock
from tests.unit.net.certificates import authority
from varco.hub.models import Integration, Operation, Organisation
from varco.hub.store import operations
from varco.hub.store.plans import credentials_of
from varco.model.finding import Finding
from varco.model.secret import Secret

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
FOUND = {"platform": "woocommerce", "version": "9.9.5", "final_url": "https://www.shop.example/negozio"}
ALLOWED = {"read_orders": True, "write_orders": True, "read_products": True, "problems": [], "warnings": []}


def ask_for(browser: Client, address: str) -> tuple[str, Operation]:
    """The page that follows, and what was asked of a worker."""
    answer = browser.post(reverse("connect"), {"url": address})
    assert answer.status_code == 302
    return answer.headers["Location"], Operation.objects.get(kind="recognise")


def test_the_way_from_the_address_to_the_start(browser: Client, organisation: Organisation, clock: FakeClock) -> None:
    page, looked = ask_for(browser, "shop.example")
    assert looked.params == {"url": "https://shop.example", "pinned_ca": ""}
    assert 'hx-trigger="every 1s"' in browser.get(page).content.decode()

    operations.succeed(looked.pk, FOUND)
    assert browser.get(page, headers=HTMX).headers["HX-Redirect"] == page
    html = browser.get(page).content.decode()
    assert "WooCommerce 9.9.5 answers" in html
    assert "leads to <strong>https://www.shop.example/negozio</strong>" in html
    assert 'value="shop.example"' in html

    given = {"name": "Bottega", "consumer_key": "ck_1", "consumer_secret": "cs_1"}
    page = browser.post(page, given).headers["Location"]
    shop = Integration.objects.get()
    assert (shop.base_url, shop.connected_at) == (FOUND["final_url"], None)
    assert credentials_of(shop) == {"consumer_key": Secret("ck_1"), "consumer_secret": Secret("cs_1")}
    assert "Trying the keys" in browser.get(page).content.decode()

    operations.succeed(Operation.objects.get(kind="connect").pk, ALLOWED)
    assert browser.get(page, headers=HTMX).headers["HX-Redirect"] == page
    assert "Which orders come in?" in browser.get(page).content.decode()

    page = browser.post(page, {"statuses": ["processing"], "window": "30", "since": ""}).headers["Location"]
    counted = Operation.objects.get(kind="preview")
    since = clock.now() - timedelta(days=30)
    assert counted.params == {"statuses": ["processing"], "since": since.isoformat()}
    assert "Counting the orders" in browser.get(page).content.decode()

    operations.succeed(counted.pk, {"count": 214, "oldest_placed_at": "2026-10-26T09:00:00+00:00"})
    html = browser.get(page).content.decode()
    assert "214 orders" in html
    assert "26 October 2026" in html

    push = {"push_trigger": "label", "push_status": "completed", "push_from_statuses": ["processing"]}
    done = browser.post(page, push)
    assert done.headers["Location"] == reverse("integration", args=[shop.public_id])
    shop.refresh_from_db()
    assert shop.connected_at == clock.now()
    assert (shop.import_statuses, shop.import_since) == (["processing"], since)
    assert (shop.push_trigger, shop.push_status, shop.push_notify) == ("label", "completed", False)


@pytest.mark.parametrize("address", ["", "two words", "ftp://shop.example", "https://"])
def test_an_address_that_cannot_be_is_refused_at_once(address: str, browser: Client) -> None:
    answer = browser.post(reverse("connect"), {"url": address})

    assert answer.status_code == 400
    assert 'id="id_url_error"' in answer.content.decode()
    assert not Operation.objects.exists()


def test_what_answers_and_is_no_shop_is_said_with_what_to_do(browser: Client) -> None:
    page, looked = ask_for(browser, "shop.example")
    operations.fail(looked.pk, Finding(code="not-a-shop", params={"host": "shop.example"}))

    html = browser.get(page).content.decode()

    assert "No known shop here" in html
    assert 'value="https://shop.example"' in html
    assert "hx-trigger" not in html


def test_keys_that_are_missing_are_asked_for_and_what_was_typed_is_not_sent_back(browser: Client) -> None:
    page, looked = ask_for(browser, "shop.example")
    operations.succeed(looked.pk, FOUND)

    answer = browser.post(page, {"name": "Bottega", "consumer_key": "ck_typed", "consumer_secret": ""})

    assert answer.status_code == 400
    assert "ck_typed" not in answer.content.decode()
    assert not Integration.objects.exists()


def connected_shop(browser: Client) -> Integration:
    page, looked = ask_for(browser, "shop.example")
    operations.succeed(looked.pk, FOUND)
    browser.post(page, {"name": "Bottega", "consumer_key": "ck_1", "consumer_secret": "cs_1"})
    shop: Integration = Integration.objects.get()
    return shop


def test_keys_that_the_shop_refuses_can_be_replaced_and_tried_again(browser: Client) -> None:
    shop = connected_shop(browser)
    page = reverse("connection-setup", args=[shop.public_id])
    operations.fail(Operation.objects.get(kind="connect").pk, Finding(code="keys-wrong", params={}))

    html = browser.get(page).content.decode()
    assert "The shop does not let Varco in yet" in html

    given = {"url": shop.base_url, "consumer_key": "ck_2", "consumer_secret": "cs_2"}
    answer = browser.post(reverse("connection-access", args=[shop.public_id]), given)

    assert answer.headers["Location"] == page
    assert Operation.objects.filter(kind="connect").count() == 2
    assert "Trying the keys" in browser.get(page).content.decode()


def test_keys_that_may_not_read_orders_lead_no_further(browser: Client) -> None:
    shop = connected_shop(browser)
    problem = {"code": "keys-wrong", "params": {"host": "shop.example"}}
    operations.succeed(
        Operation.objects.get(kind="connect").pk, {**ALLOWED, "read_orders": False, "problems": [problem]}
    )
    page = reverse("connection-setup", args=[shop.public_id])

    html = browser.get(page).content.decode()
    browser.post(page, {"statuses": ["processing"], "window": "30"})

    assert "The shop does not let Varco in yet" in html
    assert "not allowed" in html
    assert not Operation.objects.filter(kind="preview").exists()


def test_orders_of_no_status_are_not_counted(browser: Client) -> None:
    shop = connected_shop(browser)
    operations.succeed(Operation.objects.get(kind="connect").pk, ALLOWED)

    answer = browser.post(reverse("connection-setup", args=[shop.public_id]), {"window": "30"})

    assert answer.status_code == 400
    assert "Choose at least one status" in answer.content.decode()
    assert not Operation.objects.filter(kind="preview").exists()


def test_a_shop_that_does_not_count_is_not_started(browser: Client) -> None:
    shop = connected_shop(browser)
    operations.succeed(Operation.objects.get(kind="connect").pk, ALLOWED)
    page = browser.post(
        reverse("connection-setup", args=[shop.public_id]), {"statuses": ["processing"], "window": "all"}
    ).headers["Location"]
    operations.fail(Operation.objects.get(kind="preview").pk, Finding(code="answer-timeout", params={}))

    answer = browser.post(page, {"push_trigger": "never"})

    assert "did not tell how many" in answer.content.decode()
    shop.refresh_from_db()
    assert shop.connected_at is None


def test_a_step_of_another_kind_or_shop_is_not_there(browser: Client, integration: Integration) -> None:
    _, looked = ask_for(browser, "shop.example")
    operations.succeed(looked.pk, FOUND)
    Integration.objects.filter(pk=integration.pk).update(connected_at=None)

    assert browser.get(reverse("connection-start", args=[integration.public_id, looked.public_id])).status_code == 404


def test_what_is_started_cannot_be_set_up_again(browser: Client, integration: Integration) -> None:
    answer = browser.get(reverse("connection-setup", args=[integration.public_id]))

    assert answer.headers["Location"] == reverse("integration", args=[integration.public_id])


def test_steps_of_others_are_not_there(browser: Client, stranger: Client) -> None:
    page, _ = ask_for(browser, "shop.example")

    assert stranger.get(page).status_code == 404


def test_a_shop_with_a_certificate_of_its_own_is_connected_by_pinning_it(
    browser: Client, organisation: Organisation
) -> None:
    page, looked = ask_for(browser, "shop.example")
    operations.fail(looked.pk, Finding(code="tls-self-signed", params={"host": "shop.example"}))
    assert '<details class="more" open>' in browser.get(page).content.decode()

    pem = authority("Bottega's own").pem
    page = browser.post(reverse("connect"), {"url": "shop.example", "pinned_ca": pem}).headers["Location"]
    looked = Operation.objects.filter(kind="recognise").latest("pk")
    assert looked.params["pinned_ca"] == pem.strip()
    operations.succeed(looked.pk, FOUND)
    browser.post(page, {"name": "Bottega", "consumer_key": "ck_1", "consumer_secret": "cs_1"})
    assert Integration.objects.get().pinned_ca == pem.strip()


def test_what_is_no_certificate_is_not_pinned(browser: Client, organisation: Organisation) -> None:
    answer = browser.post(reverse("connect"), {"url": "shop.example", "pinned_ca": "my certificate"})
    assert answer.status_code == 400
    assert "cannot be read" in answer.content.decode()
    assert not Operation.objects.exists()
