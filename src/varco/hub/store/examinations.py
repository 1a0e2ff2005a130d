"""The examinations of a connection: asked for on a button, and by the hub itself when a shop becomes slowed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from varco.hub import runtime
from varco.hub.models import Integration, Operation
from varco.hub.store import operations

KIND: Final = "check"
REST: Final = timedelta(minutes=10)
"""By itself the hub examines a shop no more often than this: its questions must not become a burden."""
KEPT: Final = 10


def ask(integration: Integration, *, by: str) -> Operation:
    """Asked twice it is one."""
    running = latest(integration).filter(state__in=(Operation.ASKED, Operation.RUNNING)).first()
    return running or operations.ask(KIND, integration.organisation, by=by, integration=integration)


def ask_by_itself(integration_id: int) -> None:
    integration = Integration.objects.select_related("organisation").get(pk=integration_id)
    if not latest(integration).filter(asked_at__gt=runtime.clock().now() - REST).exists():
        ask(integration, by="varco")


def latest(integration: Integration) -> QuerySet[Operation]:
    """The newest first."""
    rows: QuerySet[Operation] = Operation.objects.filter(kind=KIND, integration=integration)
    return rows.order_by("-asked_at", "-pk")
