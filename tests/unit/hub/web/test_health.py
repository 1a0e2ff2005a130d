"""What watchers outside learn."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_hub_without_a_worker_is_not_well(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() | {"version": ""} == {"database": True, "worker": False, "schema": True, "version": ""}


@pytest.mark.usefixtures("worker")
def test_a_hub_with_a_worker_is_well(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
