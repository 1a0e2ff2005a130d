"""What a question costs a Shopify app, and what happens when it has not enough."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from tests.contract.shopify_world import RECORDED
from tests.unit.sandbox.shopify_caller import ShopifyCaller
from varco.sandbox.shopify.bucket import Bucket
from varco.sandbox.shopify.checking import checked
from varco.sandbox.shopify.cost import Pricing, dampened
from varco.sandbox.shopify.schema import schema

PRICED = [
    (name, title, one)
    for name, recording in RECORDED.items()
    for title, one in recording["exchanges"].items()
    if one.get("query") and "cost" in one["response"].get("extensions", {})
]
HEAVY = """{ orders(first: 250) { nodes { fulfillmentOrders(first: 250) { nodes {
  lineItems(first: 250) { nodes { id } } } } } } }"""


@pytest.mark.parametrize(("name", "title", "one"), PRICED)
def test_every_recorded_question_costs_here_what_it_cost_there(name: str, title: str, one: Any) -> None:
    found = checked(one["query"])
    operation = next(node for node in parse(one["query"]).definitions if isinstance(node, OperationDefinitionNode))
    pricing = Pricing(schema(), found.fragments(), one["variables"])
    assert pricing.of(operation) == one["response"]["extensions"]["cost"]["requestedQueryCost"]


def test_many_rows_are_dampened() -> None:
    assert [dampened(rows) for rows in (0, 1, 2, 5, 10, 20, 50, 250)] == [0, 1, 1, 3, 4, 5, 7, 11]


class TestBucket:
    def test_is_full_at_its_start_and_fills_again_by_and_by(self) -> None:
        bucket = Bucket(1000, 50, now=100)
        assert bucket.take(900, 100)
        assert not bucket.take(101, 100)
        assert bucket.take(101, 101)
        assert bucket.available(1000) == 1000

    def test_a_refused_question_takes_nothing(self) -> None:
        bucket = Bucket(100, 1, now=0)
        assert not bucket.take(101, 0)
        assert bucket.available(0) == 100

    def test_holds_no_more_than_it_can_whatever_is_given_back(self) -> None:
        bucket = Bucket(100, 1, now=0)
        bucket.give_back(50)
        assert bucket.available(0) == 100

    def test_a_clock_that_goes_back_takes_nothing_away(self) -> None:
        bucket = Bucket(100, 1, now=1000)
        bucket.take(60, 1000)
        assert bucket.available(10) == 40


class TestThrottling:
    def test_is_told_inside_a_good_answer_with_what_is_left(self) -> None:
        caller = ShopifyCaller()
        caller.backstage.act("drain_bucket", {"left": 5})
        answer = caller.ask("{ ordersCount { count } }")
        assert "data" not in answer
        assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
        cost = answer["extensions"]["cost"]
        assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (10, None)
        assert cost["throttleStatus"] == {"maximumAvailable": 2000, "currentlyAvailable": 5, "restoreRate": 100}

    def test_is_over_once_the_missing_points_are_back(self) -> None:
        caller = ShopifyCaller(restore_rate=2)
        caller.backstage.act("drain_bucket", {"left": 4})
        assert "errors" in caller.ask("{ ordersCount { count } }")
        caller.clock.move(3)
        assert caller.read("{ ordersCount { count } }") == {"ordersCount": {"count": 0}}

    def test_the_dearest_question_is_refused_however_full_the_bucket(self) -> None:
        answer = ShopifyCaller().ask(HEAVY)
        assert answer["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
        assert answer["errors"][0]["extensions"]["maxCost"] == 1000

    def test_what_was_asked_for_and_did_not_come_is_given_back(self) -> None:
        caller = ShopifyCaller(orders=0)
        answer = caller.ask("{ orders(first: 50) { nodes { id } } }")
        cost = answer["extensions"]["cost"]
        assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (9, 2)
        assert cost["throttleStatus"]["currentlyAvailable"] == 1998
