"""A connected shop: address, credentials, settings, schedule and health."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from varco.hub.models.tenancy import PublicTenant, Tenant


class Integration(PublicTenant):
    """One connected shop. `next_poll_at` is its schedule; the lease says who works on it now."""

    platform = models.TextField()
    name = models.CharField(max_length=200)
    base_url = models.URLField(max_length=500)
    credentials = models.BinaryField()
    """JSON object, encrypted and bound to this row."""
    options = models.JSONField(default=dict)
    """Explicit choices for the connector, such as `auth=query`; `ShopAccess.options`."""
    pinned_ca = models.TextField(blank=True)
    """PEM of the shop's own CA, where the owner pinned one."""

    version = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    weight_unit = models.CharField(max_length=8, default="kg")
    shop_statuses = models.JSONField(default=list)
    """`[{"slug": …, "name": …}]`, as the shop names them."""
    has_fulfilments = models.BooleanField(default=False)
    version_ends = models.DateField(null=True)
    """The day from which the version of the interface that we ask for may answer no more."""
    sees_days = models.PositiveSmallIntegerField(null=True)
    """How far back the shop shows orders to our keys; NULL: all of them."""

    import_statuses = models.JSONField(default=list)
    import_since = models.DateTimeField(null=True)
    """Orders placed before are not taken in; NULL means all."""
    import_done_at = models.DateTimeField(null=True)
    import_total = models.PositiveIntegerField(null=True)
    import_seen = models.PositiveIntegerField(default=0)
    push_trigger = models.CharField(max_length=8, default="label")
    """`label`: when the label is made; `scan`: when the carrier scans; `never`."""
    push_status = models.CharField(max_length=64, default="completed", blank=True)
    """The status to set once everything is shipped; empty leaves it alone."""
    push_from_statuses = models.JSONField(default=list)
    """The status is changed only from these."""
    push_notify = models.BooleanField(default=True)
    """Whether the shop mails the note to its customer."""
    push_products = models.BooleanField(default=False, db_default=False)
    """Whether weights and customs data that are corrected here are written to the shop's products."""

    poll_interval_s = models.PositiveIntegerField(default=240)
    webhooks = models.BooleanField(default=True, db_default=True)
    """Whether the shop shall tell us at once what happens, where it can."""
    webhook_interval_s = models.PositiveIntegerField(null=True)
    """The pause between two polls while it does; NULL while it does not: then `poll_interval_s` alone holds."""
    paused_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    """Its keys are gone and nothing is called; orders stay, since shipments point at them."""
    connected_at = models.DateTimeField(null=True)
    """NULL while the wizard is not finished: nothing is polled."""

    next_poll_at = models.DateTimeField(default=timezone.now)
    poll_count = models.PositiveBigIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_kind = models.CharField(max_length=8, blank=True)
    """`poll`, `import` or `refresh`: a refresh may take over from the other two."""
    last_poll_at = models.DateTimeField(null=True)
    last_result = models.JSONField(default=dict)
    """What the last poll brought: `{"new": 12, "changed": 3}`, or what a refresh said."""
    rota_at = models.DateTimeField(null=True)
    """When open orders were read again last."""
    compared_at = models.DateTimeField(null=True)
    """When the shop's counts and ours were compared last."""
    counts = models.JSONField(default=list)
    """What they were then: `[{"status": …, "theirs": …, "ours": …}]`."""
    profiled_at = models.DateTimeField(null=True)
    """When it was last asked what it is: zone, currency, version, statuses, address."""
    news = models.JSONField(default=list)
    """What of that was another than before, the newest first (`store.profiles`)."""
    repair = models.JSONField(default=dict)
    """The last difference and what became of it (`store.repairs`)."""
    recovered = models.JSONField(default=dict)
    """What came after the last time without the shop (`store.gaps`)."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "integration"
        indexes: ClassVar = [
            models.Index(
                fields=["next_poll_at"],
                name="integration_due",
                condition=models.Q(paused_at__isnull=True, connected_at__isnull=False),
            ),
            models.Index(fields=["organisation", "name"], name="integration_of"),
        ]

    def __str__(self) -> str:
        return self.name


class StreamCursor(Tenant):
    """Where one stream of changes goes on. The text is the connector's, and carries its own version."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="cursors", db_index=False)
    stream = models.CharField(max_length=32)
    """The connector's streams, and `import` for the first import."""
    cursor = models.TextField(blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "stream_cursor"
        constraints: ClassVar = [models.UniqueConstraint(fields=["integration", "stream"], name="cursor_once")]


class Channel(Tenant):
    """The health of one direction of an integration."""

    IMPORT = "import"
    PUSH = "push"
    WEBHOOK = "webhook"
    OK = "ok"
    FAILING = "failing"
    SLOWED = "slowed"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="channels", db_index=False)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default=OK)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(null=True)
    """When the first failure of this row of failures was."""
    finding_code = models.CharField(max_length=64, blank=True)
    finding_params = models.JSONField(default=dict)
    last_success_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    """Of the drain that writes to this shop now; the poll's lease is on the integration."""
    lease_until = models.DateTimeField(null=True)
    gap_from = models.DateTimeField(null=True)
    """Set when it came back: the gap that is read again began here."""
    rung_at = models.DateTimeField(null=True)
    """Of webhooks: the shop has told something that no poll has begun to read yet."""
    rung_every_stream = models.BooleanField(default=False, db_default=False)
    """Whether that poll shall read the streams too that are not read every time."""

    class Meta:
        db_table = "channel"
        constraints: ClassVar = [models.UniqueConstraint(fields=["integration", "kind"], name="channel_once")]
        indexes: ClassVar = [
            models.Index(fields=["rung_at"], name="channel_rung", condition=models.Q(rung_at__isnull=False)),
        ]


class ShopToken(PublicTenant):
    """A token that a shop gave for the keys for a while. One worker asks for it, all use it (`sync.tokens`)."""

    integration = models.OneToOneField(Integration, on_delete=models.CASCADE, related_name="shop_token")
    keys = models.CharField(max_length=32, blank=True)
    """A fingerprint of the keys that it was given for: others need another one."""
    token = models.BinaryField(null=True)
    """Encrypted and bound to this row."""
    until = models.DateTimeField(null=True)
    """So long it is used."""
    asking_until = models.DateTimeField(null=True)
    """Set while somebody asks for a new one: until then nobody else does."""

    class Meta:
        db_table = "shop_token"
