"""In and out."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.unit.hub.web.conftest import PASSWORD
from varco.hub.models import User
from varco.hub.web.login import password_link

pytestmark = pytest.mark.django_db


def try_login(client: Client, password: str, *, sender: str, email: str = "rossi@shop.example") -> str:
    """What the page says; empty if it let us in."""
    answer = client.post(reverse("login"), {"email": email, "password": password}, REMOTE_ADDR=sender)
    return "" if answer.status_code == 302 else answer.content.decode()


def test_the_right_password_opens(client: Client, user: User) -> None:
    answer = client.post(reverse("login"), {"email": "Rossi@Shop.example", "password": PASSWORD})

    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("integrations")
    assert client.get(reverse("account")).status_code == 200


def test_a_wrong_password_and_an_unknown_person_sound_alike(client: Client, user: User) -> None:
    wrong = try_login(client, "not the password", sender="198.51.100.10")
    unknown = try_login(client, PASSWORD, sender="198.51.100.10", email="who@shop.example")

    sentence = "do not fit together"
    assert sentence in wrong
    assert sentence in unknown
    assert "not the password" not in wrong


def test_guessing_is_slowed_down_and_ends_by_itself(client: Client, user: User, clock: object) -> None:
    for _ in range(8):
        assert "do not fit" in try_login(client, "a wrong guess", sender="198.51.100.11")

    assert "Wait a quarter of an hour" in try_login(client, PASSWORD, sender="198.51.100.11")
    assert try_login(client, PASSWORD, sender="198.51.100.12") == ""

    client.logout()
    clock.move(15 * 60 + 1)  # type: ignore[attr-defined]
    assert try_login(client, PASSWORD, sender="198.51.100.11") == ""


def test_nobody_is_led_away_after_the_login(client: Client, user: User) -> None:
    given = {"email": user.email, "password": PASSWORD, "next": "https://evil.example/"}

    assert client.post(reverse("login"), given).headers["Location"] == reverse("integrations")


def test_the_reader_comes_to_the_page_that_was_wanted(client: Client, user: User) -> None:
    given = {"email": user.email, "password": PASSWORD, "next": "/account/"}

    assert client.post(reverse("login"), given).headers["Location"] == "/account/"


def test_an_account_that_is_closed_does_not_open(client: Client, user: User) -> None:
    user.is_active = False
    user.save()

    assert "do not fit" in try_login(client, PASSWORD, sender="198.51.100.13")


def test_out_is_out(browser: Client) -> None:
    browser.post(reverse("logout"))

    assert browser.get(reverse("account")).status_code == 302


def link_for(user: User) -> str:
    return urlsplit(password_link(RequestFactory().get("/"), user)).path


def test_a_link_lets_its_person_choose_a_password_once(client: Client, user: User) -> None:
    link = link_for(user)

    page = client.get(link)
    chosen = client.post(link, {"password": "a fresh long password"})
    again = Client().get(link)

    assert user.email in page.content.decode()
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert chosen.status_code == 302
    assert again.status_code == 404
    assert "This link is over" in again.content.decode()
    user.refresh_from_db()
    assert user.check_password("a fresh long password")


def test_a_made_up_link_opens_nothing(client: Client, user: User) -> None:
    assert client.get(reverse("choose-password", args=[user.public_id, "c1-abcdef"])).status_code == 404


@pytest.mark.parametrize("weak", ["short", "password1234", "rossi@shop.example"])
def test_a_weak_password_is_refused_with_the_reason(weak: str, client: Client, user: User) -> None:
    answer = client.post(link_for(user), {"password": weak})

    assert answer.status_code == 400
    assert 'id="id_password_error"' in answer.content.decode()
