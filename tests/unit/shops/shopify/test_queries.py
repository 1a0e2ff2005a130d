"""Every question is held against Shopify's schema, and its cost against the rule that was found in recorded answers."""

from __future__ import annotations

import graphql
import pytest

from varco.sandbox.shopify.cost import Pricing
from varco.sandbox.shopify.schema import schema
from varco.shops.shopify.queries import ALL, API_VERSION, MOST_ROWS, ORDERS, ORDERS_AT_ONCE, Query, bulk_orders

MOST_POINTS = 1000
each_query = pytest.mark.parametrize("query", ALL, ids=lambda query: query.text.split("(")[0].split("{")[0].strip())


def price(query: Query, rows: int) -> int:
    document = graphql.parse(query.text)
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, graphql.FragmentDefinitionNode)}
    (operation,) = (one for one in document.definitions if isinstance(one, graphql.OperationDefinitionNode))
    return Pricing(schema(), fragments, {"first": rows, "notify": True}).of(operation)


@each_query
def test_a_question_is_valid_in_the_version_that_we_ask_for(query: Query) -> None:
    assert API_VERSION == "2026-07"
    assert graphql.validate(schema(), graphql.parse(query.text)) == []


def test_the_question_for_a_file_keeps_its_rules() -> None:
    text = bulk_orders("created_at:>='2026-09-25T00:00:00Z'")
    assert graphql.validate(schema(), graphql.parse(text)) == []
    assert text.count("edges {") == 4
    assert "nodes" not in text


@each_query
def test_its_cost_is_known_before_it_is_asked(query: Query) -> None:
    for rows in (1, 20, ORDERS_AT_ONCE) if query.each else (0,):
        assert query.cost(rows) == price(query, rows)


def test_no_question_asks_for_more_points_than_one_may() -> None:
    assert all(query.cost(MOST_ROWS if query.each and query is not ORDERS else 1) <= MOST_POINTS for query in ALL)
    assert ORDERS.cost(ORDERS_AT_ONCE) <= MOST_POINTS
