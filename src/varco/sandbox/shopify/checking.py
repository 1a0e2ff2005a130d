"""What a query may not be, in the words of Shopify's own engine (recorded), which are not those of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSyntaxError,
    Node,
    OperationDefinitionNode,
    ValidationRule,
    VariableDefinitionNode,
    is_input_type,
    parse,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.utilities import value_from_ast_untyped
from graphql.validation import FieldsOnCorrectTypeRule

from varco.sandbox.shopify.schema import schema

_NOT_NULL: Final = "Expected value to not be null"
_WHOLE: Final = ("Int", "UnsignedInt64")
Path = tuple[str | int, ...]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A query that was read; with errors it is not carried out."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...]

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        found = [node for node in self._definitions() if isinstance(node, OperationDefinitionNode)]
        if name:
            return next((node for node in found if node.name is not None and node.name.value == name), None)
        return found[0] if len(found) == 1 else None

    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        return {node.name.value: node for node in self._definitions() if isinstance(node, FragmentDefinitionNode)}

    def _definitions(self) -> Collection[Node]:
        return self.document.definitions if self.document is not None else ()


class _Fields(ValidationRule):
    """In place of the engine's own rule for fields that a type does not have."""

    def enter_field(self, node: FieldNode, _key: Any, _parent: Any, _path: Any, ancestors: Sequence[Any]) -> None:
        kind = self.context.get_parent_type()
        if kind is None or self.context.get_field_def() is not None:
            return
        name = node.name.value
        error = GraphQLError(
            f"Field '{name}' doesn't exist on type '{kind.name}'",
            node,
            path=[*_steps(ancestors), name],
            extensions={"code": "undefinedField", "typeName": kind.name, "fieldName": name},
        )
        self.report_error(error)


def _steps(ancestors: Sequence[Any]) -> Iterator[str]:
    for node in ancestors:
        if isinstance(node, OperationDefinitionNode):
            name = f" {node.name.value}" if node.name else ""
            yield f"{node.operation.value}{name}"
        elif isinstance(node, FragmentDefinitionNode):
            yield f"fragment {node.name.value}"
        elif isinstance(node, FieldNode):
            yield (node.alias or node.name).value


_RULES: Final = [*(rule for rule in specified_rules if rule is not FieldsOnCorrectTypeRule), _Fields]


@lru_cache(maxsize=256)
def checked(query: str) -> Checked:
    """Read and held against the schema; the same few queries come again and again."""
    try:
        document = parse(query)
    except GraphQLSyntaxError as error:
        return Checked(document=None, errors=(error,))
    return Checked(document=document, errors=tuple(validate(schema(), document, _RULES)))


def variables_refused(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> list[GraphQLError]:
    """Values that a variable's type does not take."""
    found = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        kind = type_from_ast(schema(), definition.type)
        value = given.get(name)
        if not is_input_type(kind) or (name not in given and definition.default_value is not None):
            continue
        problems = list(_problems(kind, value, ()))
        if problems:
            found.append(_refused(definition, name, kind, value, problems))
    return found


def values_of(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the variables stand for, defaults included."""
    defaults = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    return {**defaults, **given}


def _refused(
    definition: VariableDefinitionNode, name: str, kind: Any, value: Any, problems: list[tuple[Path, str]]
) -> GraphQLError:
    words = ", ".join(f"{'.'.join(map(str, path))} ({text})" if path else text for path, text in problems)
    where = f" for {words}" if problems[0][0] else ""
    return GraphQLError(
        f"Variable ${name} of type {kind} was provided invalid value{where}",
        definition,
        extensions={
            "code": "INVALID_VARIABLE",
            "value": value,
            "problems": [{"path": list(path), "explanation": text} for path, text in problems],
        },
    )


def _problems(kind: GraphQLInputType, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(kind, GraphQLNonNull):
        if value is None:
            yield path, _NOT_NULL
        else:
            yield from _problems(kind.of_type, value, path)
    elif value is None:
        return
    elif isinstance(kind, GraphQLList):
        for place, one in enumerate(value if isinstance(value, list) else [value]):
            yield from _problems(kind.of_type, one, (*path, place))
    elif isinstance(kind, GraphQLEnumType):
        if value not in kind.values:
            yield path, f'Expected "{value}" to be one of: {", ".join(kind.values)}'
    elif isinstance(kind, GraphQLInputObjectType):
        yield from _of_object(kind, value, path)
    elif not _fits(kind.name, value):
        yield path, f"Could not coerce value {msgspec.json.encode(value).decode()} to {kind.name}"


def _of_object(kind: GraphQLInputObjectType, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, dict):
        yield path, f"Expected {msgspec.json.encode(value).decode()} to be a key-value object."
        return
    for name in value.keys() - kind.fields.keys():
        yield (*path, name), f"Field is not defined on {kind.name}"
    for name, field in kind.fields.items():
        if name in value or (isinstance(field.type, GraphQLNonNull) and field.default_value is None):
            yield from _problems(field.type, value.get(name), (*path, name))


def _fits(name: str, value: Any) -> bool:
    if name in _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "Boolean":
        return isinstance(value, bool)
    if name == "Float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str | int | float)
