"""Orders as the shop tells them, and what happened to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from varco.hub.models.integration import Integration
from varco.hub.models.tenancy import PublicTenant, Tenant


class Order(PublicTenant):
    """Unique by the shop's own key. Written by `store.pages` alone; people's data is in `Contact`."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="orders", db_index=False)
    remote_id = models.TextField()
    number = models.TextField()
    status = models.TextField()
    placed_at = models.DateTimeField()
    placed_text = models.TextField(blank=True, default="", db_default="")
    """The same moment as the shop wrote it, where it told no zone."""
    modified_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=18, decimal_places=6)
    shipping_total = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    tax_total = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    shipping_method = models.TextField(blank=True)
    payment_method = models.TextField(blank=True)
    waits = models.JSONField(default=dict)
    """The finding that keeps goods of it from being shipped now; empty for none."""
    content_hash = models.BinaryField()
    """blake2b-128 of the normalised order and the mapper's version."""
    mapper_version = models.PositiveSmallIntegerField()
    read_started_at = models.DateTimeField()
    """When the reading that is stored began: an older reading never overwrites it."""
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    """When our copy changed last."""
    checked_at = models.DateTimeField()
    """When it was last read for the rota, changed or not."""
    gone_at = models.DateTimeField(null=True)
    """The shop no longer has it."""
    shipped_at = models.DateTimeField(null=True)
    """Everything in it has left."""
    erased_at = models.DateTimeField(null=True)
    """A tombstone: its people's data is gone, and the import does not bring it back."""

    class Meta:
        db_table = "shop_order"
        constraints: ClassVar = [models.UniqueConstraint(fields=["integration", "remote_id"], name="order_once")]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-placed_at"], name="order_newest"),
            models.Index(fields=["integration", "status", "checked_at"], name="order_rota"),
        ]

    def __str__(self) -> str:
        return self.number


class Contact(Tenant):
    """All people's data of an order, in one row: retention and erasure empty it."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="contact")
    billing = models.JSONField(default=dict)
    shipping = models.JSONField(default=dict)
    """`Address`es, empty fields left out."""
    customer_note = models.TextField(blank=True)

    class Meta:
        db_table = "order_contact"


class OrderLine(Tenant):
    """Marked gone, never deleted: shipments point at it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    remote_line_id = models.TextField()
    position = models.PositiveSmallIntegerField()
    product_id = models.TextField(blank=True)
    sku = models.TextField(blank=True)
    name = models.TextField()
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    total = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    open_quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    """What the shop says is still to be shipped, whoever shipped the rest; NULL where it does not say."""
    held_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=0, db_default=0)
    """Of that, what the shop does not let go yet."""
    gone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "order_line"
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "remote_line_id"], name="line_once")]


class OrderRefund(Tenant):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds", db_index=False)
    remote_id = models.TextField()
    amount = models.DecimalField(max_digits=18, decimal_places=6)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "order_refund"
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "remote_id"], name="refund_once")]


class OrderEvent(Tenant):
    """Append-only: who did what to an order, and when. `data` holds no people's data."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events", db_index=False)
    at = models.DateTimeField()
    actor = models.TextField()
    """A user's e-mail, `shop` or `varco`."""
    kind = models.CharField(max_length=32)
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "order_event"
        indexes: ClassVar = [models.Index(fields=["order", "at"], name="event_of_order")]


class Product(Tenant):
    """Weight and customs data, which order lines do not carry."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="products", db_index=False)
    remote_id = models.TextField()
    name = models.TextField(blank=True)
    sku = models.TextField(blank=True)
    ean = models.TextField(blank=True)
    weight_g = models.PositiveIntegerField(null=True)
    hs_code = models.TextField(blank=True)
    origin = models.CharField(max_length=2, blank=True)
    missing = models.BooleanField(default=False)
    """The shop did not have it when it was read last."""
    read_at = models.DateTimeField()
    own_weight_g = models.PositiveIntegerField(null=True)
    own_ean = models.TextField(blank=True, default="", db_default="")
    own_hs_code = models.TextField(blank=True, default="", db_default="")
    own_origin = models.CharField(max_length=2, blank=True, default="", db_default="")
    """Corrections made here: they hold instead of what the shop says."""
    tell_at = models.DateTimeField(null=True)
    """When the shop is to be told the corrections; NULL: nothing to tell."""
    tell_failures = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "product"
        constraints: ClassVar = [models.UniqueConstraint(fields=["integration", "remote_id"], name="product_once")]

    @property
    def known_weight_g(self) -> int | None:
        """Of one piece: as corrected here, else as the shop says."""
        return self.weight_g if self.own_weight_g is None else self.own_weight_g

    @property
    def known_ean(self) -> str:
        return self.own_ean or self.ean

    @property
    def known_hs_code(self) -> str:
        return self.own_hs_code or self.hs_code

    @property
    def known_origin(self) -> str:
        return self.own_origin or self.origin


class UnreadOrder(PublicTenant):
    """An order that could not be read, kept with what the shop sent (encrypted, dropped after a time)."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="unread", db_index=False)
    remote_id = models.TextField()
    number = models.TextField(blank=True)
    finding_code = models.CharField(max_length=64)
    finding_params = models.JSONField(default=dict)
    raw = models.BinaryField(null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "unread_order"
        constraints: ClassVar = [models.UniqueConstraint(fields=["integration", "remote_id"], name="unread_once")]
