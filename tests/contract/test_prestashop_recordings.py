"""The pretend PrestaShop answers every recorded exchange as the real shop did, or the table says why it does not."""

from __future__ import annotations

import csv
from base64 import b64encode
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from tests.contract.likeness import differences, rows_differ
from tests.contract.prestashop_world import answered, as_data
from tests.recordings import recordings
from tests.unit.shops.prestashop.stage import PrestaStage
from varco.model.exchange import Request
from varco.sandbox import Oddity

TABLE: Final = Path(__file__).with_name("prestashop_recordings.tsv")
ALIKE: Final = "alike"
RECORDINGS: Final = dict(recordings("prestashop"))
WHOLE_LISTS: Final = ("010", "078", "07e", "07o", "07p")
"""Of tables that are as long as a shop makes them."""


def table() -> dict[str, str]:
    with TABLE.open(encoding="utf-8") as file:
        return {row["recording"]: row["answered"] for row in csv.DictReader(file, delimiter="\t")}


def found_differences(name: str) -> list[str]:
    recording, number = RECORDINGS[name]["response"], name[:3]
    ours = answered(number, RECORDINGS[name])
    theirs_data, our_data = as_data(recording["body"]), as_data(ours.body.decode())
    if isinstance(theirs_data, str):
        return differences(recording, ours) + _texts_differ(theirs_data, our_data)
    encoded = msgspec.structs.replace(ours, body=msgspec.json.encode(our_data))
    found = differences({**recording, "body": theirs_data}, encoded)
    return found + _errors_differ(theirs_data, our_data) + _counts_differ(number, theirs_data, our_data)


def _texts_differ(theirs: str, ours: Any) -> list[str]:
    return (
        [] if isinstance(ours, str) and (theirs == "malformed XML") is (ours == "malformed XML") else ["another form"]
    )


def _errors_differ(theirs: Any, ours: Any) -> list[str]:
    if not isinstance(theirs, dict) or "errors" not in theirs:
        return []
    return [] if theirs == ours else [f"the errors {ours}"]


def _counts_differ(number: str, theirs: Any, ours: Any) -> list[str]:
    if not isinstance(theirs, dict) or not isinstance(ours, dict) or number in WHOLE_LISTS:
        return []
    return [
        f"{len(ours[name])} {name} and not {len(rows)}"
        for name, rows in theirs.items()
        if isinstance(rows, list) and len(rows) != len(ours.get(name, ()))
    ]


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


WHOLE_ORDERS: Final = ("043-orders-full-json", "045-order-one-json-display", "07v-order-gift", "0bc-accept-encoding")


@pytest.mark.parametrize("oddity", [None, *Oddity])
def test_made_up_orders_have_the_form_of_recorded_ones(oddity: Oddity | None) -> None:
    stage = PrestaStage(seed=11)
    stage.backstage.add_orders(30, oddities=None if oddity is None else [oddity])
    key = b64encode(f"{stage.sandbox.state.keys[0].key}:".encode()).decode()
    url = f"{stage.sandbox.url}/api/orders?display=full&output_format=JSON"
    answer = stage.sandbox.handle(Request(method="GET", url=url, headers=(("Authorization", f"Basic {key}"),)))
    made = msgspec.json.decode(answer.body)["orders"]
    assert len(made) == 30
    recorded = [row for name in WHOLE_ORDERS for row in as_data(RECORDINGS[name]["response"]["body"])["orders"]]
    if oddity is Oddity.EMPTY:
        made = [{**row, "associations": recorded[0]["associations"]} for row in made]
    assert rows_differ(recorded, made) == []


def test_nearly_all_are_alike() -> None:
    answers = list(table().values())
    assert answers.count(ALIKE) >= len(answers) - 5
