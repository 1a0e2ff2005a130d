"""Every recorded block and error is named as the table beside this file says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.recordings import RECORDED, exchange_from, recordings
from varco.net.diagnose import diagnose
from varco.net.kinds import KINDS

TABLE = Path(__file__).with_name("expected_causes.tsv")


def expected() -> dict[str, str]:
    with TABLE.open(encoding="utf-8") as file:
        return {row["recording"]: row["cause"] for row in csv.DictReader(file, delimiter="\t")}


@pytest.mark.parametrize(("name", "cause"), sorted(expected().items()))
def test_the_cause_is_the_one_of_the_table(name: str, cause: str) -> None:
    recording = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    finding = diagnose(exchange_from(recording))
    assert (finding.code if finding else "-") == cause


def test_no_block_or_error_is_left_out_of_the_table() -> None:
    blocked = {f"blocked/{name}" for name, _ in recordings("blocked")}
    errors = {f"woocommerce/{name}" for name, _ in recordings("woocommerce") if name.startswith("err_")}
    assert blocked | errors <= expected().keys()


def test_what_is_not_in_the_table_is_a_good_answer() -> None:
    table = expected()
    for name, recording in recordings("woocommerce"):
        if f"woocommerce/{name}" not in table and not name.startswith("webhook_delivery"):
            assert diagnose(exchange_from(recording)) is None, name


def test_every_sentence_can_be_made_from_the_parameters() -> None:
    for folder in ("blocked", "woocommerce"):
        for name, recording in recordings(folder):
            finding = diagnose(exchange_from(recording))
            if finding is not None:
                kind = KINDS[finding.code]
                assert "{" not in (kind.title + kind.sentence + kind.advice).format(**finding.params), name
