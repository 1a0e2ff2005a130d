"""The link in a letter to the host: opened without an account."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.conftest import FakeClock
from tests.world import World
from varco.hub import runtime
from varco.hub.models import Integration, Operation, Organisation
from varco.hub.store import examinations, integrations
from varco.hub.web import recheck
from varco.sandbox import Kind, ShopSpec, Wall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker")]


@pytest.fixture(autouse=True)
def public() -> Iterator[None]:
    """The hub has an address that others reach."""
    before = runtime.current()
    config = dataclasses.replace(before.config, public_url="https://hub.example")
    runtime.use(dataclasses.replace(before, config=config))
    yield
    runtime.use(before)


def stranger() -> Client:
    """A browser without an account."""
    return Client(headers={"host": "hub.example", "x-forwarded-proto": "https"})


def path_of(integration: Integration) -> str:
    return urlsplit(recheck.link(integration)).path


def asked(integration: Integration) -> int:
    return examinations.latest(integration).count()


def test_opening_the_link_asks_nothing(integration: Integration) -> None:
    html = stranger().get(path_of(integration)).content.decode()
    assert "Check now" in html
    assert asked(integration) == 0


def test_the_host_checks_and_sees_what_came_of_it(organisation: Organisation, clock: FakeClock) -> None:
    world = World(organisation, clock, ShopSpec(orders=3))
    world.shop.backstage.set_walls([Wall(kind=Kind.REFUSED, methods=("POST",))])
    path = path_of(world.integration)
    stranger().post(path)
    operation: Operation = examinations.latest(world.integration).get()
    assert "http-equiv" in stranger().get(path).content.decode()
    world.do(operation)
    html = stranger().get(path).content.decode()
    assert "Method refused" in html
    assert "varco-probe-" in html
    for secret in world.shop.credentials().values():
        assert secret.reveal() not in html
    for order in world.shop.state.book:
        assert str(order.billing.email or "@") not in html


def test_a_second_press_within_two_minutes_asks_nothing_more(integration: Integration, clock: FakeClock) -> None:
    for _ in range(3):
        stranger().post(path_of(integration))
    assert asked(integration) == 1
    examinations.latest(integration).update(state=Operation.DONE)
    clock.move(60)
    stranger().post(path_of(integration))
    assert asked(integration) == 1
    clock.move(120)
    stranger().post(path_of(integration))
    assert asked(integration) == 2


def test_a_day_has_its_limit(integration: Integration, clock: FakeClock) -> None:
    for _ in range(60):
        stranger().post(path_of(integration))
        examinations.latest(integration).update(state=Operation.DONE)
        clock.move(180)
    assert asked(integration) == 50


@pytest.mark.parametrize("change", ["token", "removed", "old"])
def test_a_link_that_is_not_good_any_more_says_so_and_does_nothing(
    change: str, integration: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(integration)
    if change == "token":
        path = path.replace(":", ":x", 1)
    elif change == "removed":
        integrations.remove(integration)
    else:
        monkeypatch.setattr(recheck, "GOOD_FOR", -recheck.GOOD_FOR)
    for answer in (stranger().get(path), stranger().post(path)):
        assert answer.status_code == 404
        assert "This link is over" in answer.content.decode()
    assert asked(integration) == 0


def test_without_a_public_address_there_is_no_link(integration: Integration) -> None:
    before = runtime.current()
    runtime.use(dataclasses.replace(before, config=dataclasses.replace(before.config, public_url="")))
    assert recheck.link(integration) == ""
