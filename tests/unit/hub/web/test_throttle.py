"""Slowing down who guesses."""

from __future__ import annotations

from tests.conftest import FakeClock
from varco.hub.web import throttle
from varco.hub.web.throttle import Throttle


def test_the_limit_holds_for_each_key_by_itself(clock: FakeClock) -> None:
    counted = Throttle(limit=2, minutes=15)
    counted.failed("a")
    assert not counted.is_blocked("a")

    counted.failed("a")

    assert counted.is_blocked("a")
    assert not counted.is_blocked("b")


def test_failures_are_forgotten_one_by_one(clock: FakeClock) -> None:
    counted = Throttle(limit=2, minutes=15)
    counted.failed("a")
    clock.move(600)
    counted.failed("a")
    assert counted.is_blocked("a")

    clock.move(301)

    assert not counted.is_blocked("a")
    counted.failed("a")
    assert counted.is_blocked("a")


def test_success_wipes_the_slate(clock: FakeClock) -> None:
    counted = Throttle(limit=1, minutes=15)
    counted.failed("a")

    counted.forget("a")

    assert not counted.is_blocked("a")


def test_a_flood_of_keys_does_not_fill_the_memory_and_fresh_guesses_stay_counted(clock: FakeClock) -> None:
    counted = Throttle(limit=1, minutes=15)
    counted.failed("first")

    for number in range(throttle.MOST_KEYS):
        counted.failed(str(number))

    assert not counted.is_blocked("first")
    assert counted.is_blocked(str(throttle.MOST_KEYS - 1))
