"""What holds for every page: who may open it, what it may load, that a change needs a form of ours."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from varco.hub.models import Integration, Operation, Organisation, User
from varco.hub.web import urls

pytestmark = pytest.mark.django_db

OPEN = {
    "healthz",
    "setup",
    "login",
    "choose-password",
    "consent-callback",
    "public-check",
    "public-check-result",
    "recheck",
    "webhook",
    "identity",
    "ips-json",
    "ips",
}
"""For who is not signed in."""
CHANGES = {
    "logout",
    "account-person",
    "account-mails",
    "account-password",
    "choose-organisation",
    "member-link",
    "member-role",
    "integration-refresh",
    "integration-pause",
    "integration-resume",
    "connection-try",
    "integration-examine",
    "integration-lines-list",
    "integration-lines-keep",
    "integration-lines-forget",
}
"""They change something and show nothing."""
FORMS = {
    "setup",
    "login",
    "organisation",
    "members",
    "member-remove",
    "connect",
    "connect-keys",
    "integration-remove",
    "integration-settings",
    "connection-access",
    "connection-setup",
    "connection-start",
}
"""They show a form, and take it back."""
OWNERS = {"organisation", "members", "member-link", "member-role", "member-remove"}


def name_of(pattern: object) -> str:
    return str(getattr(pattern, "name", ""))


NAMES = sorted(name for name in map(name_of, urls.urlpatterns) if name)


@pytest.fixture
def address(integration: Integration, organisation: Organisation, user: User, colleague: User) -> dict[str, str]:
    """Of each page, with rows of our organisation in it."""
    asked = {
        kind: Operation.objects.create(
            organisation=organisation,
            integration=integration if kind == "preview" else None,
            kind=kind,
            state=Operation.DONE,
            params={"url": "https://shop.example", "statuses": ["processing"], "since": None},
            result={"platform": "woocommerce", "final_url": "https://shop.example", "count": 3},
            asked_by=user.email,
            asked_at=integration.created_at,
        )
        for kind in ("recognise", "preview")
    }
    values: dict[str, list[object]] = {
        "choose-password": [user.public_id, "abc-def"],
        "public-check-result": ["abc-def"],
        "recheck": ["abc-def"],
        "webhook": ["abc-def"],
        "ips": ["ips.txt"],
        "integration-lines-forget": [integration.public_id, uuid4()],
        "connect-keys": [asked["recognise"].public_id],
        "connection-start": [integration.public_id, asked["preview"].public_id],
        "integration-exchange": [integration.public_id, uuid4()],
    }
    for name in NAMES:
        if name.startswith("member-"):
            values[name] = [colleague.public_id]
        elif name.startswith(("integration-", "connection-")) or name == "integration":
            values.setdefault(name, [integration.public_id])
    return {name: reverse(name, args=values.get(name, [])) for name in NAMES}


@pytest.mark.parametrize("name", sorted(set(NAMES) - OPEN - CHANGES))
def test_a_visitor_is_sent_to_the_login(name: str, address: dict[str, str], client: Client) -> None:
    answer = client.get(address[name])

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/?next=/")


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_what_changes_something_is_not_to_be_had_by_a_link(name: str, address: dict[str, str], browser: Client) -> None:
    assert browser.get(address[name]).status_code == 405


@pytest.mark.parametrize("name", sorted(CHANGES | FORMS))
def test_a_form_from_elsewhere_is_refused(name: str, address: dict[str, str], user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)

    answer = strict.post(address[name], {"name": "x"})

    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


@pytest.mark.parametrize("name", sorted(set(NAMES) - CHANGES - FORMS - OPEN))
def test_a_page_that_only_shows_takes_no_form(name: str, address: dict[str, str], browser: Client) -> None:
    assert browser.post(address[name]).status_code == 405


@pytest.mark.parametrize("name", NAMES)
def test_no_page_runs_scripts_or_styles_written_into_it(name: str, address: dict[str, str], browser: Client) -> None:
    answer = browser.get(address[name])

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    html = answer.content.decode()
    assert " style=" not in html
    assert " onclick=" not in html
    assert "<script>" not in html


@pytest.mark.parametrize("name", sorted(n for n in NAMES if n.startswith(("integration", "connection-"))))
def test_what_belongs_to_others_is_not_there(name: str, address: dict[str, str], stranger: Client) -> None:
    if name == "integrations":
        assert "Bottega" not in stranger.get(address[name]).content.decode()
    else:
        send = stranger.post if name in CHANGES else stranger.get
        assert send(address[name]).status_code == 404


@pytest.mark.parametrize("name", sorted(OWNERS))
def test_members_are_the_owners_business(name: str, address: dict[str, str], colleagues_browser: Client) -> None:
    send = colleagues_browser.post if name in CHANGES else colleagues_browser.get

    answer = send(address[name])

    assert answer.status_code == 403
    assert "owners of the organisation" in answer.content.decode()


def test_what_a_signed_in_person_saw_is_kept_by_no_cache(browser: Client) -> None:
    assert browser.get(reverse("account")).headers["Cache-Control"] == "private, no-store"


def test_a_part_of_a_page_takes_the_whole_page_to_the_login(client: Client, address: dict[str, str]) -> None:
    answer = client.get(address["integration-card"], headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == "/login/"


def test_pages_say_that_no_worker_runs_instead_of_waiting(browser: Client) -> None:
    assert "no worker is running" in browser.get(reverse("integrations")).content.decode()


@pytest.mark.usefixtures("worker")
def test_pages_say_nothing_of_workers_while_one_lives(browser: Client) -> None:
    assert "no worker is running" not in browser.get(reverse("integrations")).content.decode()


def test_pages_speak_the_readers_language(browser: Client, user: User, client: Client) -> None:
    user.language = "it"
    user.save()

    assert '<html lang="it">' in browser.get(reverse("account")).content.decode()
    assert '<html lang="it">' in client.get(reverse("login"), headers={"Accept-Language": "it-IT,it"}).content.decode()
    assert '<html lang="en">' in client.get(reverse("login"), headers={"Accept-Language": "sw"}).content.decode()


def test_somebody_without_an_organisation_is_told_so(organisation: Organisation, user: User) -> None:
    lonely = User.objects.create_user("nobody@shop.example", "correct horse battery")
    client = Client()
    client.force_login(lonely)

    answer = client.get(reverse("integrations"))

    assert answer.status_code == 403
    assert "You belong to no organisation" in answer.content.decode()
    assert reverse("logout") in answer.content.decode()


def test_an_address_that_leads_nowhere_says_so_in_plain_words(browser: Client) -> None:
    answer = browser.get("/there-is-no-such-page/")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
