"""The orders' list and page, number ranges and API keys, as a person meets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests.unit.hub.rows import ADDRESS, PLACED, make_order, make_product, make_shipment
from varco.hub.models import (
    ApiToken,
    Contact,
    FindingRecord,
    Integration,
    NumberRange,
    Operation,
    Order,
    OrderEvent,
    PushRow,
    User,
)
from varco.hub.store import integrations
from varco.hub.wording import sentence, step_words

pytestmark = pytest.mark.django_db


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content[:2000]
    return " ".join(response.content.decode().split())


def test_the_list_begins_with_what_waits_to_be_shipped(browser: Client, integration: Integration) -> None:
    make_order(integration, "1001")
    make_order(integration, "1002", status="completed")
    make_shipment(make_order(integration, "1003"))
    assert ["1001" in text(browser.get("/orders/")), "1003" in text(browser.get("/orders/"))] == [True, False]
    assert "1003" in text(browser.get("/orders/", {"shown": "shipped"}))
    everything = text(browser.get("/orders/", {"shown": "all"}))
    assert all(number in everything for number in ("1001", "1002", "1003"))


def test_search_and_filters_live_in_the_address(browser: Client, integration: Integration) -> None:
    make_order(integration, "1001")
    make_order(integration, "1002", address={**ADDRESS, "name": "Käthe Müller"}, status="on-hold")
    found = text(browser.get("/orders/", {"text": "müller", "status": "on-hold"}))
    assert "1002" in found
    assert "1001" not in found
    assert 'value="müller"' in found
    assert "Nothing found" in text(browser.get("/orders/", {"text": "nobody"}))


def test_pages_of_the_list_go_on_and_back(browser: Client, integration: Integration) -> None:
    for number in range(51):
        make_order(integration, f"N{number:03}", placed_at=PLACED + timedelta(minutes=number))
    first = text(browser.get("/orders/"))
    assert "N001" in first
    assert "N000" not in first
    oldest = Order.objects.get(number="N001")
    assert f"before={oldest.public_id}" in first
    second = text(browser.get("/orders/", {"before": str(oldest.public_id)}))
    assert "N000" in second
    assert "N001" not in second
    assert browser.get("/orders/", {"before": str(integration.public_id)}).status_code == 302


def test_without_a_shop_the_list_says_what_to_do(browser: Client) -> None:
    assert "Connect a shop" in text(browser.get("/orders/"))


def test_an_orders_page_tells_all_of_it(browser: Client, integration: Integration) -> None:
    order = make_order(integration, tax_total="8.10")
    make_product(integration)
    Contact.objects.filter(order=order).update(customer_note="Ring <twice>")
    page = text(browser.get(f"/orders/{order.public_id}/"))
    for said in (
        "Tazza SKU-1", "350 g", "6912 00", "Made in Italy", "Giulia Bianchi", "Bologna", "€49.90", "€5.00", "€8.10",
        "Ring &lt;twice&gt;", "PayPal", "Corriere espresso", "Came in from Bottega", "/ship/?order=",
    ):  # fmt: skip
        assert said in page, said


def test_times_and_amounts_are_in_the_readers_language(browser: Client, integration: Integration, user: User) -> None:
    User.objects.filter(pk=user.pk).update(language="it")
    order = make_order(integration)
    page = text(browser.get(f"/orders/{order.public_id}/"))
    assert "49,90 €" in page
    assert "Italia" in page
    assert "20 nov 2026, 09:30" in page


def test_what_the_shop_is_told_is_said_step_by_step(browser: Client, integration: Integration) -> None:
    order = make_order(integration)
    shipment = make_shipment(order)
    row = PushRow.objects.get()
    PushRow.objects.create(
        organisation=order.organisation,
        integration=integration,
        order=order,
        shipment=shipment,
        step="status",
        position=1,
        state=PushRow.FAILED,
        attempts=2,
        finding_code="maintenance",
        due_at=PLACED,
        created_at=PLACED,
    )
    page = text(browser.get(f"/orders/{order.public_id}/"))
    assert "Waiting for the shop" in page
    assert "The shop refuses it. It will be tried again" in page
    assert 'hx-trigger="every 5s"' in page
    PushRow.objects.update(state=PushRow.DONE, outcome="written", finding_code="", done_at=PLACED)
    state = text(browser.get(f"/orders/{order.public_id}/state/"))
    assert "Note written" in state
    assert "hx-trigger" not in state
    assert step_words(row).tone == "busy"


@pytest.mark.parametrize(
    ("state", "attempts", "outcome", "tone", "again"),
    [
        ("due", 0, "", "busy", False),
        ("due", 3, "", "warn", True),
        ("quiet", 1, "", "warn", True),
        ("failed", 1, "", "bad", True),
        ("done", 1, "written", "good", False),
        ("done", 1, "already-there", "good", False),
        ("done", 1, "doubled", "warn", False),
        ("withdrawn", 1, "not-wanted", "quiet", False),
    ],
)
def test_each_state_of_a_step_has_its_words(state: str, attempts: int, outcome: str, tone: str, again: bool) -> None:
    said = step_words(PushRow(step="note", state=state, attempts=attempts, outcome=outcome, due_at=PLACED))
    assert (said.tone, said.again_at is not None) == (tone, again)
    assert said.step == "Note with the tracking number"
    assert said.state


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("status", {"from": "pending", "to": "processing"}, "Status changed from “pending” to “Being made”"),
        ("changed", {}, "Changed in the shop"),
        ("shipped", {"carrier": "BRT"}, "Shipped with BRT"),
        ("told-shop", {"step": "status", "outcome": "written"}, "Shop told: Status set"),
        ("told-shop", {"step": "status", "outcome": "doubled"}, "Shop told: Status of the order – Stands there twice"),
        ("handed-over", {}, "Handed over to the carrier"),
        ("erased", {}, "People's data erased"),
        ("something-new", {}, "something-new"),
    ],
)
def test_history_is_told_in_sentences(integration: Integration, kind: str, data: dict[str, str], expected: str) -> None:
    integration.shop_statuses = [{"slug": "processing", "name": "Being made"}]
    order = Order(integration=integration)
    with translation.override("en"):
        assert sentence(OrderEvent(order=order, kind=kind, data=data)) == expected


def test_try_now_makes_the_waiting_steps_due(browser: Client, integration: Integration) -> None:
    order = make_order(integration)
    make_shipment(order)
    PushRow.objects.update(due_at=PLACED + timedelta(days=900), attempts=4)
    browser.post(f"/orders/{order.public_id}/tell-now/")
    assert PushRow.objects.get().due_at < PLACED + timedelta(days=800)


def test_reading_again_is_asked_once_and_followed(browser: Client, integration: Integration) -> None:
    order = make_order(integration)
    for _ in range(2):
        browser.post(f"/orders/{order.public_id}/read/")
    asked = Operation.objects.get()
    assert (asked.kind, asked.order) == ("read-order", order)
    assert 'hx-trigger="every 1s"' in text(browser.get(f"/orders/{order.public_id}/"))


def test_a_reading_that_failed_says_why(browser: Client, integration: Integration) -> None:
    order = make_order(integration)
    browser.post(f"/orders/{order.public_id}/read/")
    Operation.objects.update(
        state=Operation.FAILED, finding_code="maintenance", finding_params={"host": "shop.example"}
    )
    assert "Under maintenance" in text(browser.get(f"/orders/{order.public_id}/"))
    Order.objects.update(checked_at=Operation.objects.get().asked_at)
    assert "Under maintenance" not in text(browser.get(f"/orders/{order.public_id}/"))


def test_an_order_of_a_removed_connection_is_shown_but_not_read(browser: Client, integration: Integration) -> None:
    order = make_order(integration)
    integrations.remove(integration)
    assert "1001" in text(browser.get(f"/orders/{order.public_id}/"))
    browser.post(f"/orders/{order.public_id}/read/")
    assert not Operation.objects.exists()


def test_problems_of_an_order_stand_on_its_page(browser: Client, integration: Integration) -> None:
    order = make_order(integration)
    FindingRecord.objects.create(
        organisation=order.organisation,
        integration=integration,
        order=order,
        code="doubled-in-shop",
        params={"number": "1001"},
        confidence="certain",
        first_seen_at=PLACED,
        last_seen_at=PLACED,
    )
    assert "Twice in the shop" in text(browser.get(f"/orders/{order.public_id}/"))


def test_erasing_asks_first_and_is_an_owners(
    browser: Client, colleagues_browser: Client, integration: Integration
) -> None:
    order = make_order(integration)
    path = f"/orders/{order.public_id}/erase/"
    assert colleagues_browser.post(path).status_code == 403
    assert "cannot be undone" in text(browser.get(path))
    assert "Giulia" in text(browser.get(f"/orders/{order.public_id}/"))
    page = text(browser.post(path, follow=True))
    assert "Giulia" not in page
    assert "Bologna" not in page
    assert "/ship/?order=" not in page


def test_a_number_range_is_added_with_its_first_and_last_number(browser: Client) -> None:
    page = browser.post(
        "/number-ranges/",
        {
            "name": "Raccomandate",
            "carrier_name": "Poste",
            "first_number": "00004500",
            "last_number": "00004502",
            "before_digits": "RR",
            "after_digits": "IT",
            "check_digit": "s10",
            "link_template": "https://poste.example/{number}",
        },
        follow=True,
    )
    row = NumberRange.objects.get()
    assert (row.digits, row.next_serial, row.last_serial) == (8, 4500, 4502)
    assert "RR000045007IT" in text(page)
    browser.post(f"/number-ranges/{row.public_id}/remove/")
    assert not NumberRange.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"first_number": "12a"}, "digits only"),
        ({"first_number": "9", "last_number": "5"}, "behind the last"),
        ({"before_digits": "with space"}, "spaces"),
        ({"check_digit": "s10"}, "S10"),
        ({"link_template": "http://poste.example/{number}"}, "https://"),
        ({"name": "Taken"}, "already"),
    ],
)
def test_a_number_range_that_cannot_be_says_why(browser: Client, wrong: dict[str, str], word: str) -> None:
    good = {"name": "Taken", "carrier_name": "Poste", "first_number": "01", "last_number": "99", "check_digit": "none"}
    assert browser.post("/number-ranges/", good).status_code == 302
    assert word in text(browser.post("/number-ranges/", {**good, "name": "Other", **wrong}), 400)
    assert NumberRange.objects.count() == 1


def test_number_ranges_are_changed_by_owners_alone(colleagues_browser: Client, browser: Client) -> None:
    good = {"name": "One", "carrier_name": "Poste", "first_number": "01", "check_digit": "none"}
    assert colleagues_browser.post("/number-ranges/", good).status_code == 403
    browser.post("/number-ranges/", good)
    assert "One" in text(colleagues_browser.get("/number-ranges/"))
    row = NumberRange.objects.get()
    assert colleagues_browser.post(f"/number-ranges/{row.public_id}/remove/").status_code == 403


def test_an_api_key_is_shown_once_and_revoked(browser: Client) -> None:
    page = text(browser.post("/api-keys/", {"name": "loading dock"}))
    key = page.partition('value="varco_')[2].partition('"')[0]
    assert len(key) > 40
    headers = {"authorization": f"Bearer varco_{key}"}
    assert Client().get("/api/v1/orders", headers=headers).status_code == 200
    again = text(browser.get("/api-keys/"))
    assert "loading dock" in again
    assert key not in again
    browser.post(f"/api-keys/{ApiToken.objects.get().public_id}/revoke/")
    assert Client().get("/api/v1/orders", headers=headers).status_code == 401
    assert "loading dock" not in text(browser.get("/api-keys/"))


def test_api_keys_are_an_owners(colleagues_browser: Client) -> None:
    assert colleagues_browser.get("/api-keys/").status_code == 403
