"""Times, money and findings in the reader's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from tests.conftest import FakeClock
from varco.hub.templatetags import varco as tags

MOMENT = datetime(2026, 10, 26, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(("language", "shown"), [("en", "€1,234.50"), ("it", "1.234,50\xa0€"), ("zz", "€1,234.50")])
def test_money_is_written_as_the_reader_writes_it(language: str, shown: str) -> None:
    with translation.override(language):
        assert tags.money(Decimal("1234.5"), "EUR") == shown


def test_money_without_a_currency_or_amount_does_not_break_a_page() -> None:
    assert tags.money(Decimal("3.50"), "") == "3.5"
    assert tags.money(None, "EUR") == "–"


@pytest.mark.parametrize(("language", "shown"), [("en", "27 Oct 2026, 00:30"), ("it", "27 ott 2026, 00:30")])
def test_a_moment_is_told_in_the_organisations_zone(language: str, shown: str) -> None:
    with translation.override(language), timezone.override(ZoneInfo("Europe/Rome")):
        assert tags.moment(MOMENT) == f'<time datetime="2026-10-26T23:30:00+00:00" title="">{shown}</time>'


def test_a_day_is_the_organisations_day() -> None:
    with timezone.override(ZoneInfo("Europe/Rome")):
        assert ">27 October 2026<" in tags.day(MOMENT)


def test_how_long_ago_and_how_soon(clock: FakeClock) -> None:
    assert ">5 hours ago<" in tags.when(clock.now() - timedelta(hours=5))
    assert ">in 34 minutes<" in tags.when(clock.now() + timedelta(minutes=34))
    assert tags.when(None) == "–"


def test_what_is_due_is_not_said_to_be_past(clock: FakeClock) -> None:
    assert ">any moment<" in tags.upcoming(clock.now() - timedelta(seconds=28))
    assert ">in 2 minutes<" in tags.upcoming(clock.now() + timedelta(minutes=2))
    assert tags.upcoming(None) == "–"


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"new": 12, "changed": 3}, "12 new, 3 changed"),
        ({"new": 1200}, "1,200 new"),
        ({"changed": 1}, "1 changed"),
        ({}, "nothing new"),
        ({"new": None}, "nothing new"),
    ],
)
def test_what_a_sync_brought_is_said_in_words(result: dict[str, int], words: str) -> None:
    assert tags.came(result) == words


def test_what_stands_between_backticks_is_to_be_typed_and_nothing_else_is_markup() -> None:
    assert tags.with_code("run `varco <b>` & look") == "run <code>varco &lt;b&gt;</code> &amp; look"


def test_every_icon_of_a_state_exists() -> None:
    for _, drawing, _ in tags.STATES.values():
        assert "<svg" in tags.icon(drawing)


def test_a_state_that_is_not_known_is_shown_as_it_is() -> None:
    assert tags.badge("elsewhere") == {"tone": "quiet", "icon": "info", "words": "elsewhere"}
