"""Bulk operations: a query that Shopify works through by itself, its rows in a file of one JSON object a line.

The rules of what it may ask, and the words in which the rest is refused, are recorded; so is that five run at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
)

from varco.sandbox.shopify.app import Bulk
from varco.sandbox.shopify.checking import checked
from varco.sandbox.shopify.paging import Fields
from varco.sandbox.shopify.schema import schema
from varco.sandbox.shopify.view import Info, View, at, error, gid, number_in

_AT_ONCE: Final = 5
_CONNECTIONS: Final = 5
_DEEPEST: Final = 2
_TAKES_S: Final = 2
FOLDER: Final = "/bulk/"
_KEPT_S: Final = 7 * 86_400
"""How long the file can be fetched."""
Resolver = Callable[[Info, dict[str, Any]], Any]


# Its query


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """One connection of the query."""

    name: str
    depth: int
    by_edges: bool
    has_id: bool
    within_list: bool
    nests: bool


def refusals(query: str) -> list[str]:
    """Why Shopify does not run it."""
    try:
        document = parse(query)
    except GraphQLSyntaxError as wrong:
        return [f"Invalid bulk query: {wrong.message}"]
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        return ["Invalid operation type. Only `query` operations are supported."]
    asked = checked(query)
    if asked.errors:
        return [f"Invalid bulk query: {asked.errors[0].message}"]
    look = _Look(asked.fragments())
    return list(_broken_rules(operations[0], list(look.connections(operations[0]))))


def _broken_rules(operation: OperationDefinitionNode, found: list[_Found]) -> Iterator[str]:
    tops = [node.name.value for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    yield from (
        f"Bulk queries cannot contain a top level `{name}` field." for name in tops if name in ("node", "nodes")
    )
    if not found:
        yield "Bulk queries must contain at least one connection."
    if len(found) > _CONNECTIONS:
        yield f"Bulk queries cannot contain more than {_CONNECTIONS} connections."
    if any(one.depth > _DEEPEST for one in found):
        yield f"Bulk queries cannot contain connections with a nesting depth greater than {_DEEPEST}."
    if any(one.within_list for one in found):
        yield "Queries that contain a connection field within a list field are not currently supported."
    unfit = [one.name for one in found if not one.by_edges]
    if unfit:
        names = ", ".join(f"'{name}'" for name in unfit)
        yield (
            "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: "
            f"'{unfit[0]} {{ edges {{ node {{'. Selecting via 'nodes' is not supported. "
            f"Invalid connection fields: {names}."
        )
    nameless = [one.name for one in found if one.nests and not one.has_id]
    if nameless:
        yield (
            "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be "
            f"of 'ID' return type. Connection fields without 'id': {', '.join(nameless)}."
        )


class _Look:
    """Goes through the query, its fragments too."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments

    def connections(self, operation: OperationDefinitionNode) -> Iterator[_Found]:
        root = schema().query_type
        return iter(()) if root is None else self._below(root, operation.selection_set, 0, in_list=False)

    def _below(
        self, parent: GraphQLNamedType, selection: SelectionSetNode | None, depth: int, *, in_list: bool
    ) -> Iterator[_Found]:
        known: Mapping[str, Any] = getattr(parent, "fields", {})
        for node in self._fields(selection):
            field = known.get(node.name.value)
            if field is None or node.selection_set is None:
                continue
            kind = get_named_type(field.type)
            if kind.name.endswith("Connection"):
                yield from self._connection(node, kind, depth, in_list=in_list)
            else:
                listed = in_list or is_list_type(get_nullable_type(field.type))
                yield from self._below(kind, node.selection_set, depth, in_list=listed)

    def _connection(self, node: FieldNode, kind: GraphQLNamedType, depth: int, *, in_list: bool) -> Iterator[_Found]:
        rows = self._rows_of(node)
        row_type = get_named_type(getattr(kind, "fields", {})["nodes"].type)
        inner = [] if rows is None else list(self._below(row_type, rows, depth + 1, in_list=in_list))
        yield _Found(
            name=node.name.value,
            depth=depth,
            by_edges=rows is not None,
            has_id=any(part.name.value == "id" and part.alias is None for part in self._fields(rows)),
            within_list=in_list,
            nests=bool(inner),
        )
        yield from inner

    def _rows_of(self, node: FieldNode) -> SelectionSetNode | None:
        """What is selected of `edges { node { ... } }`; None where the rows are asked for in another way."""
        names = {part.name.value: part for part in self._fields(node.selection_set)}
        edges = names.get("edges")
        if edges is None or "nodes" in names:
            return None
        row = next((part for part in self._fields(edges.selection_set) if part.name.value == "node"), None)
        return None if row is None else row.selection_set

    def _fields(self, selection: SelectionSetNode | None) -> Iterator[FieldNode]:
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                yield from self._fields(self._fragments[node.name.value].selection_set)


# The operation


def run(info: Info, arguments: dict[str, Any]) -> Fields:
    view: View = info.context
    query = arguments["query"]
    wrong = refusals(query)
    if wrong:
        return _refused([error(["query"], words, "INVALID") for words in wrong])
    running = [bulk for bulk in view.app.bulks.values() if bulk.ends > view.now]
    if len(running) >= _AT_ONCE:
        names = ", ".join(gid("BulkOperation", bulk.id) for bulk in running)
        words = f"A bulk query operation for this app and shop is already in progress: {names}."
        return _refused([error(None, words, "OPERATION_IN_PROGRESS")])
    number = next(view.state.webhook_ids)
    bulk = Bulk(
        id=number, query=query, created=view.now, ends=view.now + _TAKES_S, scopes=view.scopes,
        secret=view.app.secret_of("bulk", number), grouped=bool(arguments.get("groupObjects")),
    )  # fmt: skip
    view.app.bulks[number] = bulk
    return {"bulkOperation": _fields(view, bulk), "userErrors": []}


def _refused(errors: list[Fields]) -> Fields:
    return {"bulkOperation": None, "userErrors": errors}


def read(info: Info, arguments: dict[str, Any]) -> Fields | None:
    bulk = info.context.app.bulks.get(number_in(arguments["id"], "BulkOperation") or 0)
    return None if bulk is None else _fields(info.context, bulk)


def current(info: Info, _arguments: dict[str, Any]) -> Fields | None:
    bulks = list(info.context.app.bulks.values())
    return _fields(info.context, bulks[-1]) if bulks else None


def _fields(view: View, bulk: Bulk) -> Fields:
    done = bulk.ends <= view.now
    if done:
        _work(view, bulk)
    lines = bulk.lines or b""
    return {
        "__typename": "BulkOperation",
        "id": gid("BulkOperation", bulk.id),
        "status": _status(view, bulk),
        "type": "QUERY",
        "errorCode": bulk.failed or None,
        "createdAt": at(bulk.created),
        "completedAt": at(bulk.ends) if done else None,
        "objectCount": str(bulk.objects),
        "rootObjectCount": str(bulk.roots),
        "fileSize": str(len(lines)) if done and lines else None,
        "url": f"{view.state.home}{FOLDER}{bulk.secret}.jsonl" if done and lines else None,
        "partialDataUrl": None,
        "query": bulk.query,
    }


def _status(view: View, bulk: Bulk) -> str:
    if bulk.ends > view.now:
        return "CREATED" if bulk.created == view.now else "RUNNING"
    return "FAILED" if bulk.failed else "COMPLETED"


def file(view: View, secret: str) -> bytes | None:
    """Whoever has the address gets it, for a week."""
    for bulk in view.app.bulks.values():
        if bulk.secret == secret and bulk.ends <= view.now < bulk.ends + _KEPT_S:
            _work(view, bulk)
            return bulk.lines or None
    return None


def _work(view: View, bulk: Bulk) -> None:
    """Once; with the scopes that the app had when it asked."""
    if bulk.lines is not None:
        return
    from varco.sandbox.shopify.engine import carried_out

    asked = checked(bulk.query)
    operation = asked.operation(None)
    if operation is None:
        return
    inner = View(view.state, view.app, bulk.scopes, view.version, bulk=True)
    result = carried_out(inner, asked, operation, {})
    if result.errors or result.data is None:
        bulk.failed, bulk.lines = _failure(result.errors or []), b""
        return
    rows = list(_flattened(result.data, None, grouped=bulk.grouped))
    bulk.objects, bulk.roots = len(rows), sum("__parentId" not in row for row in rows)
    bulk.lines = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def _failure(errors: list[GraphQLError]) -> str:
    codes = [(wrong.extensions or {}).get("code") for wrong in errors]
    return "ACCESS_DENIED" if "ACCESS_DENIED" in codes else "INTERNAL_SERVER_ERROR"


def _flattened(data: Mapping[str, Any], parent: str | None, *, grouped: bool) -> Iterator[dict[str, Any]]:
    """Row by row. What stands below a row follows it if that is wished; else it may stand anywhere after it."""
    below: list[tuple[Mapping[str, Any], str]] = []
    for value in data.values():
        for edge in value["edges"] if _is_connection(value) else ():
            node = edge["node"]
            row = {name: part for name, part in node.items() if not _is_connection(part)}
            yield row if parent is None else {**row, "__parentId": parent}
            if grouped:
                yield from _flattened(node, node.get("id", ""), grouped=True)
            else:
                below.append((node, node.get("id", "")))
    for node, number in below:
        yield from _flattened(node, number, grouped=False)


def _is_connection(value: Any) -> bool:
    return isinstance(value, dict) and "edges" in value
