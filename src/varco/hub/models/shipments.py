"""What was sent, and what the shop must still be told about it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from varco.hub.models.integration import Integration
from varco.hub.models.orders import Order, OrderLine
from varco.hub.models.tenancy import PublicTenant, Tenant


class Shipment(PublicTenant):
    """Goods of one or more orders on their way to one address. Address, lines and order hashes stand as they
    were when the label was made."""

    carrier = models.TextField()
    """The carrier's connector, such as `own-label`."""
    carrier_name = models.TextField()
    sender = models.JSONField()
    recipient = models.JSONField()
    order_hashes = models.JSONField(default=dict)
    """Public id of each order to its content hash in hex."""
    reference = models.TextField(blank=True)
    request_key = models.UUIDField(unique=True, default=None, null=True)
    """Chosen by the form or the caller: sending the same form twice makes one shipment."""
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.TextField()
    handed_over_at = models.DateTimeField(null=True)
    """When the carrier scanned it, or somebody said so."""
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "shipment"
        indexes: ClassVar = [models.Index(fields=["organisation", "-created_at"], name="shipment_newest")]


class Parcel(PublicTenant):
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="parcels")
    position = models.PositiveSmallIntegerField()
    tracking_number = models.TextField()
    tracking_url = models.TextField(blank=True)
    weight_g = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "parcel"
        constraints: ClassVar = [models.UniqueConstraint(fields=["shipment", "position"], name="parcel_once")]
        indexes: ClassVar = [models.Index(fields=["organisation", "tracking_number"], name="parcel_number")]


class ShipmentLine(Tenant):
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipment_lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    name = models.TextField()
    sku = models.TextField(blank=True)
    weight_g = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "shipment_line"
        constraints: ClassVar = [models.UniqueConstraint(fields=["shipment", "order_line"], name="shipment_line_once")]


class NumberRange(PublicTenant):
    """Own tracking numbers, given out one by one."""

    name = models.CharField(max_length=100)
    carrier_name = models.TextField()
    link_template = models.TextField(blank=True)
    prefix = models.CharField(max_length=32, blank=True)
    digits = models.PositiveSmallIntegerField(default=8)
    suffix = models.CharField(max_length=32, blank=True)
    check_digit = models.CharField(max_length=8, default="none")
    next_serial = models.BigIntegerField(default=1)
    last_serial = models.BigIntegerField(null=True)

    class Meta:
        db_table = "number_range"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "name"], name="range_once")]


class PushRow(PublicTenant):
    """One step that a shop must still be told, for one order and one shipment. Backoff lives in the row; it is
    never dropped silently."""

    DUE = "due"
    QUIET = "quiet"
    """The last answer was ambiguous: wait, then look before writing again."""
    DONE = "done"
    FAILED = "failed"
    """The shop refuses this for good: shown, and probed slowly for ever."""
    WITHDRAWN = "withdrawn"
    """Somebody took it back, or the shop's state no longer wants it."""
    OPEN = (DUE, QUIET, FAILED)
    """Still to be told."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="push_rows")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="push_rows")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="push_rows")
    step = models.CharField(max_length=16)
    position = models.PositiveSmallIntegerField()
    """Steps of one order go in this order."""
    state = models.CharField(max_length=12, default=DUE)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    first_failed_at = models.DateTimeField(null=True)
    finding_code = models.CharField(max_length=64, blank=True)
    finding_params = models.JSONField(default=dict)
    outcome = models.CharField(max_length=16, blank=True)
    """A `Published`, once done."""
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    unclear_at = models.DateTimeField(null=True)
    """When the last write was sent of which nobody knows for sure whether the shop has it; NULL: there is none."""
    look_at = models.DateTimeField(null=True)
    """When the shop is looked at once more, though it is done: such a write may have landed late."""

    class Meta:
        db_table = "push_row"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "shipment", "step"], name="push_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="push_due", condition=models.Q(state__in=["due", "quiet", "failed"])),
            models.Index(fields=["look_at"], name="push_look", condition=models.Q(look_at__isnull=False)),
        ]
