from __future__ import annotations

import time

from varco.hub.ids import uuid7


def test_ids_are_of_version_seven_and_their_own_kind() -> None:
    made = [uuid7() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert {found.version for found in made} == {7}
    assert {found.variant for found in made} == {"specified in RFC 4122"}


def test_later_ids_sort_behind_earlier_ones() -> None:
    first = uuid7()
    time.sleep(0.002)
    assert first < uuid7()


def test_an_id_begins_with_its_time() -> None:
    before = time.time_ns() // 1_000_000
    milliseconds = uuid7().int >> 80
    assert before <= milliseconds <= time.time_ns() // 1_000_000
