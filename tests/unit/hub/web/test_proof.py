"""The connection's page proves that nothing is missing, in the API and in the list of shipments as well."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import FakeClock
from tests.unit.hub.rows import make_order, make_shipment
from varco.hub.models import Integration, UnreadOrder
from varco.hub.store import aftermath, gaps, proof, repairs, rota
from varco.hub.store.evidence import Owner
from varco.hub.store.pages import Saved

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    assert response.status_code == 200, response.content[:2000]
    return " ".join(response.content.decode().split())


def page(browser: Client, integration: Integration) -> str:
    return text(browser.get(reverse("integration", args=[integration.public_id])))


def owner(integration: Integration) -> Owner:
    return Owner(integration.organisation_id, integration.pk)


def compare(integration: Integration, theirs: int, ours: int, *, again: bool = False) -> None:
    rota.compared(owner(integration), {"processing": theirs}, {"processing": ours}, again=again)
    integration.refresh_from_db()


def test_before_the_first_comparing_the_page_says_so(browser: Client, integration: Integration) -> None:
    assert "Not compared yet" in page(browser, integration)


def test_equal_counts_are_shown_by_the_shops_own_names(
    browser: Client, integration: Integration, clock: FakeClock
) -> None:
    integration.shop_statuses = [{"slug": "processing", "name": "In lavorazione"}]
    integration.save()
    compare(integration, 1234, 1234)
    shown = page(browser, integration)
    assert "All there" in shown
    assert "In lavorazione" in shown
    assert shown.count("1,234") == 2


def test_a_difference_is_told_by_number_from_when_it_is_found_until_it_is_gone(
    browser: Client, integration: Integration, clock: FakeClock
) -> None:
    compare(integration, 12, 10)
    assert "Being repaired" in page(browser, integration)
    repairs.note(integration.pk, came=["1042", "1043"], gone=["77"], moved=["78"])
    compare(integration, 12, 12, again=True)
    shown = page(browser, integration)
    assert "All there" in shown
    assert "2 orders were missing and have come:" in shown
    assert "text=1042" in shown
    assert "1 order was deleted in the shop:" in shown
    assert "1 order had another status:" in shown


def test_a_difference_that_stays_is_said(browser: Client, integration: Integration, clock: FakeClock) -> None:
    compare(integration, 12, 10)
    compare(integration, 12, 10, again=True)
    assert "The counts differ all the same" in page(browser, integration)
    assert proof.of(integration).state == "differs"


def test_a_difference_with_a_known_reason_is_explained(
    browser: Client, integration: Integration, clock: FakeClock
) -> None:
    UnreadOrder.objects.create(
        organisation=integration.organisation,
        integration=integration,
        remote_id="9",
        finding_code="order-unreadable",
        first_seen_at=clock.now(),
        last_seen_at=clock.now(),
    )
    compare(integration, 11, 10)
    assert "Explained" in page(browser, integration)
    assert repairs.of(integration) is None


def test_after_a_gap_the_page_tells_what_came(browser: Client, integration: Integration, clock: FakeClock) -> None:
    gaps.begin(integration.pk, clock.now(), tell=True)
    gaps.add(integration.pk, Saved(new=2, new_numbers=["1001", "1002"]), more=True)
    integration.refresh_from_db()
    assert "Being read" in page(browser, integration)
    gaps.add(integration.pk, Saved(new=12, new_numbers=[str(number) for number in range(1003, 1015)]), more=False)
    gaps.add(integration.pk, Saved(new=99, new_numbers=["late"]), more=False)
    shown = page(browser, integration)
    assert "14 orders recovered" in shown
    assert "text=1014" in shown
    assert "late" not in shown


def test_the_api_says_the_same(browser: Client, integration: Integration, clock: FakeClock) -> None:
    compare(integration, 12, 10)
    repairs.note(integration.pk, came=["1042"])
    gaps.begin(integration.pk, clock.now(), tell=True)
    gaps.add(integration.pk, Saved(new=1, new_numbers=["1042"]), more=False)
    told = browser.get(f"/api/v1/integrations/{integration.public_id}").json()
    assert told["proof"]["state"] == "repairing"
    assert told["proof"]["counts"] == [{"status": "processing", "status_name": "processing", "theirs": 12, "ours": 10}]
    assert told["proof"]["repair"]["came"] == ["1042"]
    assert (told["recovered"]["new"], told["recovered"]["numbers"]) == (1, ["1042"])


def test_a_shipment_of_an_order_that_was_cancelled_then_is_shown_as_such(
    browser: Client, integration: Integration
) -> None:
    order, other = make_order(integration, "1001"), make_order(integration, "1002")
    shipment = make_shipment(order)
    make_shipment(other, "TRK2")
    order.status = "cancelled"
    order.save()
    aftermath.look([order.pk, other.pk])
    listed = text(browser.get("/shipments/"))
    assert listed.count("Cancelled in the shop") == 1
    for path in (f"/shipments/{shipment.public_id}/", f"/orders/{order.public_id}/"):
        assert "Shipped, but cancelled in the shop" in text(browser.get(path))
    told = browser.get(f"/api/v1/shipments/{shipment.public_id}").json()
    assert [problem["code"] for problem in told["problems"]] == ["shipped-but-closed"]


def test_a_closed_order_is_not_offered_to_ship(browser: Client, integration: Integration) -> None:
    order = make_order(integration, status="cancelled")
    assert f"/ship/?order={order.public_id}" not in text(browser.get(f"/orders/{order.public_id}/"))
