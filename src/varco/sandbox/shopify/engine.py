"""One call of `graphql.json`: read, priced, held against the bucket, carried out. Nearly all goes out as 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, execute_sync

from varco.sandbox.shopify import access, mutations, reads
from varco.sandbox.shopify.checking import Checked, checked, values_of, variables_refused
from varco.sandbox.shopify.cost import Pricing
from varco.sandbox.shopify.schema import schema
from varco.sandbox.shopify.view import Info, View

_MOST_AT_ONCE: Final = 1000
_LIMITS: Final = "https://shopify.dev/api/usage/rate-limits"
_TOO_COSTLY: Final = (
    "Query cost is {cost}, which exceeds the single query max cost limit ({most}).\n\nSee "
    "https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\ncost of a query is "
    "calculated.\n\nTo query larger amounts of data with fewer limits, bulk operations should be used instead.\nSee "
    "https://shopify.dev/tutorials/perform-bulk-operations-with-admin-api for usage details.\n"
)
Answer = dict[str, Any]


class Asked(msgspec.Struct, frozen=True):
    """The body of a call."""

    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None


def answer(view: View, asked: Asked, request_id: str) -> Answer:
    found = checked(asked.query)
    if found.errors:
        return _refused(*found.errors)
    operation = found.operation(asked.operationName)
    if operation is None:
        return _refused(GraphQLError("An operation name is required"))
    wrong = variables_refused(operation, asked.variables or {})
    if wrong:
        return _refused(*wrong)
    return _priced(view, found, operation, asked.variables or {}, request_id)


def _priced(
    view: View, found: Checked, operation: OperationDefinitionNode, variables: Mapping[str, Any], request_id: str
) -> Answer:
    pricing = Pricing(schema(), found.fragments(), values_of(operation, variables))
    cost, bucket = pricing.of(operation), view.app.bucket
    if cost > _MOST_AT_ONCE:
        return _refused(_too_costly(cost))
    if not bucket.take(cost, view.now):
        told = GraphQLError("Throttled", extensions={"code": "THROTTLED", "documentation": _LIMITS})
        return _refused(told) | {"extensions": _told(view, cost, None)}
    result = carried_out(view, found, operation, variables)
    if view.app.internal_errors or any(map(_is_internal, result.errors or ())):
        view.app.internal_errors = max(0, view.app.internal_errors - 1)
        return _internal(request_id)
    actual = pricing.of(operation, result.data)
    bucket.give_back(cost - actual)
    given: Answer = {"data": result.data}
    if result.errors:
        given["errors"] = [error.formatted for error in result.errors]
    searches = [search.told(path) for path, search in view.searches if search.warnings]
    return given | {"extensions": _told(view, cost, actual) | ({"search": searches} if searches else {})}


def carried_out(
    view: View, found: Checked, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> ExecutionResult:
    if found.document is None:
        return ExecutionResult(None, list(found.errors))
    return execute_sync(
        schema(),
        found.document,
        root_value={**reads.ROOT, **mutations.ROOT},
        context_value=view,
        variable_values=dict(variables),
        operation_name=operation.name.value if operation.name else None,
        field_resolver=_resolved,
    )


def _resolved(source: Mapping[str, Any], info: Info, **arguments: Any) -> Any:
    view: View = info.context
    access.check(view, info.parent_type.name, info.field_name)
    if info.field_name not in source:
        where = f"{info.parent_type.name}.{info.field_name}"
        raise GraphQLError(f"This pretend Shopify has no {where}.", extensions={"code": "NOT_PRETENDED"})
    value = source[info.field_name]
    return value(info, arguments) if callable(value) else value


def _is_internal(error: GraphQLError) -> bool:
    return isinstance(error.original_error, mutations.InternalError)


def _refused(*errors: GraphQLError) -> Answer:
    return {"errors": [error.formatted for error in errors]}


def _too_costly(cost: int) -> GraphQLError:
    extensions = {"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": _MOST_AT_ONCE, "documentation": _LIMITS}
    return GraphQLError(_TOO_COSTLY.format(cost=cost, most=_MOST_AT_ONCE), extensions=extensions)


def _internal(request_id: str) -> Answer:
    words = (
        "Internal error. Looks like something went wrong on our end.\n"
        f"Request ID: {request_id} (include this in support requests)."
    )
    told = GraphQLError(words, extensions={"requestId": request_id, "code": "INTERNAL_SERVER_ERROR"})
    return _refused(told) | {"data": None}


def _told(view: View, requested: int, actual: int | None) -> Answer:
    return {
        "cost": {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": view.app.bucket.status(view.now),
        }
    }
