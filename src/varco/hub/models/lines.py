"""Lines that were pasted at a server, so that we can say when they no longer fit the list they were made from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from varco.hub.models.integration import Integration
from varco.hub.models.tenancy import PublicTenant


class KeptLines(PublicTenant):
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="kept_lines", db_index=False)
    identity = models.CharField(max_length=16)
    target = models.CharField(max_length=32)
    finding = models.CharField(max_length=64, blank=True)
    source = models.TextField(blank=True)
    """Address of the list that they were made from; `own`: this hub's own addresses; empty: given by hand."""
    addresses = models.JSONField(default=list)
    """Those in the lines."""
    new_addresses = models.JSONField(default=list)
    """What the list holds since it changed; empty as long as the lines fit."""
    stale_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    """When the list was read last."""
    trouble = models.TextField(blank=True)
    """Why it could not be read the last time, in English."""
    kept_at = models.DateTimeField()
    kept_by = models.TextField()

    class Meta:
        db_table = "kept_lines"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["integration", "identity", "target", "finding"], name="kept_lines_once")
        ]
