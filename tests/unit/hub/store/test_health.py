"""How long a failing channel waits, and what its first success brings."""

from __future__ import annotations

import pytest

from tests.conftest import FakeClock
from varco.hub.models import Channel, FindingRecord, Integration
from varco.hub.store import health
from varco.hub.store.evidence import Owner
from varco.model.finding import Finding

INTERVAL_S = 240


@pytest.mark.parametrize(
    ("failures", "state", "delay_s"),
    [
        (1, "failing", 30),
        (2, "failing", 60),
        (3, "failing", 120),
        (4, "failing", 240),
        (5, "slowed", 240),
        (6, "slowed", 480),
        (8, "slowed", 1920),
        (9, "slowed", 3600),
        (500, "slowed", 3600),
    ],
)
def test_it_doubles_then_slows_and_never_waits_more_than_an_hour(failures: int, state: str, delay_s: int) -> None:
    assert health.schedule(failures, INTERVAL_S) == health.Schedule(state, delay_s)


def test_what_the_shop_asks_for_is_honoured_up_to_an_hour() -> None:
    assert health.schedule(1, INTERVAL_S, 600).delay_s == 600
    assert health.schedule(1, INTERVAL_S, 86_400).delay_s == 3600
    assert health.schedule(7, INTERVAL_S, 10).delay_s == 960


def owner(integration: Integration) -> Owner:
    return Owner(integration.organisation_id, integration.pk)


def test_a_success_tells_since_when_the_gap_was(integration: Integration, clock: FakeClock) -> None:
    health.record_success(owner(integration), Channel.IMPORT)
    last_good = clock.now()
    for _ in range(6):
        clock.move(600)
        health.record_failure(owner(integration), Channel.IMPORT, Finding(code="maintenance"))
    clock.move(600)
    came_back = health.record_success(owner(integration), Channel.IMPORT)
    assert came_back == health.CameBack(gap_from=last_good, was_slowed=True)
    assert health.record_success(owner(integration), Channel.IMPORT) is None


def test_the_channels_do_not_mend_each_other(integration: Integration, clock: FakeClock) -> None:
    health.record_failure(owner(integration), Channel.PUSH, Finding(code="permission-missing"))
    health.record_success(owner(integration), Channel.IMPORT)
    assert Channel.objects.get(integration=integration, kind=Channel.PUSH).state == Channel.FAILING
    assert FindingRecord.objects.filter(channel="push", cleared_at=None).count() == 1


def test_another_reason_takes_the_place_of_the_first(integration: Integration, clock: FakeClock) -> None:
    health.record_failure(owner(integration), Channel.IMPORT, Finding(code="maintenance"))
    health.record_failure(owner(integration), Channel.IMPORT, Finding(code="server-down"))
    health.record_failure(owner(integration), Channel.IMPORT, Finding(code="server-down"))
    (row,) = FindingRecord.objects.filter(cleared_at=None)
    assert (row.code, row.times) == ("server-down", 2)
