"""What a query costs. The formula gave the very figure for 406 of 425 answers of test shops; Shopify publishes none.

A scalar, money and `PageInfo` cost nothing, another object 1, a list of objects 1 and its fields, a count 10, a
connection 2 and for each row that it may have (their number dampened) 1 and its fields. A mutation starts at 10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import floor, log
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    value_from_ast_untyped,
)

_FREE: Final = frozenset(("PageInfo", "MoneyBag", "MoneyV2"))
_COUNT: Final = "Count"
_MUTATION: Final = 10
_MAIL: Final = 40
"""On top where the customer is mailed (seen once, with `fulfillmentTrackingInfoUpdate`)."""
ASKED: Final = object()
"""In place of data: what the query may bring at most."""


def dampened(rows: int) -> int:
    """1 for 1, 3 for 5, 5 for 20, 11 for 250."""
    return max(1, floor(2 * log(rows))) if rows else 0


class Pricing:
    """Prices one operation, as it is asked or (roughly) by what came out."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self._schema, self._fragments, self._variables = schema, fragments, variables

    def of(self, operation: OperationDefinitionNode, data: Any = ASKED) -> int:
        root = self._schema.get_root_type(operation.operation)
        if root is None:
            return 0
        if operation.operation is OperationType.MUTATION:
            return sum(
                self._mutation(parent, field, _of(data, field))
                for parent, field in self._fields(root, operation.selection_set)
            )
        return self._selected(root, operation.selection_set, data)

    def _mutation(self, parent: GraphQLNamedType, field: FieldNode, data: Any) -> int:
        """The objects that it gives back cost nothing themselves, its errors nothing at all."""
        cost = _MUTATION + (_MAIL if self._argument(field, "notifyCustomer") else 0)
        if data is None or field.selection_set is None:
            return cost
        for payload, part in self._fields(_type_of(parent, field), field.selection_set):
            kind, below = _type_of(payload, part), _of(data, part)
            if part.selection_set and not _is_list(payload, part) and below is not None:
                cost += self._selected(kind, part.selection_set, below)
        return cost

    def _selected(self, parent: GraphQLNamedType, selection: SelectionSetNode | None, data: Any) -> int:
        if selection is None or data is None:
            return 0
        return sum(self._field(inner, field, _of(data, field)) for inner, field in self._fields(parent, selection))

    def _field(self, parent: GraphQLNamedType, field: FieldNode, data: Any) -> int:
        kind = _type_of(parent, field)
        if is_leaf_type(kind) or kind.name in _FREE or data is None:
            return 0
        if kind.name == _COUNT:
            return 10
        if kind.name.endswith("Connection"):
            return self._connection(kind, field, data)
        if isinstance(data, list):
            return 1 + max((self._selected(kind, field.selection_set, row) for row in data), default=0)
        return 1 + self._selected(kind, field.selection_set, data)

    def _connection(self, kind: GraphQLNamedType, field: FieldNode, data: Any) -> int:
        rows = dampened(self._argument(field, "first") or self._argument(field, "last") or 1)
        nodes = list(self._nodes(kind, field.selection_set, data))
        if data is not ASKED:
            rows = min(rows, dampened(max((len(found) for _, _, found in nodes), default=0)))
        row = 1 + sum(
            max((self._selected(node, selection, one) for one in found), default=0) for node, selection, found in nodes
        )
        return 2 + rows * row

    def _nodes(
        self, kind: GraphQLNamedType, selection: SelectionSetNode | None, data: Any
    ) -> Iterator[tuple[GraphQLNamedType, SelectionSetNode | None, Sequence[Any]]]:
        """The rows by whatever way they are selected: `nodes`, or `edges` with `node`."""
        for parent, field in self._fields(kind, selection):
            below = _of(data, field)
            if field.name.value == "nodes":
                yield _type_of(parent, field), field.selection_set, [ASKED] if below is ASKED else below or []
            elif field.name.value == "edges":
                edge = _type_of(parent, field)
                for inner, part in self._fields(edge, field.selection_set):
                    if part.name.value == "node":
                        rows = [ASKED] if below is ASKED else [_of(row, part) for row in below or []]
                        yield _type_of(inner, part), part.selection_set, rows

    def _fields(
        self, parent: GraphQLNamedType, selection: SelectionSetNode | None
    ) -> Iterator[tuple[GraphQLNamedType, FieldNode]]:
        """Every field but `__typename`, those of fragments too, each with the type it stands in."""
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                if not node.name.value.startswith("__"):
                    yield parent, node
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                yield from self._fields(
                    self._schema.type_map[fragment.type_condition.name.value], fragment.selection_set
                )
            elif isinstance(node, InlineFragmentNode):
                inner = self._schema.type_map[node.type_condition.name.value] if node.type_condition else parent
                yield from self._fields(inner, node.selection_set)

    def _argument(self, field: FieldNode, name: str) -> Any:
        found = next((argument for argument in field.arguments or () if argument.name.value == name), None)
        return None if found is None else value_from_ast_untyped(found.value, dict(self._variables))


def _of(data: Any, field: FieldNode) -> Any:
    if data is ASKED or not isinstance(data, dict):
        return data if data is ASKED else None
    return data.get((field.alias or field.name).value)


def _type_of(parent: GraphQLNamedType, field: FieldNode) -> GraphQLNamedType:
    fields: Mapping[str, Any] = getattr(parent, "fields", {})
    found: GraphQLNamedType = get_named_type(fields[field.name.value].type)
    return found


def _is_list(parent: GraphQLNamedType, field: FieldNode) -> bool:
    fields: Mapping[str, Any] = getattr(parent, "fields", {})
    return is_list_type(get_nullable_type(fields[field.name.value].type))
