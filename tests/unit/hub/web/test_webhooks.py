"""The address at which shops call: what it believes, and what it tells."""

from __future__ import annotations

import hmac
import logging
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from tests.conftest import FakeClock
from tests.unit.hub.hooks import call, public_hub
from varco.hub.models import Channel, Integration, WebhookAddress, WebhookDelivery
from varco.hub.store import deliveries, integrations, webhooks
from varco.hub.web.webhooks import LARGEST, THROTTLE
from varco.model.exchange import Headers
from varco.model.secret import Secret

pytestmark = pytest.mark.django_db
BODY = b'{"id":299}'


@pytest.fixture(autouse=True)
def public(clock: FakeClock) -> Iterator[None]:
    with public_hub():
        yield
    THROTTLE._failures.clear()


@pytest.fixture
def address(integration: Integration) -> WebhookAddress:
    webhooks.claim()
    webhooks.begin(integration.pk)
    found: WebhookAddress = WebhookAddress.objects.select_related("integration").get(integration=integration)
    return found


def url(address: WebhookAddress) -> str:
    return f"https://hub.example{reverse('webhook', args=[address.path])}"


def signed(address: WebhookAddress, body: bytes = BODY, delivery_id: str = "1") -> Headers:
    secret = webhooks.secrets_of(address)[0].reveal().encode()
    return (
        ("X-WC-Webhook-Topic", "order.updated"),
        ("X-WC-Webhook-Delivery-ID", delivery_id),
        ("X-WC-Webhook-Signature", b64encode(hmac.digest(secret, body, "sha256")).decode()),
    )


def rung(address: WebhookAddress) -> bool:
    rows = Channel.objects.filter(integration=address.integration, kind="webhook", rung_at__isnull=False)
    return bool(rows.exists())


def test_a_signed_call_is_believed_without_login_or_form(address: WebhookAddress) -> None:
    assert call(url(address), signed(address), BODY) == 200
    assert rung(address)


def test_a_call_with_a_wrong_signature_is_refused_counted_and_told_nothing(address: WebhookAddress) -> None:
    client = Client(enforce_csrf_checks=True)
    headers = {"Host": "hub.example", **dict(signed(address))}
    response = client.post(reverse("webhook", args=[address.path]), BODY + b" ", "application/json", headers=headers)
    assert (response.status_code, response.content) == (401, b"")
    assert not response.cookies
    address.refresh_from_db()
    assert address.refused == 1
    assert not rung(address)
    assert not WebhookDelivery.objects.exists()


def test_a_signature_of_another_connection_is_none(address: WebhookAddress) -> None:
    other = integrations.create(
        address.organisation,
        integrations.NewIntegration(
            platform="woocommerce",
            name="Other",
            base_url="https://other.example",
            credentials={"consumer_key": Secret("ck_x"), "consumer_secret": Secret("cs_x")},
        ),
    )
    integrations.start(other, integrations.choices_of(other))
    webhooks.begin(other.pk)
    theirs = WebhookAddress.objects.select_related("integration").get(integration=other)
    assert call(url(theirs), signed(address), BODY) == 401


def test_the_greeting_is_answered_and_wakes_nobody(address: WebhookAddress) -> None:
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    assert call(url(address), form, b"webhook_id=7") == 200
    assert not rung(address)


def test_an_address_that_nobody_has_is_not_there(address: WebhookAddress) -> None:
    assert call(url(address) + "x", signed(address), BODY) == 404


def test_only_post_is_answered(address: WebhookAddress) -> None:
    assert Client().get(reverse("webhook", args=[address.path]), headers={"Host": "hub.example"}).status_code == 405


def test_a_body_that_no_order_fills_is_refused_unread(address: WebhookAddress) -> None:
    assert call(url(address), signed(address), b"x" * (LARGEST + 1)) == 413


def test_who_guesses_is_slowed_down_and_the_shop_is_not(
    address: WebhookAddress, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    answers = [call(url(address), (), BODY) for _ in range(31)]
    assert answers == [401] * 30 + [429]
    elsewhere = dict(signed(address)) | {"Host": "hub.example"}
    response = Client(REMOTE_ADDR="198.51.100.7").post(
        reverse("webhook", args=[address.path]), BODY, "application/json", headers=elsewhere
    )
    assert response.status_code == 200


def test_a_connection_that_wants_none_is_not_there(address: WebhookAddress) -> None:
    choices = replace(integrations.choices_of(address.integration), webhooks=False)
    integrations.change(address.integration, choices)
    assert call(url(address), signed(address), BODY) == 404


def test_while_the_database_is_away_the_shop_is_asked_to_come_again(
    address: WebhookAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_path: str) -> None:
        raise OperationalError("the database system is starting up")

    monkeypatch.setattr(deliveries, "address_at", away)
    headers = {"Host": "hub.example"}
    response = Client().post(reverse("webhook", args=[address.path]), BODY, "application/json", headers=headers)
    assert (response.status_code, response.headers["Retry-After"], response.content) == (503, "60", b"")


def test_the_secret_is_sealed_and_the_database_does_not_tell_it(address: WebhookAddress) -> None:
    secret = webhooks.secrets_of(address)[0].reveal()
    assert len(secret) >= 40
    assert secret.encode() not in bytes(address.secrets)


def test_the_connections_page_tells_how_they_stand(address: WebhookAddress, browser: Client) -> None:
    page = reverse("integration", args=[address.integration.public_id])
    headers = {"Host": "hub.example"}
    assert "As soon as the first one arrives" in browser.get(page, headers=headers).content.decode()
    call(url(address), signed(address), BODY)
    assert "The shop tells us at once" in browser.get(page, headers=headers).content.decode()
    with public_hub(""):
        assert "(VARCO_PUBLIC_URL)" in browser.get(page).content.decode()


def test_they_are_switched_off_in_the_settings(address: WebhookAddress, browser: Client) -> None:
    page = reverse("integration-settings", args=[address.integration.public_id])
    headers = {"Host": "hub.example"}
    assert 'name="webhooks"' in browser.get(page, headers=headers).content.decode()
    form = {"name": "Bottega", "statuses": ["processing"], "window": "all", "interval_min": 4, "push_trigger": "label"}
    assert browser.post(page, form, headers=headers).status_code == 302
    address.integration.refresh_from_db()
    assert not address.integration.webhooks
