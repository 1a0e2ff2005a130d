"""Connecting a shop, changing its settings, and how it stands now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Q

from varco.hub import runtime
from varco.hub.ids import uuid7
from varco.hub.models import Channel, FindingRecord, Integration, Operation, Order, Organisation, PushRow, StreamCursor
from varco.hub.store import corrections, gaps, operations, shop_tokens, webhooks
from varco.hub.store.plans import IMPORT_LANES, credentials_of, seal_credentials
from varco.model.errors import BadInput
from varco.model.secret import Secret
from varco.shops.base import ShopProfile
from varco.shops.registry import connector

WINDOW: Final = timedelta(days=30)
"""Orders placed before are not taken in unless the owner asks for them."""
TRIGGERS: Final = ("label", "scan", "never")
SHORTEST_INTERVAL_S: Final = 60
_CHOSEN: Final = (
    "import_statuses",
    "import_since",
    "push_trigger",
    "push_status",
    "push_from_statuses",
    "push_notify",
    "push_products",
    "poll_interval_s",
    "webhooks",
)


@dataclass(frozen=True, kw_only=True)
class NewIntegration:
    """What the wizard or the command line knows of a shop before it is connected."""

    platform: str
    name: str
    base_url: str
    credentials: Mapping[str, Secret]
    options: Mapping[str, str] = field(default_factory=dict)
    pinned_ca: str = ""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the owner decides about a connection."""

    import_statuses: Sequence[str]
    import_since: datetime | None
    """None: all orders the shop has."""
    push_trigger: str
    push_status: str
    push_from_statuses: Sequence[str]
    push_notify: bool
    poll_interval_s: int
    push_products: bool = False
    webhooks: bool = True


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How a connection stands now, for lists, pages and the API."""

    integration: Integration
    state: str
    """`unfinished`, `paused`, `slowed`, `failing`, `importing` or `ok`: the worst that holds."""
    import_channel: Channel | None
    push_channel: Channel | None
    webhook_channel: Channel | None
    orders_today: int
    running: Operation | None
    """A refresh under way."""
    pushes_open: int
    pushes_failing: int
    findings: int

    @property
    def next_attempt_at(self) -> datetime | None:
        """When the shop is asked next without anybody's doing; None while it is not asked at all."""
        return None if self.state in ("unfinished", "paused") else self.integration.next_poll_at


def create(organisation: Organisation, new: NewIntegration) -> Integration:
    """Keep a shop with its sealed keys. Nothing is polled before `start`. `BadInput` names what is missing."""
    platform = connector(new.platform)
    base_url = _base_url(new.base_url)
    _need_credentials(new.platform, new.credentials)
    integration = Integration(
        organisation=organisation,
        public_id=uuid7(),
        platform=new.platform,
        name=new.name.strip() or str(urlsplit(base_url).hostname),
        base_url=base_url,
        options=dict(new.options),
        pinned_ca=new.pinned_ca,
        import_statuses=list(platform.default_statuses),
        import_since=(runtime.clock().now() - WINDOW).replace(microsecond=0),
        push_status=platform.shipped_status,
        push_from_statuses=list(platform.default_statuses),
        poll_interval_s=runtime.current().config.poll_interval_s,
        next_poll_at=runtime.clock().now(),
    )
    seal_credentials(integration, new.credentials)
    integration.save()
    return integration


def replace_access(
    integration: Integration,
    *,
    base_url: str | None = None,
    credentials: Mapping[str, Secret] | None = None,
    options: Mapping[str, str] | None = None,
    pinned_ca: str | None = None,
) -> None:
    """Another address, other keys, another way to send them: tried at once. What is not given stays as it is."""
    if base_url is not None:
        integration.base_url = _base_url(base_url)
    if credentials is not None:
        before = credentials_of(integration)
        held = {**before, **credentials}
        _need_credentials(integration.platform, held)
        webhooks.keep_old_secret(integration, before, held)
        seal_credentials(integration, held)
    if options is not None:
        integration.options = dict(options)
    if pinned_ca is not None:
        integration.pinned_ca = pinned_ca
    integration.next_poll_at = runtime.clock().now()
    integration.save(update_fields=["base_url", "credentials", "options", "pinned_ca", "next_poll_at"])
    webhooks.look_soon(integration)


def keep_profile(integration: Integration, profile: ShopProfile) -> None:
    """What the shop said of itself when it was asked."""
    integration.base_url = _base_url(profile.final_url)
    integration.version = profile.version[:64]
    integration.currency = profile.currency[:3]
    integration.time_zone = profile.time_zone
    integration.weight_unit = profile.weight_unit
    integration.shop_statuses = [{"slug": status.slug, "name": status.name} for status in profile.statuses]
    integration.has_fulfilments = profile.has_fulfilments
    integration.version_ends = profile.version_ends
    integration.sees_days = profile.sees_days
    integration.save(
        update_fields=[
            "base_url",
            "version",
            "currency",
            "time_zone",
            "weight_unit",
            "shop_statuses",
            "has_fulfilments",
            "version_ends",
            "sees_days",
        ]
    )


def choices_of(integration: Integration) -> Choices:
    return Choices(
        import_statuses=tuple(integration.import_statuses),
        import_since=integration.import_since,
        push_trigger=integration.push_trigger,
        push_status=integration.push_status,
        push_from_statuses=tuple(integration.push_from_statuses),
        push_notify=integration.push_notify,
        push_products=integration.push_products,
        poll_interval_s=integration.poll_interval_s,
        webhooks=integration.webhooks,
    )


def start(integration: Integration, choices: Choices) -> None:
    """The end of the wizard: the first import begins at the next tick."""
    _check(choices)
    with transaction.atomic():
        _apply(integration, choices)
        integration.connected_at = runtime.clock().now()
        integration.next_poll_at = runtime.clock().now()
        integration.save()
        for kind in (Channel.IMPORT, Channel.PUSH):
            Channel.objects.get_or_create(
                integration=integration, kind=kind, defaults={"organisation_id": integration.organisation_id}
            )


def change(integration: Integration, choices: Choices) -> None:
    """New settings. Where they let in more orders than before, the window is read again."""
    _check(choices)
    before = choices_of(integration)
    with transaction.atomic():
        _apply(integration, choices)
        integration.save(update_fields=_CHOSEN)
        if integration.webhooks != before.webhooks:
            webhooks.look_soon(integration)
        if integration.push_products and not before.push_products:
            corrections.tell_all(integration)
        if integration.connected_at is not None and _lets_in_more(before, choices):
            read_window_again(integration)
            _stop_reading(integration)


def read_window_again(integration: Integration) -> None:
    """From its first order to its last; what is known already costs nothing but the reading."""
    StreamCursor.objects.filter(integration=integration, stream__in=IMPORT_LANES).delete()
    Integration.objects.filter(pk=integration.pk).update(
        import_done_at=None, import_seen=0, import_total=None, next_poll_at=runtime.clock().now()
    )


def _stop_reading(integration: Integration) -> None:
    """Whoever reads the shop now does so by the old settings: his lease is lost, and the shop is due at once."""
    Integration.objects.filter(pk=integration.pk).update(lease_token=None, lease_until=None, lease_kind="")


def rename(integration: Integration, name: str) -> None:
    if not name.strip():
        raise BadInput("A connection needs a name.")
    integration.name = name.strip()[:200]
    integration.save(update_fields=["name"])


def pause(integration: Integration) -> None:
    """Nothing is read or told until `resume`; what is being done now ends at its next step."""
    integration.paused_at = runtime.clock().now()
    integration.save(update_fields=["paused_at"])


def resume(integration: Integration) -> None:
    """Go on at once, and read the gap."""
    with transaction.atomic():
        if integration.paused_at is not None:
            gaps.begin(integration.pk, integration.paused_at)
        integration.paused_at = None
        integration.next_poll_at = runtime.clock().now()
        integration.save(update_fields=["paused_at", "next_poll_at"])
        webhooks.look_soon(integration)


def remove(integration: Integration) -> None:
    """End the connection: keys and log are deleted, orders and shipments stay, nothing is called any more."""
    with transaction.atomic():
        integration.removed_at = runtime.clock().now()
        integration.paused_at = integration.paused_at or integration.removed_at
        webhooks.say_farewell(integration)
        seal_credentials(integration, {})
        shop_tokens.forget(integration.pk)
        integration.lease_token = None
        integration.save()
        integration.exchanges.all().delete()
        PushRow.objects.filter(integration=integration, state__in=PushRow.OPEN).update(state=PushRow.WITHDRAWN)


def refresh(integration: Integration, *, by: str) -> Operation:
    """Sync now, in any state; the operation tells what came of it. Asked twice, it is one."""
    if integration.connected_at is None or integration.removed_at is not None:
        raise BadInput(f"{integration.name} is not connected: finish connecting it first.")
    running = _running([integration.pk]).get(integration.pk)
    return running or operations.ask("refresh", integration.organisation, by=by, integration=integration)


def live(organisation: Organisation) -> list[Integration]:
    """Those that were not removed, by name."""
    return list(Integration.objects.of(organisation).filter(removed_at=None).order_by("name", "pk"))


def summary(integration: Integration) -> Summary:
    return _summaries(integration.organisation, [integration])[0]


def summaries(organisation: Organisation) -> list[Summary]:
    return _summaries(organisation, live(organisation))


def _summaries(organisation: Organisation, rows: Sequence[Integration]) -> list[Summary]:
    """All connections in a handful of statements, however many there are."""
    ids = [row.pk for row in rows]
    channels = {(c.integration_id, c.kind): c for c in Channel.objects.filter(integration__in=ids)}
    today = _counts(Order.objects.filter(integration__in=ids, placed_at__gte=_midnight(organisation)))
    pushes = _counts(PushRow.objects.filter(integration__in=ids, state__in=PushRow.OPEN))
    failing = _counts(PushRow.objects.filter(integration__in=ids, state=PushRow.FAILED))
    findings = _counts(FindingRecord.objects.filter(integration__in=ids, cleared_at=None))
    running = _running(ids)
    return [
        Summary(
            integration=row,
            state=_state(row, channels.get((row.pk, Channel.IMPORT)), channels.get((row.pk, Channel.PUSH))),
            import_channel=channels.get((row.pk, Channel.IMPORT)),
            push_channel=channels.get((row.pk, Channel.PUSH)),
            webhook_channel=channels.get((row.pk, Channel.WEBHOOK)),
            orders_today=today.get(row.pk, 0),
            running=running.get(row.pk),
            pushes_open=pushes.get(row.pk, 0),
            pushes_failing=failing.get(row.pk, 0),
            findings=findings.get(row.pk, 0),
        )
        for row in rows
    ]


def _state(row: Integration, *channels: Channel | None) -> str:
    states = {channel.state for channel in channels if channel is not None}
    ranked = (
        ("unfinished", row.connected_at is None),
        ("paused", row.paused_at is not None),
        ("slowed", Channel.SLOWED in states),
        ("failing", Channel.FAILING in states),
        ("importing", row.import_done_at is None),
    )
    return next((name for name, holds in ranked if holds), "ok")


def _counts(rows: Any) -> dict[int, int]:
    return dict(rows.values_list("integration").annotate(n=Count("pk")).values_list("integration", "n"))


def _running(integration_ids: Sequence[int]) -> dict[int, Operation]:
    open_rows = Operation.objects.filter(
        Q(state=Operation.ASKED) | Q(state=Operation.RUNNING), kind="refresh", integration__in=integration_ids
    )
    return {row.integration_id: row for row in open_rows}


def _midnight(organisation: Organisation) -> datetime:
    """The beginning of today where the organisation is."""
    now = runtime.clock().now().astimezone(ZoneInfo(organisation.time_zone))
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _apply(integration: Integration, choices: Choices) -> None:
    integration.import_statuses = list(choices.import_statuses)
    since = choices.import_since
    integration.import_since = since.replace(microsecond=0) if since else None  # shops count in whole seconds
    integration.push_trigger = choices.push_trigger
    integration.push_status = choices.push_status
    integration.push_from_statuses = list(choices.push_from_statuses)
    integration.push_notify = choices.push_notify
    integration.push_products = choices.push_products
    integration.poll_interval_s = choices.poll_interval_s
    integration.webhooks = choices.webhooks


def _lets_in_more(before: Choices, after: Choices) -> bool:
    if set(after.import_statuses) - set(before.import_statuses):
        return True
    if after.import_since is None:
        return before.import_since is not None
    return before.import_since is not None and after.import_since < before.import_since


def _check(choices: Choices) -> None:
    if not choices.import_statuses:
        raise BadInput("Choose at least one order status to import.")
    if choices.push_trigger not in TRIGGERS:
        raise BadInput(f"The shop is told at one of: {', '.join(TRIGGERS)}.")
    if choices.poll_interval_s < SHORTEST_INTERVAL_S:
        raise BadInput(f"Ask a shop at most every {SHORTEST_INTERVAL_S} seconds: asking costs it as much as a visitor.")


def _base_url(text: str) -> str:
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput("The shop's address must begin with https:// (or http://) and name a host.")
    return text.strip().rstrip("/")


def _need_credentials(platform: str, credentials: Mapping[str, Secret]) -> None:
    for setting in connector(platform).settings:
        if setting.required and not credentials.get(setting.name):
            raise BadInput(f"{setting.label} is missing. {setting.help}")
