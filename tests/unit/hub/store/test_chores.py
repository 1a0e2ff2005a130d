"""Housekeeping of the installation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from tests.conftest import FakeClock
from varco.hub.jobs import care

pytestmark = pytest.mark.django_db


def test_sessions_that_have_run_out_are_cleared(clock: FakeClock) -> None:
    for name, hours in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=clock.now() + timedelta(hours=hours))
    care.housekeeping()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
