"""The pretend Magento answers every recorded exchange as the real shop did, or the table says why it does not."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from tests.contract.likeness import differences, rows_differ
from tests.contract.magento_world import GOOD, answered, like_recorded
from tests.recordings import recordings
from varco.model.exchange import Request
from varco.sandbox import Oddity, SandboxShop, ShopSpec
from varco.sandbox.magento.auth import token_of

TABLE: Final = Path(__file__).with_name("magento_recordings.tsv")
ALIKE: Final = "alike"
RECORDINGS: Final = dict(recordings("magento"))
NEVER_RECORDED: Final = ("customer_note", "total_refunded", "base_total_refunded")
"""The recorded shop had no order with a note, and none was read after a refund (so refunded ones are not compared)."""


def table() -> dict[str, str]:
    with TABLE.open(encoding="utf-8") as file:
        return {row["recording"]: row["answered"] for row in csv.DictReader(file, delimiter="\t")}


def found_differences(name: str) -> list[str]:
    """What is sent packed is stored as it is read. Whole orders of a list are compared with all that were recorded."""
    recording = RECORDINGS[name]
    ours = answered(name, recording)
    recorded = recording["response"]
    headers = [(key, value) for key, value in recorded["headers"].items() if key != "Content-Encoding"]
    theirs = {**recorded, "headers": headers, "body": "" if recorded["body"] is None else recorded["body"]}
    if _is_list_of_orders(recorded["body"]):
        data = msgspec.json.decode(ours.body)
        found = rows_differ(list(like_recorded().values()), data["items"])
        theirs["body"] = {**recorded["body"], "items": []}
        ours = msgspec.structs.replace(ours, body=msgspec.json.encode({**data, "items": []}))
        return [*found, *differences(theirs, ours)]
    found = differences(theirs, ours)
    if isinstance(recorded["body"], dict) and "message" in recorded["body"]:
        told = msgspec.json.decode(ours.body)
        found += [f"{key}: {told.get(key)!r}" for key in ("message", "parameters") if not _same(key, recorded, told)]
    return found


def _same(key: str, recorded: dict[str, Any], told: dict[str, Any]) -> bool:
    return bool(recorded["body"].get(key) == told.get(key))


def _is_list_of_orders(body: Any) -> bool:
    rows = body.get("items") if isinstance(body, dict) else None
    return isinstance(rows, list) and bool(rows) and "billing_address" in rows[0]


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
    assert answers.count(ALIKE) >= len(answers) - 6


@pytest.mark.parametrize("oddity", [None, *(oddity for oddity in Oddity if oddity is not Oddity.REFUNDED)])
def test_made_up_orders_have_the_form_of_recorded_ones(oddity: Oddity | None) -> None:
    shop = SandboxShop(ShopSpec(platform="magento", seed=11, bearer=True, keys=(GOOD,)))
    shop.backstage.add_orders(60, status="pending", oddities=None if oddity is None else [oddity])
    url = f"{shop.url}/rest/V1/orders?searchCriteria[pageSize]=100"
    answer = shop.handle(Request(method="GET", url=url, headers=(("Authorization", f"Bearer {token_of(GOOD)[0]}"),)))
    made = msgspec.json.decode(answer.body)["items"]
    assert len(made) == 60
    known = [{name: value for name, value in row.items() if name not in NEVER_RECORDED} for row in made]
    assert rows_differ(counted(list(like_recorded().values())), counted(known)) == []


def counted(data: Any) -> Any:
    """Magento writes the same amount as int or as float, as it comes: all are one kind here."""
    if isinstance(data, dict):
        return {name: counted(value) for name, value in data.items()}
    if isinstance(data, list):
        return [counted(value) for value in data]
    return float(data) if isinstance(data, int) and not isinstance(data, bool) else data
