"""What watchers outside learn, and what a reader sees when something broke."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Never

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken_database() -> Iterator[None]:
    def refuse(_execute: Callable[..., Any], sql: str, *_rest: Any) -> Never:
        raise OperationalError(f"server closed the connection unexpectedly: {sql}")

    with connection.execute_wrapper(refuse):
        yield


def test_a_hub_without_a_worker_is_not_well(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() | {"version": ""} == {"database": True, "worker": False, "schema": True, "version": ""}


@pytest.mark.usefixtures("worker")
def test_a_hub_with_a_worker_is_well(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.usefixtures("broken_database")
def test_a_database_that_does_not_answer_is_said(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["database"] is False


@pytest.mark.usefixtures("broken_database")
def test_when_something_breaks_the_reader_sees_plain_words_and_no_traceback() -> None:
    answer = Client(raise_request_exception=False).get(reverse("login"))

    html = answer.content.decode()
    assert answer.status_code == 500
    assert "Something broke on our side" in html
    assert "Traceback" not in html
    assert "SELECT" not in html


def test_what_the_browser_should_not_have_sent_is_refused_in_plain_words(browser: Client) -> None:
    answer = browser.post(reverse("account-person"), {f"field{number}": "x" for number in range(1200)})

    assert answer.status_code == 400
    assert "That cannot be read" in answer.content.decode()
