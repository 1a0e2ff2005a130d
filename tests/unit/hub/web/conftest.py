"""Browsers that are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client, override_settings

from varco.hub.models import Membership, Organisation, User
from varco.hub.store import workers

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_passwords() -> Iterator[None]:
    """The real hash takes a quarter of a second, on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def browser(user: User) -> Client:
    """Of the owner."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def colleague(organisation: Organisation) -> User:
    made = User.objects.create_user("luca@shop.example", PASSWORD, name="Luca Bianchi")
    Membership.objects.create(user=made, organisation=organisation, role=Membership.MEMBER)
    return made


@pytest.fixture
def colleagues_browser(colleague: User) -> Client:
    """Of a member who is no owner."""
    client = Client()
    client.force_login(colleague)
    return client


@pytest.fixture
def stranger(other_organisation: Organisation) -> Client:
    """Of somebody in another organisation."""
    made = User.objects.create_user("else@where.example", PASSWORD)
    Membership.objects.create(user=made, organisation=other_organisation, role=Membership.OWNER)
    client = Client()
    client.force_login(made)
    return client


@pytest.fixture
def worker(db: None) -> None:
    """One that gives signs of life."""
    workers.sign_in(uuid4())
