"""WooCommerce's consent page."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import FakeClock
from varco.hub import runtime
from varco.hub.models import Integration, Operation, Organisation, User
from varco.hub.store.plans import credentials_of
from varco.model.secret import Secret

pytestmark = pytest.mark.django_db

HUB = "hub.example"


@pytest.fixture
def public() -> Iterator[None]:
    """The hub is reached at a public https address."""
    before = runtime.current()
    runtime.use(dataclasses.replace(before, config=dataclasses.replace(before.config, public_url=f"https://{HUB}")))
    yield
    runtime.use(before)


@pytest.fixture
def recognised(organisation: Organisation, user: User) -> Operation:
    """The shop was found, in step 1 of the wizard."""
    operation: Operation = Operation.objects.create(
        organisation=organisation,
        kind="recognise",
        state=Operation.DONE,
        params={"url": "https://shop.example"},
        result={"platform": "woocommerce", "version": "", "final_url": "https://www.shop.example"},
        asked_by=user.email,
        asked_at=organisation.created_at,
    )
    return operation


def keys_page(browser: Client, recognised: Operation) -> str:
    return browser.get(reverse("connect-keys", args=[recognised.public_id]), headers={"Host": HUB}).content.decode()


def consent_link(html: str) -> str:
    return html.partition('<a class="button primary" href="')[2].partition('"')[0].replace("&amp;", "&")


def state_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["user_id"][0]


def call_back(state: str, **changed: object) -> int:
    """As the shop's server does: without a login."""
    sent = {
        "key_id": 7,
        "user_id": state,
        "consumer_key": "ck_granted",
        "consumer_secret": "cs_granted",
        "key_permissions": "read_write",
        **changed,
    }
    url = reverse("consent-callback")
    strict = Client(enforce_csrf_checks=True)
    return strict.post(url, json.dumps(sent), content_type="application/json", headers={"Host": HUB}).status_code


@pytest.mark.usefixtures("public")
def test_the_link_leads_to_the_shops_own_page(browser: Client, recognised: Operation) -> None:
    link = urlsplit(consent_link(keys_page(browser, recognised)))

    query = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert f"{link.scheme}://{link.netloc}{link.path}" == "https://www.shop.example/wc-auth/v1/authorize"
    assert query["scope"] == "read_write"
    assert query["callback_url"] == "https://hub.example/connect/woocommerce/callback"
    assert query["return_url"] == "https://hub.example/connect/woocommerce/return"


@pytest.mark.usefixtures("public")
def test_loading_the_page_again_gives_the_same_link(browser: Client, recognised: Operation) -> None:
    assert consent_link(keys_page(browser, recognised)) == consent_link(keys_page(browser, recognised))


def test_without_a_public_address_the_page_says_why_and_offers_pasting(browser: Client, recognised: Operation) -> None:
    html = browser.get(reverse("connect-keys", args=[recognised.public_id])).content.decode()

    assert "VARCO_PUBLIC_URL" in html
    assert "wc-auth" not in html
    assert 'name="consumer_key"' in html


@pytest.mark.usefixtures("public")
def test_a_shop_without_https_is_not_asked_to_hand_keys_over(browser: Client, recognised: Operation) -> None:
    recognised.result["final_url"] = "http://shop.example"
    recognised.save()

    html = keys_page(browser, recognised)

    assert "wc-auth" not in html
    assert "has no https" in html


@pytest.mark.usefixtures("public")
def test_granted_keys_make_a_connection_that_is_tried_and_not_started(
    browser: Client, recognised: Operation, user: User
) -> None:
    state = state_of(consent_link(keys_page(browser, recognised)))

    assert call_back(state) == 200

    shop = Integration.objects.get()
    operation = Operation.objects.get(kind="connect")
    assert (shop.base_url, shop.connected_at) == ("https://www.shop.example", None)
    assert credentials_of(shop) == {"consumer_key": Secret("ck_granted"), "consumer_secret": Secret("cs_granted")}
    assert (operation.integration, operation.asked_by) == (shop, user.email)
    assert state not in json.dumps(operation.params)


@pytest.mark.usefixtures("public")
def test_a_state_works_once(browser: Client, recognised: Operation) -> None:
    state = state_of(consent_link(keys_page(browser, recognised)))

    assert call_back(state) == 200
    assert call_back(state) == 404
    assert Integration.objects.count() == 1


@pytest.mark.usefixtures("public")
def test_a_made_up_state_brings_nothing_in(browser: Client, user: User) -> None:
    assert call_back("made-up") == 404
    assert call_back(str(browser.session.session_key)) == 404
    assert not Integration.objects.exists()
    assert browser.get(reverse("account"), headers={"Host": HUB}).status_code == 200


@pytest.mark.usefixtures("public")
def test_a_state_is_worth_nothing_after_two_hours(browser: Client, recognised: Operation, clock: FakeClock) -> None:
    state = state_of(consent_link(keys_page(browser, recognised)))

    clock.move(2 * 3600 + 60)

    assert call_back(state) == 404
    assert not Integration.objects.exists()


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize(
    "changed", [{"consumer_key": ""}, {"consumer_secret": "xx"}, {"consumer_key": None}, {"user_id": ""}]
)
def test_a_callback_without_usable_keys_is_refused_and_leaves_the_state(
    changed: dict[str, object], browser: Client, recognised: Operation
) -> None:
    state = state_of(consent_link(keys_page(browser, recognised)))

    assert call_back(state, **changed) == 400
    assert call_back(state) == 200


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b"x" * 20_000])
def test_something_else_at_the_callback_is_refused(body: bytes) -> None:
    answer = Client().post(reverse("consent-callback"), body, content_type="application/json", headers={"Host": HUB})

    assert answer.status_code == 400


@pytest.mark.usefixtures("public")
def test_back_from_the_shop_the_page_waits_for_the_keys_and_goes_on(browser: Client, recognised: Operation) -> None:
    state = state_of(consent_link(keys_page(browser, recognised)))
    query = {"success": "1", "user_id": state}
    url = reverse("consent-return")

    waiting = browser.get(url, query, headers={"Host": HUB})
    call_back(state)
    page = browser.get(url, query, headers={"Host": HUB})
    part = browser.get(url, query, headers={"Host": HUB, "HX-Request": "true"})

    assert "Waiting for your shop" in waiting.content.decode()
    setup = reverse("connection-setup", args=[Integration.objects.get().public_id])
    assert page.headers["Location"] == setup
    assert part.headers["HX-Redirect"] == setup


@pytest.mark.usefixtures("public")
def test_who_says_no_in_the_shop_is_told_that_nothing_was_connected(browser: Client) -> None:
    answer = browser.get(reverse("consent-return"), {"success": "0"}, headers={"Host": HUB}, follow=True)

    assert "Nothing was connected" in answer.content.decode()


@pytest.mark.usefixtures("public")
def test_the_state_of_others_leads_nowhere(browser: Client, stranger: Client, recognised: Operation) -> None:
    state = state_of(consent_link(keys_page(browser, recognised)))
    call_back(state)

    answer = stranger.get(reverse("consent-return"), {"success": "1", "user_id": state}, headers={"Host": HUB})

    assert "Waiting for your shop" in answer.content.decode()
