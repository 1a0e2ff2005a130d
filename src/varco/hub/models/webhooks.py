"""Where shops call us, and what they called already."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from varco.hub.models.integration import Integration
from varco.hub.models.tenancy import PublicTenant, Tenant


class WebhookAddress(PublicTenant):
    """The address at which one shop calls us. It is there while webhooks are wanted, or still to be taken away."""

    integration = models.OneToOneField(Integration, on_delete=models.CASCADE, related_name="webhook_address")
    path = models.TextField(unique=True)
    """Random: who knows it may knock; what is believed is signed."""
    secrets = models.BinaryField()
    """JSON list, the newest first, encrypted: our own, or those by which the shop signed before."""
    url = models.TextField(blank=True)
    """The whole address that the shop was given."""
    hooks = models.JSONField(default=dict)
    """Those that the shop keeps for us: its key of each, by topic."""
    refused = models.PositiveIntegerField(default=0)
    """How many calls were not signed as they should."""
    refused_at = models.DateTimeField(null=True)
    farewell = models.BinaryField(null=True)
    """The keys of a connection that was removed, encrypted, until its webhooks are taken away."""

    class Meta:
        db_table = "webhook_address"


class WebhookDelivery(Tenant):
    """A call that was believed, for a time: the same one again wakes nobody."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=128)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "webhook_delivery"
        constraints: ClassVar = [models.UniqueConstraint(fields=["integration", "key"], name="delivery_once")]
