"""Lines that were pasted, and the lists that they were made from: read by a worker, every day again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.conftest import FakeClock
from varco.hub import notify
from varco.hub.jobs import operations
from varco.hub.models import Integration, KeptLines, Operation
from varco.hub.store import kept_lines
from varco.hub.sync import lists
from varco.hub.sync.door import Door
from varco.model.exchange import Exchange, Request, Response

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "https://platform.example/ips.txt"


class Lists:
    """The network: one list, which tests change."""

    def __init__(self) -> None:
        self.status, self.text = 200, "8.8.4.4\n8.8.8.8\n"

    async def send(self, request: Request, *, key: str, first: bool = False, pinned_ca: str = "") -> Exchange:
        assert request.url == LIST
        response = Response(status=self.status, body=self.text.encode())
        return Exchange(request=request, started_at=datetime.now(UTC), response=response)


@pytest.fixture
def network() -> Lists:
    return Lists()


def asked(integration: Integration, **changes: str) -> tuple[str, dict[str, str]]:
    wanted = {"identity": "sendcloud", "target": "nginx", "addresses": LIST, "finding": "method-refused", **changes}
    return reverse("integration-lines", args=[integration.public_id]), wanted


def post(browser: Client, integration: Integration, name: str) -> str:
    _, wanted = asked(integration)
    answer = browser.post(reverse(name, args=[integration.public_id]), wanted)
    parts = urlsplit(answer.headers["Location"])
    return browser.get(f"{parts.path}?{parts.query}").content.decode()


def read(network: Lists) -> Operation:
    operation: Operation = Operation.objects.filter(kind="read-list").latest("pk")
    asyncio.run(operations.run(Door(network), operation.pk))
    operation.refresh_from_db()
    return operation


def made(browser: Client, integration: Integration, network: Lists) -> KeptLines:
    post(browser, integration, "integration-lines-list")
    read(network)
    post(browser, integration, "integration-lines-keep")
    row: KeptLines = KeptLines.objects.get()
    return row


def test_a_list_is_read_by_a_worker_and_then_the_lines_are_there(
    browser: Client, integration: Integration, network: Lists
) -> None:
    address, wanted = asked(integration)
    assert "must be read first" in browser.get(address, wanted).content.decode()
    assert "http-equiv" in post(browser, integration, "integration-lines-list")
    assert read(network).state == Operation.DONE
    html = browser.get(address, wanted).content.decode()
    assert "8.8.4.4 1;" in html
    assert "^sendcloud/[0-9]" in html


@pytest.mark.parametrize(
    ("wrong", "told"), [("8.8.8.O", "8.8.8.O is no address"), ("10.0.0.7", "10.0.0.7 is no public address")]
)
def test_what_is_wrong_with_a_list_is_said(
    wrong: str, told: str, browser: Client, integration: Integration, network: Lists
) -> None:
    network.text = f"8.8.4.4\n{wrong}\n"
    post(browser, integration, "integration-lines-list")
    assert read(network).state == Operation.FAILED
    address, wanted = asked(integration)
    assert told in browser.get(address, wanted).content.decode()


def test_a_list_that_changes_is_told_once_on_the_page_and_by_mail(
    browser: Client, integration: Integration, network: Lists, clock: FakeClock
) -> None:
    row = made(browser, integration, network)
    assert row.addresses == ["8.8.4.4", "8.8.8.8"]
    asyncio.run(lists.read_again(Door(network), LIST))
    row.refresh_from_db()
    assert row.stale_at is None
    clock.move(86_400)
    network.text = "8.8.4.4\n8.8.9.9\n"
    assert kept_lines.compare(LIST, ["8.8.4.4", "8.8.9.9"]) == 1
    assert kept_lines.compare(LIST, ["8.8.4.4", "8.8.9.9"]) == 0
    html = browser.get(asked(integration)[0]).content.decode()
    assert "Out of date" in html
    assert "8.8.9.9" in html
    notify.stale_lines(row.pk)
    assert mail.outbox == []  # a job of its own sends it
    assert kept_lines.compare(LIST, ["8.8.4.4", "8.8.8.8"]) == 0
    row.refresh_from_db()
    assert row.stale_at is None


def test_a_list_that_cannot_be_read_leaves_the_lines_as_they_are(
    browser: Client, integration: Integration, network: Lists
) -> None:
    row = made(browser, integration, network)
    network.status = 503
    asyncio.run(lists.read_again(Door(network), LIST))
    row.refresh_from_db()
    assert row.stale_at is None
    assert "the answer is 503" in row.trouble


def test_lines_can_be_forgotten(browser: Client, integration: Integration, network: Lists) -> None:
    row = made(browser, integration, network)
    browser.post(reverse("integration-lines-forget", args=[integration.public_id, row.public_id]))
    assert not KeptLines.objects.exists()


@pytest.mark.parametrize(
    ("form", "kind", "begins"),
    [
        ("text", "text/plain", b"shop.example:"),
        ("html", "text/html", b"<!doctype html>"),
        ("pdf", "application/pdf", b"%PDF-"),
        ("eml", "message/rfc822", b"Subject: "),
    ],
)
def test_the_letter_is_had_in_every_form(
    form: str, kind: str, begins: bytes, browser: Client, integration: Integration
) -> None:
    address = reverse("integration-letter", args=[integration.public_id])
    answer = browser.get(address, {"addresses": "8.8.4.4", "target": "nginx", "format": form})
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.content.startswith(begins)


@pytest.mark.parametrize("asked_for", [{"format": "doc"}, {"format": "pdf", "addresses": "8.8.4.O"}, {}])
def test_a_letter_that_cannot_be_made_is_a_clear_refusal(
    asked_for: dict[str, str], browser: Client, integration: Integration
) -> None:
    address = reverse("integration-letter", args=[integration.public_id])
    assert browser.get(address, asked_for).status_code == 400
