"""Dates without a zone: read in the shop's, asked for in the shop's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from varco.model.errors import BadInput
from varco.shops.prestashop.times import earliest_text, shop_text, utc_from, zone_of

ROME = zone_of("Europe/Rome")


def test_a_date_is_read_in_the_shops_own_zone() -> None:
    assert utc_from("2026-11-20 09:15:00", ROME) == datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
    assert utc_from("2026-07-20 09:15:00", ROME) == datetime(2026, 7, 20, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "0000-00-00 00:00:00", "0000-00-00"])
def test_a_zero_date_is_none(text: str) -> None:
    assert utc_from(text, ROME) is None


def test_what_is_no_date_is_said() -> None:
    with pytest.raises(ValueError, match="does not match"):
        utc_from("yesterday", ROME)


def test_the_hour_that_comes_twice_is_read_as_its_first_time() -> None:
    assert utc_from("2026-10-25 02:30:00", ROME) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("minutes", range(0, 300, 5))
def test_no_later_moment_lies_before_the_earliest_text(minutes: int) -> None:
    """Over the whole night in which clocks go back: a question that uses it leaves nothing out."""
    asked = datetime(2026, 10, 24, 23, tzinfo=UTC) + timedelta(minutes=minutes)
    later = [shop_text(asked + timedelta(minutes=step), ROME) for step in range(0, 600, 5)]
    assert earliest_text(asked, ROME) <= min(later)


def test_on_other_days_it_is_the_time_itself() -> None:
    moment = datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert earliest_text(moment, ROME) == shop_text(moment, ROME) == "2026-11-23 21:00:00"


def test_an_unknown_zone_is_said_in_words() -> None:
    with pytest.raises(BadInput, match="unknown here"):
        zone_of("Mars/Olympus")
