"""One temporary database for the whole run, and the rows that most tests begin with."""

from __future__ import annotations

import atexit
import dataclasses
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
import pytest
from django.conf import settings

from varco.hub import postgres, runtime
from varco.hub.config import Config
from varco.hub.keys import new_key
from varco.model.secret import Secret

_stack = ExitStack()
atexit.register(_stack.close)
_server = _stack.enter_context(postgres.temporary())
runtime.use(
    runtime.Runtime(config=Config(data_dir=Path("/nonexistent")), keys=[new_key()], database=_server.url, pooled=False)
)
os.environ["DJANGO_SETTINGS_MODULE"] = "varco.hub.settings"
django.setup()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose

from varco.hub.models import Integration, Membership, Organisation, User  # noqa: E402
from varco.hub.store import integrations  # noqa: E402

PASSWORD = "correct horse battery"


class FakeClock:
    """A clock that only tests move."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def move(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Iterator[FakeClock]:
    """In force in the runtime while the test runs; begins at the next whole second, after all that is there already."""
    before = runtime.current()
    fake = FakeClock(datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1))
    runtime.use(dataclasses.replace(before, clock=fake))
    yield fake
    runtime.use(before)


@pytest.fixture
def organisation(db: None) -> Organisation:
    return Organisation.objects.create(
        name="Bottega Rossi",
        sender={"name": "Bottega Rossi", "line1": "Via Roma 1", "postcode": "20121", "city": "Milano", "country": "IT"},
    )


@pytest.fixture
def other_organisation(db: None) -> Organisation:
    return Organisation.objects.create(name="Somebody Else")


@pytest.fixture
def user(organisation: Organisation) -> User:
    """Owner of the organisation."""
    made = User.objects.create_user("rossi@shop.example", PASSWORD, name="Anna Rossi")
    Membership.objects.create(user=made, organisation=organisation, role=Membership.OWNER)
    return made


@pytest.fixture
def integration(organisation: Organisation) -> Integration:
    """A connected WooCommerce shop at an address where nothing answers."""
    made = integrations.create(
        organisation,
        integrations.NewIntegration(
            platform="woocommerce",
            name="Bottega",
            base_url="https://shop.example",
            credentials={"consumer_key": Secret("ck_test"), "consumer_secret": Secret("cs_test")},
        ),
    )
    integrations.start(made, integrations.choices_of(made))
    return made
