"""Asking for work, and following it: a page writes the row, a worker does it, the page looks at it again.

| kind         | of          | params                                   | result                                      |
| ------------ | ----------- | ---------------------------------------- | ------------------------------------------- |
| `recognise`  |             | `url`, `pinned_ca`                       | `platform`, `version`, `final_url`          |
| `connect`    | integration |                                          | the profile, what the keys may do, problems |
| `preview`    | integration | `statuses`, `since` (ISO or null)        | `count`, `oldest_placed_at`                 |
| `refresh`    | integration |                                          | `new`, `changed`, `numbers`, `gap_from`     |
| `ship`       | order       | `sync.ship.request_from`, `seen_hashes`, | `shipment`                                  |
|              |             | `unread_ok`                              |                                             |
| `read-order` | order       |                                          | `changed`, `gone`                           |
| `check`      | integration | `light`                                  | `doctor.report.Report`, `closed_by`         |
| `read-list`  |             | `url`                                    | `addresses`                                 |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from varco.hub import runtime
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import NOW
from varco.hub.models import Integration, Operation, Order, Organisation
from varco.model.errors import BadInput
from varco.model.finding import Finding

LOST_AFTER: Final = timedelta(seconds=10)
"""A job younger than this may not be visible yet."""
KEPT: Final = timedelta(days=7)
EXAMINATIONS_KEPT: Final = timedelta(days=180)
_LOST: Final = """
UPDATE operation AS o SET state = 'asked', started_at = NULL
WHERE o.state IN ('asked', 'running') AND o.asked_at < %s AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs AS j
    WHERE j.task_name = 'varco.hub.jobs.tasks.run_operation' AND j.status IN ('todo', 'doing')
      AND (j.args ->> 'operation_id')::bigint = o.id
)
RETURNING o.id
"""


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
    taken_row: Operation = Operation.objects.select_related(
        "organisation", "integration", "order__integration__organisation"
    ).get(pk=operation_id)
    return taken_row


def revive() -> int:
    """Those whose job was lost with its worker get a new one; each kind may run twice. How many there were."""
    before = runtime.clock().now() - LOST_AFTER
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOST, [before])
        lost = [row[0] for row in cursor.fetchall()]
        for operation_id in lost:
            defer("run_operation", NOW, operation_id=operation_id)
    return len(lost)


def forget_old() -> int:
    """Examinations are kept longer: a bad one is compared with the last good one."""
    now = runtime.clock().now()
    old = Q(ended_at__lt=now - KEPT) & ~Q(kind="check") | Q(ended_at__lt=now - EXAMINATIONS_KEPT)
    return int(Operation.objects.filter(old).delete()[0])


def integration_of(operation: Operation) -> Integration:
    if operation.integration is None:
        raise BadInput("The connection of this operation is not there any more.")
    return operation.integration


def order_of(operation: Operation) -> Order:
    if operation.order is None:
        raise BadInput("The order of this operation is not there any more.")
    return operation.order


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
