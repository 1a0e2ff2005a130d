"""The first start."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from varco.hub import firstrun
from varco.hub.models import Membership, Organisation, User
from varco.hub.store.accounts import NewOrganisation, set_up
from varco.model.errors import BadInput

pytestmark = pytest.mark.django_db

GIVEN = {
    "name": "Anna Rossi",
    "email": "Anna@Bottega.example",
    "password": "a long enough sentence",
    "organisation": "Bottega Rossi",
    "language": "it",
    "time_zone": "Europe/Rome",
    "sender_name": "Bottega Rossi",
    "sender_line1": "Via Roma 1",
    "sender_postcode": "20121",
    "sender_city": "Milano",
    "sender_country": "IT",
}


def test_the_token_opens_and_everything_is_made_at_once(client: Client) -> None:
    answer = client.post(reverse("setup"), {**GIVEN, "token": firstrun.token().lower()}, REMOTE_ADDR="198.51.100.20")

    assert answer.status_code == 302
    user = User.objects.get()
    membership = Membership.objects.get()
    organisation = Organisation.objects.get()
    assert (user.email, user.language, user.is_operator) == ("anna@bottega.example", "it", True)
    assert user.check_password("a long enough sentence")
    assert membership.role == Membership.OWNER
    assert organisation.time_zone == "Europe/Rome"
    assert organisation.sender == {
        "name": "Bottega Rossi",
        "line1": "Via Roma 1",
        "postcode": "20121",
        "city": "Milano",
        "country": "IT",
    }
    assert client.get(reverse("integrations")).status_code == 200


def test_without_the_token_nothing_is_made_and_the_password_is_not_sent_back(client: Client) -> None:
    answer = client.post(reverse("setup"), {**GIVEN, "token": "AAAA-AAAA"}, REMOTE_ADDR="198.51.100.21")

    assert answer.status_code == 400
    assert "not the token that was printed" in answer.content.decode()
    assert GIVEN["password"] not in answer.content.decode()
    assert firstrun.token() not in answer.content.decode()
    assert not User.objects.exists()


def test_guessing_the_token_is_stopped(client: Client) -> None:
    for _ in range(10):
        client.post(reverse("setup"), {**GIVEN, "token": "AAAA"}, REMOTE_ADDR="198.51.100.22")

    answer = client.post(reverse("setup"), {**GIVEN, "token": firstrun.token()}, REMOTE_ADDR="198.51.100.22")

    assert "Too many wrong tokens" in answer.content.decode()
    assert not User.objects.exists()


def test_before_the_set_up_every_page_leads_there(client: Client) -> None:
    assert client.get("/", follow=True).redirect_chain[-1][0] == reverse("setup")


def test_the_address_printed_at_start_fills_the_token_in(client: Client) -> None:
    path = firstrun.url().partition("8321")[2]

    assert f'value="{firstrun.token()}"' in client.get(path).content.decode()


def test_afterwards_the_page_is_closed(client: Client, user: User) -> None:
    answer = client.post(reverse("setup"), {**GIVEN, "token": firstrun.token()})

    assert answer.headers["Location"] == reverse("login")
    assert User.objects.count() == 1


def test_two_who_set_up_at_once_make_one_installation(user: User) -> None:
    with pytest.raises(BadInput):
        set_up("second@shop.example", "a long enough sentence", name="", organisation=NewOrganisation(name="Second"))

    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("missing", ["name", "email", "password", "organisation", "sender_line1", "sender_country"])
def test_what_is_missing_is_said_at_its_field(missing: str, client: Client) -> None:
    answer = client.post(reverse("setup"), {**GIVEN, "token": firstrun.token(), missing: ""})

    assert answer.status_code == 400
    assert f'id="id_{missing}_error"' in answer.content.decode()


def test_the_token_is_the_same_in_every_process_and_has_80_bits() -> None:
    assert firstrun.token() == firstrun.token()
    assert len(firstrun.token().replace("-", "")) == 16
    assert firstrun.is_token(f" {firstrun.token().lower()} ")
    assert not firstrun.is_token("")
    assert not firstrun.is_token("é" * 16)
