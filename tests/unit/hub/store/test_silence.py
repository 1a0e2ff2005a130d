"""A shop that falls silent without an error is noticed against its own weekdays, once, and forgotten when it sells."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tests.conftest import FakeClock
from tests.unit.hub.rows import make_order
from varco.hub import notify
from varco.hub.models import FindingRecord, Integration, User
from varco.hub.store import health, silence
from varco.hub.store.evidence import Owner
from varco.model.finding import Finding

WEEKS = (1, 2, 3, 4)


@pytest.fixture
def shop(integration: Integration, clock: FakeClock) -> Integration:
    Integration.objects.filter(pk=integration.pk).update(import_done_at=clock.now())
    return integration


def sold(shop: Integration, clock: FakeClock, *, weeks_ago: int, count: int, hours_ago: float = 1) -> None:
    for number in range(count):
        moment = clock.now() - timedelta(weeks=weeks_ago, hours=hours_ago, seconds=number)
        make_order(shop, f"{weeks_ago}-{hours_ago}-{number}", placed_at=moment)


def open_findings() -> list[FindingRecord]:
    return list(FindingRecord.objects.filter(code="unusually-quiet", cleared_at=None))


def test_three_silent_hours_are_unusual_where_ten_orders_were_usual(shop: Integration, clock: FakeClock) -> None:
    for week in WEEKS:
        sold(shop, clock, weeks_ago=week, count=10)
    assert silence.look() == 1
    (finding,) = open_findings()
    assert (finding.params["hours"], finding.params["usual"]) == (3, 10)


def test_a_small_shop_needs_a_longer_silence(shop: Integration, clock: FakeClock) -> None:
    for week in WEEKS:
        sold(shop, clock, weeks_ago=week, count=2)
        sold(shop, clock, weeks_ago=week, count=4, hours_ago=10)
    silence.look()
    (finding,) = open_findings()
    assert finding.params["hours"] == 12


@pytest.mark.parametrize(
    "counts", [(10, 10, 10, 0), (1, 2, 1, 2), (10, 10, 0, 10)], ids=["a day off", "too few", "a gap"]
)
def test_what_happens_by_itself_is_not_unusual(shop: Integration, clock: FakeClock, counts: tuple[int, ...]) -> None:
    for week, count in zip(WEEKS, counts, strict=True):
        sold(shop, clock, weeks_ago=week, count=count)
    assert silence.look() == 0
    assert open_findings() == []


def test_one_order_breaks_the_silence_and_clears_it(shop: Integration, clock: FakeClock) -> None:
    for week in WEEKS:
        sold(shop, clock, weeks_ago=week, count=10)
    silence.look()
    sold(shop, clock, weeks_ago=0, count=1, hours_ago=0.1)
    silence.look()
    assert open_findings() == []


def test_a_shop_that_cannot_be_reached_is_not_called_quiet(shop: Integration, clock: FakeClock) -> None:
    for week in WEEKS:
        sold(shop, clock, weeks_ago=week, count=10)
    health.record_failure(Owner(shop.organisation_id, shop.pk), "import", Finding(code="maintenance"))
    assert silence.look() == 0


def test_it_is_mailed_once(shop: Integration, user: User, clock: FakeClock) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    for week in WEEKS:
        sold(shop, clock, weeks_ago=week, count=10)
    silence.look()
    silence.look()
    notify.quiet(shop.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args ->> 'subject' FROM procrastinate_jobs ORDER BY id")
        found = [(name.rpartition(".")[2], subject) for name, subject in cursor.fetchall()]
    assert found == [("mail_quiet", None), ("deliver_mail", "Bottega: unusually quiet")]
