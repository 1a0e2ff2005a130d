"""Changing a connection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import FakeClock
from tests.unit.net.certificates import authority
from varco.hub.models import Integration, Operation
from varco.hub.store import operations
from varco.hub.store.plans import credentials_of, seal_credentials
from varco.model.secret import Secret

pytestmark = pytest.mark.django_db

STATUSES = [
    {"slug": "pending", "name": "In attesa di pagamento"},
    {"slug": "processing", "name": "In lavorazione"},
    {"slug": "awaiting-pickup", "name": "Pronto al ritiro"},
    {"slug": "completed", "name": "Completato"},
    {"slug": "cancelled", "name": "Annullato"},
]
GIVEN = {
    "name": "Bottega di Anna",
    "statuses": ["processing", "awaiting-pickup"],
    "window": "all",
    "since": "",
    "interval_min": "10",
    "push_trigger": "scan",
    "push_status": "",
    "push_from_statuses": ["processing"],
}


@pytest.fixture
def shop(integration: Integration) -> Integration:
    """It has told its statuses."""
    integration.shop_statuses = STATUSES
    integration.save()
    return integration


def settings_url(shop: Integration) -> str:
    return reverse("integration-settings", args=[shop.public_id])


def test_the_shops_own_statuses_are_offered_by_its_own_names(browser: Client, shop: Integration) -> None:
    html = browser.get(settings_url(shop)).content.decode()

    assert "Pronto al ritiro" in html
    assert "on-hold" in html  # in use, though the shop does not name it
    offered_to_set_from = html.partition('id="id_push_from_statuses"')[2]
    assert "Annullato" not in offered_to_set_from


def test_settings_are_kept(browser: Client, shop: Integration) -> None:
    answer = browser.post(settings_url(shop), GIVEN)

    assert answer.status_code == 302
    shop.refresh_from_db()
    assert shop.name == "Bottega di Anna"
    assert shop.import_statuses == ["processing", "awaiting-pickup"]
    assert shop.import_since is None
    assert (shop.push_trigger, shop.push_status, shop.push_notify) == ("scan", "", False)
    assert shop.push_from_statuses == ["processing"]
    assert shop.poll_interval_s == 600


def test_a_window_that_is_not_touched_stays_to_the_second(browser: Client, shop: Integration) -> None:
    before = shop.import_since
    assert before is not None
    shop.organisation.time_zone = "Europe/Rome"
    shop.organisation.save()
    html = browser.get(settings_url(shop)).content.decode()
    shown = html.partition('name="since" value="')[2].partition('"')[0]

    browser.post(settings_url(shop), {**GIVEN, "window": "date", "since": shown})

    shop.refresh_from_db()
    assert shop.import_since == before


def test_a_day_begins_where_the_organisation_is(browser: Client, shop: Integration) -> None:
    shop.organisation.time_zone = "Europe/Rome"
    shop.organisation.save()

    browser.post(settings_url(shop), {**GIVEN, "window": "date", "since": "2026-07-01"})

    shop.refresh_from_db()
    assert shop.import_since == datetime(2026, 6, 30, 22, 0, tzinfo=UTC)


def test_the_last_days_are_counted_from_now(browser: Client, shop: Integration, clock: FakeClock) -> None:
    browser.post(settings_url(shop), {**GIVEN, "window": "90"})

    shop.refresh_from_db()
    assert shop.import_since == clock.now() - timedelta(days=90)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("statuses", []),
        ("statuses", ["no-such-status"]),
        ("window", "date"),
        ("interval_min", "0"),
        ("interval_min", "often"),
        ("push_trigger", "sometimes"),
        ("push_status", "no-such-status"),
        ("push_from_statuses", ["cancelled"]),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_changed(
    field: str, value: object, browser: Client, shop: Integration
) -> None:
    answer = browser.post(settings_url(shop), {**GIVEN, field: value})

    assert answer.status_code == 400
    named = "since" if field == "window" else field
    assert f'id="id_{named}_error"' in answer.content.decode()
    shop.refresh_from_db()
    assert shop.name == "Bottega"


def access_url(shop: Integration) -> str:
    return reverse("connection-access", args=[shop.public_id])


def test_keys_are_never_shown(browser: Client, shop: Integration) -> None:
    html = browser.get(access_url(shop)).content.decode()

    assert "ck_test" not in html
    assert "cs_test" not in html


def test_new_keys_are_kept_sealed_and_tried_at_once(browser: Client, shop: Integration) -> None:
    given = {"url": "shop.example", "consumer_key": " ck_new ", "consumer_secret": "cs_new"}

    answer = browser.post(access_url(shop), given)

    shop.refresh_from_db()
    operation = Operation.objects.get(kind="connect")
    assert credentials_of(shop) == {"consumer_key": Secret("ck_new"), "consumer_secret": Secret("cs_new")}
    assert answer.headers["Location"] == f"{access_url(shop)}?operation={operation.public_id}"


def test_half_a_pair_of_keys_is_refused_and_not_sent_back(browser: Client, shop: Integration) -> None:
    answer = browser.post(access_url(shop), {"url": "shop.example", "consumer_key": "ck_half", "consumer_secret": ""})

    assert answer.status_code == 400
    assert "belong together" in answer.content.decode()
    assert "ck_half" not in answer.content.decode()
    assert credentials_of(shop)["consumer_key"] == Secret("ck_test")


def test_how_the_keys_travel_can_be_chosen_and_taken_back(browser: Client, shop: Integration) -> None:
    same = {"url": "https://shop.example", "consumer_key": "", "consumer_secret": ""}

    browser.post(access_url(shop), {**same, "option_auth": "query"})
    shop.refresh_from_db()
    chosen, html = shop.options, browser.get(access_url(shop)).content.decode()
    browser.post(access_url(shop), {**same, "option_auth": ""})
    shop.refresh_from_db()

    assert chosen == {"auth": "query"}
    assert '<option value="query" selected>' in html
    assert "written into the server" in html
    assert shop.options == {}


def test_an_address_alone_keeps_the_keys(browser: Client, shop: Integration) -> None:
    browser.post(access_url(shop), {"url": "https://new.example/", "consumer_key": "", "consumer_secret": ""})

    shop.refresh_from_db()
    assert shop.base_url == "https://new.example"
    assert credentials_of(shop)["consumer_key"] == Secret("ck_test")


def test_the_shops_own_certificate_is_pinned_and_let_go(browser: Client, shop: Integration) -> None:
    page = reverse("connection-access", args=[shop.public_id])
    pem = authority("Bottega's own").pem.strip()
    browser.post(page, {"url": shop.base_url, "pinned_ca": pem})
    shop.refresh_from_db()
    assert shop.pinned_ca == pem
    browser.post(page, {"url": shop.base_url, "pinned_ca": ""})
    shop.refresh_from_db()
    assert shop.pinned_ca == ""


@pytest.mark.parametrize("url", ["", "ftp://shop.example", "https://user:secret@shop.example", "two words"])
def test_an_address_that_cannot_be_is_refused(url: str, browser: Client, shop: Integration) -> None:
    answer = browser.post(access_url(shop), {"url": url, "consumer_key": "", "consumer_secret": ""})

    assert answer.status_code == 400
    assert 'id="id_url_error"' in answer.content.decode()


def test_a_trial_is_followed_and_then_says_what_the_keys_may_do(browser: Client, shop: Integration) -> None:
    follow = browser.post(reverse("connection-try", args=[shop.public_id])).headers["Location"]

    waiting = browser.get(follow, headers={"HX-Request": "true"}).content.decode()
    operations.succeed(
        Operation.objects.get(kind="connect").pk,
        {
            "read_orders": True,
            "write_orders": False,
            "read_products": None,
            "problems": [{"code": "permission-missing", "params": {"host": "shop.example"}}],
            "warnings": [],
        },
    )
    done = browser.get(follow, headers={"HX-Request": "true"}).content.decode()

    assert 'hx-trigger="every 1s"' in waiting
    assert "hx-trigger" not in done
    assert "<html" not in done
    assert "not allowed" in done
    assert "could not be told" in done
    assert "Permission missing" in done


def test_what_need_not_be_given_may_be_given_alone_and_stays(browser: Client, shop: Integration) -> None:
    keys = {name: f"{name}-old" for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")}
    shop.platform = "magento"
    seal_credentials(shop, {name: Secret(text) for name, text in keys.items()})
    shop.save()
    empty = {**dict.fromkeys(keys, ""), "url": "https://shop.example", "store_views": "", "source_code": ""}

    browser.post(access_url(shop), {**empty, "store_views": "outlet"})
    shop.refresh_from_db()
    alone = credentials_of(shop)
    browser.post(access_url(shop), {**empty, **{name: f"{name}-new" for name in keys}})
    shop.refresh_from_db()

    assert alone == {**{name: Secret(text) for name, text in keys.items()}, "store_views": Secret("outlet")}
    assert credentials_of(shop) == {
        **{name: Secret(f"{name}-new") for name in keys},
        "store_views": Secret("outlet"),
    }
