"""The pretend WooCommerce answers every recorded exchange as the real shop did, or the table says why it does not."""

from __future__ import annotations

import csv
from base64 import b64encode
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from tests.contract.likeness import differences, rows_differ
from tests.contract.sandbox_world import answered, like_recorded
from tests.recordings import recordings
from varco.model.exchange import Request
from varco.sandbox import Oddity, SandboxShop, ShopSpec

TABLE: Final = Path(__file__).with_name("sandbox_recordings.tsv")
ALIKE: Final = "alike"
CENT: Final = Decimal("0.01")
RECORDINGS: Final = dict(recordings("woocommerce"))


def table() -> dict[str, str]:
    with TABLE.open(encoding="utf-8") as file:
        return {row["recording"]: row["answered"] for row in csv.DictReader(file, delimiter="\t")}


def found_differences(name: str) -> list[str]:
    recording = RECORDINGS[name]
    if name.startswith("webhook_delivery"):
        return ["a request of the shop, not an answer"]
    body = recording["response"]["body"]
    whole_orders = isinstance(body, list) and body and "line_items" in body[0] and "billing" in body[0]
    rows_like = list(like_recorded().values()) if whole_orders else ()
    return differences(recording["response"], answered(name, recording), rows_like)


@pytest.mark.parametrize("name", RECORDINGS)
def test_it_is_answered_as_the_table_says(name: str) -> None:
    found = found_differences(name)
    if table()[name] == ALIKE:
        assert found == []
    else:
        assert found, "it is alike by now: write so in the table"


def test_the_table_holds_every_recording_and_a_reason_for_each_that_is_not_alike() -> None:
    rows = table()
    assert list(rows) == list(RECORDINGS)
    assert all(answer == ALIKE or len(answer) > 20 for answer in rows.values())


def test_nearly_all_are_alike() -> None:
    answers = list(table().values())
    assert answers.count(ALIKE) >= len(answers) - 5


def is_whole_order(recording: dict[str, Any]) -> bool:
    body = recording["response"]["body"]
    return recording["request"]["method"] == "GET" and isinstance(body, dict) and "billing" in body


@pytest.mark.parametrize("name", [name for name, recording in RECORDINGS.items() if is_whole_order(recording)])
def test_a_whole_order_has_the_recorded_values_to_the_cent(name: str) -> None:
    """What was read back into an order of ours comes out as it came in: sums, taxes, dates, links, flags."""
    recording = RECORDINGS[name]
    ours = msgspec.json.decode(answered(name, recording).body)
    assert list(unequal(recording["response"]["body"], ours, "")) == []


@pytest.mark.parametrize("oddity", [None, *Oddity])
def test_made_up_orders_have_the_form_of_recorded_ones(oddity: Oddity | None) -> None:
    shop = SandboxShop(ShopSpec(seed=11))
    shop.backstage.add_orders(60, oddities=None if oddity is None else [oddity])
    authorization = "Basic " + b64encode(f"{shop.state.keys[0].key}:{shop.state.keys[0].secret}".encode()).decode()
    url = f"{shop.url}/wp-json/wc/v3/orders?per_page=100"
    answer = shop.handle(Request(method="GET", url=url, headers=(("Authorization", authorization),)))
    made = msgspec.json.decode(answer.body)
    assert len(made) == 60
    assert rows_differ(list(like_recorded().values()), made) == []


def unequal(theirs: Any, ours: Any, path: str) -> Iterator[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict) and theirs.keys() == ours.keys():
        for name in theirs:
            yield from unequal(theirs[name], ours[name], f"{path}.{name}")
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for one, other in zip(theirs, ours, strict=True):
            yield from unequal(one, other, f"{path}[]")
    elif theirs != ours and not within_a_cent(theirs, ours):
        yield f"{path}: {ours!r} and not {theirs!r}"


def within_a_cent(theirs: Any, ours: Any) -> bool:
    """Amounts were recorded with two digits, so sums of many lines may be a cent off."""
    try:
        return abs(Decimal(theirs) - Decimal(ours)) <= CENT
    except (InvalidOperation, TypeError, ValueError):
        return False
