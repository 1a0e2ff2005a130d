"""A page that asked for work follows it: it asks for its own next state until the work has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from varco.hub.models import Integration, Operation
from varco.hub.store import operations
from varco.hub.web.access import HubRequest


@dataclass(frozen=True)
class Follow:
    """An operation as pages show it. `url` is asked again while it runs."""

    operation: Operation
    url: str

    @property
    def is_open(self) -> bool:
        return self.operation.state in (Operation.ASKED, Operation.RUNNING)

    @property
    def is_waiting(self) -> bool:
        return self.operation.state == Operation.ASKED

    @property
    def is_done(self) -> bool:
        return self.operation.state == Operation.DONE

    @property
    def has_failed(self) -> bool:
        return self.operation.state == Operation.FAILED

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = self.operation.result
        return found


def follow(request: HubRequest, kind: str, integration: Integration | None) -> Follow | None:
    """The operation named by `?operation=` in the page's address, if it is of that kind and connection."""
    try:
        operation = operations.get(request.organisation, UUID(request.GET.get("operation", "")))
    except ValueError:
        return None
    fits = (
        operation is not None
        and operation.kind == kind
        and operation.integration_id == (integration and integration.pk)
    )
    return Follow(operation, request.get_full_path()) if operation is not None and fits else None


def latest(request: HubRequest, kind: str, integration: Integration) -> Follow | None:
    """The newest operation of that kind for the connection."""
    rows = Operation.objects.of(request.organisation).filter(kind=kind, integration=integration)
    operation = rows.order_by("-asked_at", "-pk").first()
    return Follow(operation, request.get_full_path()) if operation else None
