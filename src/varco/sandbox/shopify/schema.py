"""Shopify's Admin schema 2026-07, names and types alone (made by tools/shopify_schema.py). Read at its first use."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files
from typing import Final

from graphql import GraphQLSchema, build_ast_schema, parse

_FILE: Final = "admin-2026-07.graphql.gz"
_LATER: Final = "extend enum OrderDisplayFulfillmentStatus { FULFILLMENT_NOT_REQUIRED }"
"""New in 2026-10: https://shopify.dev/changelog/orderdisplayfulfillmentstatus-now-returns-fulfillmentnotrequired"""


@cache
def schema() -> GraphQLSchema:
    """0.6 s the first time in a process (measured)."""
    text = gzip.decompress(files(__package__).joinpath(_FILE).read_bytes()).decode()
    return build_ast_schema(parse(f"{text}\n{_LATER}", no_location=True), assume_valid=True)
