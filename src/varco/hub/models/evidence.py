"""What was said between us and a shop, and what was found wrong. Scrubbed before it is stored."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from varco.hub.models.integration import Integration
from varco.hub.models.orders import Order
from varco.hub.models.tenancy import PublicTenant


class ExchangeRecord(PublicTenant):
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="exchanges", db_index=False)
    at = models.DateTimeField()
    purpose = models.CharField(max_length=16)
    """`poll`, `import`, `refresh`, `push`, `read`, `connect`."""
    method = models.CharField(max_length=8)
    url = models.TextField()
    status = models.PositiveSmallIntegerField(null=True)
    failure = models.CharField(max_length=32, blank=True)
    total_ms = models.PositiveIntegerField()
    address = models.CharField(max_length=45, blank=True)
    finding_code = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(null=True)
    """Headers, timings and bodies, for failures only."""

    class Meta:
        db_table = "exchange"
        indexes: ClassVar = [models.Index(fields=["integration", "-at"], name="exchange_newest")]


class FindingRecord(PublicTenant):
    """Something wrong, from when it was first seen until it was seen to be gone."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="findings")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True, related_name="findings")
    channel = models.CharField(max_length=8, blank=True)
    code = models.CharField(max_length=64)
    params = models.JSONField(default=dict)
    confidence = models.CharField(max_length=8)
    rests_on = models.TextField(blank=True)
    exchange = models.ForeignKey(ExchangeRecord, on_delete=models.SET_NULL, null=True, related_name="+")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "finding"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["integration", "order", "channel", "code"],
                name="finding_open_once",
                condition=models.Q(cleared_at__isnull=True),
                nulls_distinct=False,
            ),
        ]
