"""Work that a person asked for and waits for: a page shows its progress, a worker does it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from varco.hub.models.integration import Integration
from varco.hub.models.orders import Order
from varco.hub.models.tenancy import PublicTenant


class Operation(PublicTenant):
    """Pages and calls never touch the network: they write such a row and look at it again."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    kind = models.CharField(max_length=16)
    """`connect`, `preview`, `refresh`, `read-order`, `recognise`: a handler of `jobs.operations`."""
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, null=True, related_name="operations")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True, related_name="operations")
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default=ASKED)
    progress = models.JSONField(default=dict)
    """`{"done": 300, "total": 1000}` while it runs."""
    result = models.JSONField(default=dict)
    finding_code = models.CharField(max_length=64, blank=True)
    finding_params = models.JSONField(default=dict)
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "operation"
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"], name="operation_open", condition=models.Q(state__in=["asked", "running"])
            ),
        ]
