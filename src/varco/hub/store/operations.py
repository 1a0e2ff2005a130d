"""Asking for work, and following it. See `models.operation`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from varco.hub import runtime
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import NOW
from varco.hub.models import Integration, Operation, Order, Organisation
from varco.model.finding import Finding


def ask(
    kind: str,
    organisation: Organisation,
    *,
    by: str,
    integration: Integration | None = None,
    order: Order | None = None,
    params: Mapping[str, Any] | None = None,
) -> Operation:
    """Write the row and its job in one transaction. A worker with a free slot takes it at once."""
    with transaction.atomic():
        operation: Operation = Operation.objects.create(
            organisation=organisation,
            kind=kind,
            integration=integration,
            order=order,
            params=dict(params or {}),
            asked_by=by,
            asked_at=runtime.clock().now(),
        )
        defer("run_operation", NOW, operation_id=operation.pk)
    return operation


def start(operation_id: int) -> Operation | None:
    """Take it, once: None if somebody else did."""
    now = runtime.clock().now()
    taken = Operation.objects.filter(pk=operation_id, state=Operation.ASKED).update(
        state=Operation.RUNNING, started_at=now
    )
    if not taken:
        return None
    taken_row: Operation = Operation.objects.select_related("organisation", "integration", "order").get(pk=operation_id)
    return taken_row


def report(operation_id: int, progress: Mapping[str, int]) -> None:
    Operation.objects.filter(pk=operation_id).update(progress=dict(progress))


def succeed(operation_id: int, result: Mapping[str, Any]) -> None:
    _end(operation_id, state=Operation.DONE, result=dict(result))


def fail(operation_id: int, finding: Finding, result: Mapping[str, Any] | None = None) -> None:
    _end(
        operation_id,
        state=Operation.FAILED,
        result=dict(result or {}),
        finding_code=finding.code,
        finding_params=finding.params,
    )


def _end(operation_id: int, **values: Any) -> None:
    Operation.objects.filter(pk=operation_id).update(ended_at=runtime.clock().now(), **values)


def get(organisation: Organisation, public_id: UUID) -> Operation | None:
    found: Operation | None = Operation.objects.of(organisation).filter(public_id=public_id).first()
    return found
