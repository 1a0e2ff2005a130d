"""Take the names and types out of a copy of Shopify's Admin GraphQL schema, for the pretend shop.

`python -m tools.shopify_schema admin-2026-07.graphql.gz`: what was printed from an introspection answer (see
https://github.com/airhorns/shopify-draft-proxy/tree/1fba7c1853d600286cbcbc275a26cbb8500bcb28/config/admin-graphql) goes
in; what people wrote in it (descriptions, reasons of deprecation) is left out, as it is Shopify's own text.
"""

from __future__ import annotations

import gzip
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from graphql import DirectiveNode, Visitor, parse, print_ast, visit

TARGET: Final = Path(__file__).parent.parent / "src/varco/sandbox/shopify/admin-2026-07.graphql.gz"


class _Bare(Visitor):
    """Every definition without its description, every `@deprecated` without its reason."""

    def leave(self, node: Any, *_: Any) -> Any:
        if isinstance(node, DirectiveNode):
            return replace(node, arguments=())
        return replace(node, description=None) if getattr(node, "description", None) else None


def bare(schema: str) -> str:
    return print_ast(visit(parse(schema, no_location=True), _Bare()))


def main() -> None:
    source = Path(sys.argv[1])
    schema = bare(gzip.decompress(source.read_bytes()).decode())
    TARGET.write_bytes(gzip.compress(schema.encode(), mtime=0))


if __name__ == "__main__":
    main()
