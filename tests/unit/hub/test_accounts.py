"""Accounts made by whoever runs the installation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from varco.hub.accounts import NewAccount, create
from varco.hub.models import Membership, Organisation, User
from varco.model.errors import BadInput

PASSWORD = "correct horse battery"


ANNA = NewAccount(email="anna@shop.example", password=PASSWORD, organisation="Bottega")


def test_the_first_account_owns_its_organisation_and_looks_after_the_installation(db: None) -> None:
    user = create(ANNA)
    assert user.check_password(PASSWORD)
    assert user.is_operator
    member = Membership.objects.get(user=user)
    assert (member.organisation.name, member.role) == ("Bottega", Membership.OWNER)


def test_a_second_one_joins_whatever_the_case_of_the_name(db: None, organisation: Organisation, user: User) -> None:
    made = create(replace(ANNA, organisation="bottega ROSSI", role=Membership.MEMBER))
    assert Membership.objects.get(user=made).organisation == organisation
    assert not made.is_operator


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (replace(ANNA, email="anna"), "no e-mail address"),
        (replace(ANNA, password="short"), "too short"),
        (replace(ANNA, organisation="  "), "needs a name"),
        (replace(ANNA, role=Membership.MEMBER), "must be its owner"),
        (replace(ANNA, email="ROSSI@shop.example"), "has an account already"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(user: User, new: NewAccount, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        create(new)
    assert User.objects.count() == 1
