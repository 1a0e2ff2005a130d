"""Connections that fail alike on one server are one problem: shown once, told once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from tests.conftest import FakeClock
from tests.unit.hub.rows import make_integration
from varco.hub import notify
from varco.hub.models import Channel, ExchangeRecord, Integration, Organisation, User
from varco.hub.store import servers

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.7"


def fails(
    integration: Integration, *, code: str = "server-down", address: str = ADDRESS, state: str = "slowed"
) -> None:
    Channel.objects.filter(integration=integration, kind=Channel.IMPORT).update(
        state=state, finding_code=code, finding_params={"host": "shop.example", "status": 502, "product": "nginx"}
    )
    called(integration, address=address)


def called(integration: Integration, *, address: str) -> None:
    ExchangeRecord.objects.create(
        organisation=integration.organisation,
        integration=integration,
        at=integration.created_at,
        purpose="poll",
        method="GET",
        url=integration.base_url,
        total_ms=10,
        address=address,
    )


@pytest.fixture
def shops(organisation: Organisation, integration: Integration) -> list[Integration]:
    return [integration, *(make_integration(organisation, name) for name in ("Cantina", "Libreria"))]


def names(organisation: Organisation) -> list[tuple[str, list[str]]]:
    return [(group.server, [one.name for one in group.integrations]) for group in servers.together(organisation)]


def test_shops_that_fail_alike_at_one_address_are_one_group(
    shops: list[Integration], organisation: Organisation
) -> None:
    for shop in shops:
        fails(shop)
    assert names(organisation) == [(ADDRESS, ["Bottega", "Cantina", "Libreria"])]
    (group,) = servers.together(organisation)
    assert group.finding.code == "same-server"
    assert group.finding.params == {"count": 3, "server": ADDRESS, "names": "Bottega, Cantina, Libreria"}


def test_a_shop_alone_another_problem_and_another_server_make_no_group(
    shops: list[Integration], organisation: Organisation
) -> None:
    fails(shops[0])
    assert names(organisation) == []
    fails(shops[1], code="maintenance")
    fails(shops[2], address="203.0.113.8")
    assert names(organisation) == []


def test_where_no_call_got_as_far_the_host_decides(shops: list[Integration], organisation: Organisation) -> None:
    for shop in shops:
        fails(shop, code="name-server-failed", address="")
    assert names(organisation) == [("other.example", ["Cantina", "Libreria"])]


def test_what_is_the_merchants_move_is_as_many_problems(shops: list[Integration], organisation: Organisation) -> None:
    for shop in shops:
        fails(shop, code="keys-wrong")
    assert names(organisation) == []


def test_paused_shops_and_those_of_others_do_not_count(
    shops: list[Integration], organisation: Organisation, other_organisation: Organisation, clock: FakeClock
) -> None:
    fails(make_integration(other_organisation, "Elsewhere"))
    for shop in shops:
        fails(shop)
    Integration.objects.filter(pk__in=[shops[0].pk, shops[1].pk]).update(paused_at=clock.now())
    assert names(organisation) == []


def sent() -> list[dict[str, Any]]:
    """The mails on the queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%deliver_mail' ORDER BY id")
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


def test_several_shops_of_one_server_are_told_of_in_one_mail(
    shops: list[Integration], user: User, clock: FakeClock
) -> None:
    for shop in shops:
        fails(shop)
    for shop in shops:
        notify.slowed(shop.pk, Channel.IMPORT)
    (told,) = sent()
    assert told["to"] == user.email
    assert told["subject"] == "3 shops on one server: slowed"
    assert ADDRESS in told["body"]
    assert "* Bottega\n* Cantina\n* Libreria" in told["body"]
    clock.move(servers.TOLD_AGAIN.total_seconds() + 1)
    notify.slowed(shops[0].pk, Channel.IMPORT)
    assert len(sent()) == 2


def test_one_shop_is_told_of_by_its_name(shops: list[Integration], user: User) -> None:
    fails(shops[0])
    notify.slowed(shops[0].pk, Channel.IMPORT)
    assert [told["subject"] for told in sent()] == ["Bottega: slowed"]
