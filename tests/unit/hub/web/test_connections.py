"""The list of connections and the page of one."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import FakeClock
from tests.unit.hub.rows import make_integration
from varco.hub.models import Channel, ExchangeRecord, FindingRecord, Integration, Operation, User
from varco.hub.store import integrations, operations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worker")]

HTMX = {"HX-Request": "true"}
REFUSED = {"host": "shop.example", "product": "nginx", "method": "GET", "status": 403}


def page(browser: Client, name: str, integration: Integration, **query: str) -> str:
    answer = browser.get(reverse(name, args=[integration.public_id]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def make_slowed(integration: Integration, clock: FakeClock) -> None:
    Channel.objects.filter(integration=integration, kind=Channel.IMPORT).update(
        state=Channel.SLOWED,
        failures=7,
        since=clock.now() - timedelta(hours=5),
        finding_code="refused-by-server",
        finding_params=REFUSED,
        last_success_at=clock.now() - timedelta(hours=6),
        next_attempt_at=clock.now() + timedelta(minutes=34),
    )


def test_the_list_says_how_each_shop_is(browser: Client, integration: Integration, clock: FakeClock) -> None:
    make_slowed(integration, clock)
    quiet = make_integration(integration.organisation, "Outlet")
    integrations.pause(quiet)

    html = browser.get(reverse("integrations")).content.decode()

    assert "Slowed" in html
    assert "nginx at shop.example refuses GET (403)" in html
    assert "6 hours ago" in html
    assert "Outlet" in html
    assert "Paused" in html


def test_an_empty_list_leads_to_the_first_connection(browser: Client) -> None:
    assert "Connect your first shop" in browser.get(reverse("integrations")).content.decode()


def test_a_refresh_is_followed_until_it_says_what_came(browser: Client, integration: Integration, user: User) -> None:
    url = reverse("integration-refresh", args=[integration.public_id])

    asked = browser.post(url, headers=HTMX).content.decode()

    operation = Operation.objects.get(kind="refresh")
    assert operation.asked_by == user.email
    assert 'hx-trigger="every 1s"' in asked
    assert "Asking the shop" in asked
    card = reverse("integration-card", args=[integration.public_id])
    assert f"{card}?operation={operation.public_id}" in asked

    integrations_done(integration)
    operations.succeed(operation.pk, {"new": 12, "changed": 3})
    done = browser.get(card, {"operation": str(operation.public_id)}).content.decode()

    assert "12 new, 3 changed" in done
    assert 'hx-trigger="every 30s"' in done


def integrations_done(integration: Integration) -> None:
    Integration.objects.filter(pk=integration.pk).update(import_done_at=integration.connected_at)


def test_a_refresh_that_brings_nothing_says_so(browser: Client, integration: Integration) -> None:
    operation = integrations.refresh(integration, by="x")
    operations.succeed(operation.pk, {"new": 0, "changed": 0})

    assert "nothing new" in page(browser, "integration-card", integration, operation=str(operation.public_id))


def test_a_refresh_that_fails_says_why(browser: Client, integration: Integration) -> None:
    operation = integrations.refresh(integration, by="x")
    Operation.objects.filter(pk=operation.pk).update(
        state=Operation.FAILED, finding_code="refused-by-server", finding_params=REFUSED
    )

    assert "refuses GET" in page(browser, "integration-card", integration, operation=str(operation.public_id))


def test_asked_twice_it_is_one_refresh(browser: Client, integration: Integration) -> None:
    url = reverse("integration-refresh", args=[integration.public_id])
    browser.post(url, headers=HTMX)
    browser.post(url, headers=HTMX)

    assert Operation.objects.filter(kind="refresh").count() == 1


def test_without_scripts_the_refresh_comes_back_to_its_page(browser: Client, integration: Integration) -> None:
    url = reverse("integration-refresh", args=[integration.public_id])

    from_list = browser.post(url, {"back": "list"}).headers["Location"]
    from_page = browser.post(url).headers["Location"]

    assert from_list.startswith("/connections/?operation=")
    assert from_page.startswith(f"/connections/{integration.public_id}/?operation=")


def test_old_news_and_the_news_of_another_shop_are_not_shown(
    browser: Client, integration: Integration, clock: FakeClock
) -> None:
    other = make_integration(integration.organisation, "Outlet")
    operation = integrations.refresh(integration, by="x")
    operations.succeed(operation.pk, {"new": 7})

    assert "7 new" not in page(browser, "integration-card", other, operation=str(operation.public_id))
    clock.move(600)
    assert "7 new" not in page(browser, "integration-card", integration, operation=str(operation.public_id))
    assert "7 new" not in page(browser, "integration-card", integration, operation="nonsense")


def test_the_page_says_why_since_when_and_what_to_do(
    browser: Client, integration: Integration, clock: FakeClock
) -> None:
    make_slowed(integration, clock)

    html = page(browser, "integration", integration)

    assert "Refused by the web server" in html
    assert "Your hosting provider&#x27;s move" in html
    assert "<code>varco check</code>" in html
    assert "Failures in a row" in html
    assert "in 34 minutes" in html


def test_an_import_shows_how_far_it_is_and_how_long_it_takes(
    browser: Client, integration: Integration, clock: FakeClock
) -> None:
    Integration.objects.filter(pk=integration.pk).update(import_total=1000, import_seen=100)
    first = page(browser, "integration-status", integration)
    poll = first.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")

    clock.move(60)
    Integration.objects.filter(pk=integration.pk).update(import_seen=400)
    second = browser.get(poll).content.decode()

    assert '<progress value="100" max="1000">' in first
    assert "minutes left" not in first
    assert '<progress value="400" max="1000">' in second
    assert "About 2 minutes left" in second


@pytest.mark.parametrize("query", [{"from": "x", "seen": "1"}, {"from": "9" * 30, "seen": "1"}, {"from": "1"}])
def test_a_made_up_address_of_the_progress_does_no_harm(
    query: dict[str, str], browser: Client, integration: Integration
) -> None:
    assert "minutes left" not in page(browser, "integration-status", integration, **query)


def test_pausing_and_going_on(browser: Client, integration: Integration) -> None:
    browser.post(reverse("integration-pause", args=[integration.public_id]))
    integration.refresh_from_db()
    assert integration.paused_at is not None
    assert "Resume" in page(browser, "integration", integration)

    browser.post(reverse("integration-resume", args=[integration.public_id]))
    integration.refresh_from_db()
    assert integration.paused_at is None


def test_removing_asks_first_and_then_it_is_gone(browser: Client, integration: Integration) -> None:
    url = reverse("integration-remove", args=[integration.public_id])

    assert "Remove Bottega?" in browser.get(url).content.decode()
    integration.refresh_from_db()
    assert integration.removed_at is None

    browser.post(url)
    integration.refresh_from_db()
    assert integration.removed_at is not None
    assert browser.get(url).status_code == 404


def test_an_unfinished_connection_leads_back_to_the_wizard(browser: Client, integration: Integration) -> None:
    Integration.objects.filter(pk=integration.pk).update(connected_at=None)

    shown = browser.get(reverse("integration", args=[integration.public_id]))
    refreshed = browser.post(reverse("integration-refresh", args=[integration.public_id]))

    assert shown.headers["Location"] == reverse("connection-setup", args=[integration.public_id])
    assert refreshed.headers["Location"] == shown.headers["Location"]
    assert "did not finish" in browser.get(reverse("integrations")).content.decode()


def keep_request(integration: Integration, clock: FakeClock, number: int = 0, **values: object) -> ExchangeRecord:
    row: ExchangeRecord = ExchangeRecord.objects.create(
        **{
            "organisation": integration.organisation,
            "integration": integration,
            "at": clock.now() - timedelta(minutes=number),
            "purpose": "poll",
            "method": "GET",
            "url": f"https://shop.example/wp-json/wc/v3/orders?page={number}",
            "status": 200,
            "total_ms": 812,
            **values,
        }
    )
    return row


def keep_failure(integration: Integration, clock: FakeClock) -> ExchangeRecord:
    detail = {
        "request_headers": [["User-Agent", "Varco/0.1.0"], ["Authorization", "***"]],
        "request_body": "",
        "timings": {"dns_ms": 12, "connect_ms": 33, "wait_ms": None, "total_ms": 45},
        "failure": "",
        "response_headers": [["Server", "nginx"]],
        "response_body": "<script>alert(1)</script>",
    }
    return keep_request(integration, clock, 1, status=403, finding_code="refused-by-server", detail=detail)


def test_the_log_can_show_failures_only(browser: Client, integration: Integration, clock: FakeClock) -> None:
    keep_request(integration, clock, 7)
    keep_failure(integration, clock)

    everything = page(browser, "integration-log", integration)
    failures = page(browser, "integration-log", integration, shown="failures")

    assert "orders?page=7" in everything
    assert "orders?page=7" not in failures
    assert "Refused by the web server" in failures


def test_the_log_has_pages(browser: Client, integration: Integration, clock: FakeClock) -> None:
    for number in range(60):
        keep_request(integration, clock, number)

    first = page(browser, "integration-log", integration)
    second = page(browser, "integration-log", integration, page="2")

    assert "Page 1 of 2" in first
    assert "orders?page=55" in second
    assert "orders?page=55" not in first


def test_a_request_shows_what_an_engineer_needs_and_runs_nothing(
    browser: Client, integration: Integration, clock: FakeClock
) -> None:
    row = keep_failure(integration, clock)
    FindingRecord.objects.create(
        organisation=integration.organisation,
        integration=integration,
        code="refused-by-server",
        params=REFUSED,
        confidence="high",
        exchange=row,
        first_seen_at=clock.now(),
        last_seen_at=clock.now(),
    )

    html = browser.get(reverse("integration-exchange", args=[integration.public_id, row.public_id])).content.decode()

    assert "Server: nginx" in html
    assert "Looking up the name" in html
    assert "nginx at shop.example refuses GET (403)" in html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_request_is_found_only_at_its_own_shop(browser: Client, integration: Integration, clock: FakeClock) -> None:
    other = make_integration(integration.organisation, "Outlet")
    row = keep_request(other, clock)

    assert browser.get(reverse("integration-exchange", args=[integration.public_id, row.public_id])).status_code == 404
    assert browser.get(reverse("integration-exchange", args=[integration.public_id, uuid4()])).status_code == 404


def test_problems_are_told_apart_from_what_is_over(browser: Client, integration: Integration, clock: FakeClock) -> None:
    for code, cleared in (("refused-by-server", None), ("maintenance", clock.now())):
        FindingRecord.objects.create(
            organisation=integration.organisation,
            integration=integration,
            code=code,
            params=REFUSED,
            confidence="high",
            first_seen_at=clock.now() - timedelta(hours=2),
            last_seen_at=clock.now(),
            times=4,
            cleared_at=cleared,
        )

    html = page(browser, "integration-problems", integration)

    assert "seen 4 times" in html
    assert html.index("Refused by the web server") < html.index("Solved") < html.index("Under maintenance")
