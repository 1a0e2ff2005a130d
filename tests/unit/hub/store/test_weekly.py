"""Once a week every healthy shop is looked at, a few at each turn; what got worse stands among its problems."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.conftest import FakeClock
from tests.unit.hub.rows import make_integration
from varco.hub import runtime
from varco.hub.models import Channel, FindingRecord, Integration, Operation, Organisation
from varco.hub.store import examinations, operations, weekly
from varco.hub.store.evidence import Owner
from varco.hub.store.health import record_failure
from varco.model.finding import Finding

pytestmark = pytest.mark.django_db
DAY_S = 86_400


@pytest.fixture
def shop(integration: Integration, clock: FakeClock) -> Integration:
    """Connected and read whole, two days ago."""
    return settled(integration, clock)


def settled(integration: Integration, clock: FakeClock) -> Integration:
    long_ago = clock.now() - timedelta(days=2)
    Integration.objects.filter(pk=integration.pk).update(connected_at=long_ago, import_done_at=long_ago)
    integration.refresh_from_db()
    return integration


def looked(integration: Integration) -> list[Operation]:
    return list(examinations.latest(integration))


def do(integration: Integration, clock: FakeClock) -> None:
    """As a worker does it."""
    for operation in looked(integration):
        if operation.state == Operation.ASKED:
            operations.start(operation.pk)
            operations.succeed(operation.pk, {})


def test_a_healthy_shop_is_looked_at_once_a_week(shop: Integration, clock: FakeClock) -> None:
    assert weekly.look() == 1
    (operation,) = looked(shop)
    assert operation.params == {"light": True}
    assert operation.asked_by == "varco"
    do(shop, clock)
    clock.move(6 * DAY_S)
    assert weekly.look() == 0
    clock.move(DAY_S + 1)
    assert weekly.look() == 1


def test_any_examination_counts(shop: Integration) -> None:
    examinations.ask(shop, by="anna@shop.example")
    assert weekly.look() == 0


@pytest.mark.parametrize("state", ["paused", "removed", "young", "importing", "failing", "slowed"])
def test_a_shop_that_is_not_well_or_new_is_left_alone(state: str, shop: Integration, clock: FakeClock) -> None:
    now = clock.now()
    values = {
        "paused": {"paused_at": now},
        "removed": {"removed_at": now},
        "young": {"connected_at": now - timedelta(hours=2)},
        "importing": {"import_done_at": None},
    }
    if state in values:
        Integration.objects.filter(pk=shop.pk).update(**values[state])
    else:
        Channel.objects.filter(integration=shop, kind=Channel.IMPORT).update(state=state)
    assert weekly.look() == 0


def test_many_shops_are_spread_over_the_week(shop: Integration, organisation: Organisation, clock: FakeClock) -> None:
    shops = [shop, *(settled(make_integration(organisation, f"Shop {number}"), clock) for number in range(5))]
    asked = []
    for _ in range(3):
        asked.append(weekly.look())
        clock.move(weekly.TURN.total_seconds())
    assert asked == [1, 1, 1], "a few at each turn, not all at once"
    assert sum(bool(looked(one)) for one in shops) == 3, "never the same one twice"


@pytest.fixture
def switched_off() -> Iterator[None]:
    before = runtime.current()
    runtime.use(dataclasses.replace(before, config=dataclasses.replace(before.config, weekly_check=False)))
    yield
    runtime.use(before)


def test_the_operator_may_switch_it_off(shop: Integration, switched_off: None) -> None:
    assert weekly.look() == 0
    assert not looked(shop)


def test_examinations_outlive_other_work(shop: Integration, clock: FakeClock) -> None:
    for kind in ("check", "refresh"):
        made = operations.ask(kind, shop.organisation, by="varco", integration=shop)
        operations.start(made.pk)
        operations.succeed(made.pk, {})
    clock.move(30 * DAY_S)
    assert operations.forget_old() == 1
    assert len(looked(shop)) == 1
    clock.move(170 * DAY_S)
    operations.forget_old()
    assert not looked(shop)


def test_what_the_polls_find_is_not_touched(shop: Integration) -> None:
    owner = Owner(shop.organisation_id, shop.pk)
    record_failure(owner, Channel.IMPORT, Finding(code="server-down", params={}))
    assert FindingRecord.objects.get(integration=shop, cleared_at=None).channel == Channel.IMPORT
