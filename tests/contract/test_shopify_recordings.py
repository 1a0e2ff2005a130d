"""The pretend Shopify answers every recorded exchange as the real one did, or the table says why it does not.

Alike are keys, types and what counts: words of errors, states, quantities, what a question costs. Numbers, names and
dates are the pretend shop's own.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.contract.likeness import differences
from tests.contract.shopify_world import RECORDED, World, answered
from varco.sandbox.shopify.hooks import line_payload

TABLE: Final = Path(__file__).with_name("shopify_recordings.tsv")
ALIKE: Final = "alike"
EXCHANGES: Final = [(name, title) for name, recording in RECORDED.items() for title in recording["exchanges"]]
SAME: Final = frozenset(
    (
        "status", "requestStatus", "displayStatus", "displayFulfillmentStatus", "displayFinancialStatus", "action",
        "totalQuantity", "remainingQuantity", "quantity", "currentQuantity", "fulfillableQuantity", "count",
        "precision", "hasNextPage", "hasPreviousPage", "number", "company", "reason", "reasonNotes", "handle",
        "displayReason", "heldByRequestingApp", "topic", "format", "errorCode", "code", "message", "field", "path",
        "column", "requestedQueryCost", "typeName", "fieldName", "explanation", "documentation", "happenedAt",
        "requiredAccess", "fulfillment_status", "fulfillable_quantity", "requires_shipping",
    )
)  # fmt: skip
"""Keys whose value is the same, numbers in texts aside. Lines of errors are not: queries were stored without the empty
lines before them."""
_COST_NOT_ASKED: Final = ("throttled", "webhook_subscription", "fulfillment_create_errors", "fulfillment_create_states")
"""Files in which the question was not kept: ours may cost otherwise."""


def table() -> dict[str, str]:
    with TABLE.open(encoding="utf-8") as file:
        return {row["exchange"]: row["answered"] for row in csv.DictReader(file, delimiter="\t")}


def found_differences(name: str, title: str) -> list[str]:
    recorded = RECORDED[name]["exchanges"][title]
    if name == "tip_line":
        theirs, data = recorded["response"], _tip()
        return [*_unlike(theirs, data, name), *differences(_answer(200, theirs), _response(data))]
    ours = answered(name, title)
    data = counted(json.loads(ours.body))
    theirs = counted(recorded["response"])
    alike = differences(_answer(recorded["http_status"], theirs), _response(data, ours.status))
    return [*alike, *_unlike(theirs, data, name)]


def _tip() -> Any:
    from varco.sandbox import Oddity
    from varco.sandbox.shopify.orders import of

    world = World()
    (number,) = world.shop.backstage.add_orders(1, status="unfulfilled", oddities=[Oddity.FEE])
    order = world.state.order(number)
    assert order is not None
    return line_payload(world.app, of(order), of(order).items[-1])


def _answer(status: int, body: Any) -> dict[str, Any]:
    return {"status": status, "headers": [], "body": body}


def _response(data: Any, status: int = 200) -> Any:
    from varco.model.exchange import Response

    return Response(status=status, body=json.dumps(data).encode())


def _unlike(theirs: Any, ours: Any, name: str, path: str = "body") -> Iterator[str]:
    """Values that matter and are not the same."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in theirs.keys() & ours.keys():
            if key in SAME and not (key == "requestedQueryCost" and name in _COST_NOT_ASKED):
                if _plain(theirs[key]) != _plain(ours[key]):
                    yield f"{path}.{key}: {ours[key]!r} and not {theirs[key]!r}"
            else:
                yield from _unlike(theirs[key], ours[key], name, f"{path}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        if len(theirs) != len(ours):
            yield f"{path}: {len(ours)} rows and not {len(theirs)}"
        for place, (one, other) in enumerate(zip(theirs, ours, strict=False)):
            yield from _unlike(one, other, name, f"{path}[{place}]")


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, str):
        return value
    value = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}-\d+", "N", value)
    return re.sub(r"\d+", "N", value)


def counted(data: Any) -> Any:
    """An older shop wrote its limits as floats: all numbers are of one kind here."""
    if isinstance(data, dict):
        return {name: counted(value) for name, value in data.items()}
    if isinstance(data, list):
        return [counted(value) for value in data]
    return float(data) if isinstance(data, int) and not isinstance(data, bool) else data


@pytest.mark.parametrize(("name", "title"), EXCHANGES)
def test_it_is_answered_as_the_table_says(name: str, title: str) -> None:
    found = found_differences(name, title)
    if table()[f"{name}.{title}"] == ALIKE:
        assert found == []
    else:
        assert found, "it is alike by now: write so in the table"


def test_the_table_holds_every_exchange_and_a_reason_for_each_that_is_not_alike() -> None:
    rows = table()
    assert list(rows) == [f"{name}.{title}" for name, title in EXCHANGES]
    assert all(answer == ALIKE or len(answer) > 20 for answer in rows.values())


def test_nearly_all_are_alike() -> None:
    answers = list(table().values())
    assert answers.count(ALIKE) >= len(answers) - 6
