"""What a poll must know of each shop, read in one go, as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from varco.hub import runtime
from varco.hub.models import Channel, ExchangeRecord, Integration, StreamCursor
from varco.hub.store import repairs
from varco.hub.store.leases import Lease
from varco.hub.store.repairs import Repair
from varco.hub.store.secrets import place
from varco.model.secret import Secret
from varco.shops.base import OrderFilter

IMPORT_STREAM: Final = "import"
IMPORT_LANES: Final = (IMPORT_STREAM, "import-2")
"""Streams of a first import: the second one where it was cut in two."""
GENTLE_FOR: Final = timedelta(hours=1)
"""A shop that was too busy is read one page at a time for so long."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One integration as a worker needs it. Holds credentials, so it is never logged."""

    integration_id: int
    organisation_id: int
    platform: str
    base_url: str
    credentials: Mapping[str, Secret]
    options: Mapping[str, str]
    pinned_ca: str
    weight_unit: str
    time_zone: str
    wanted: OrderFilter
    poll_interval_s: int
    told_by_webhooks: bool
    """Whether the shop tells by itself what happens, so that a poll is to find nothing that was not told."""
    poll_count: int
    cursors: Mapping[str, str]
    importing: bool
    """Whether the first import is not finished yet."""
    gentle: bool
    """Whether two pages at a time may be too much for the shop: it failed lately, or a difference is looked for."""
    import_seen: int
    failing: bool
    """Whether the import channel is not well: its success must be recorded, and the gap said."""
    last_success_at: datetime | None
    rota_at: datetime | None
    compared_at: datetime | None
    profiled_at: datetime | None
    """When the shop was asked last what it is; None while it is not connected."""
    repair: Repair | None
    """The difference that is being repaired now."""
    push_products: bool
    gap_open: bool
    """Whether what a time without the shop hid is being read: the end of it must be recorded."""
    token: UUID | None

    @property
    def lease(self) -> Lease:
        if self.token is None:
            raise ValueError("a plan without a lease stores nothing")
        return Lease(self.integration_id, self.token)


def plans(integration_ids: Sequence[int], token: UUID) -> list[Plan]:
    """The plans of those that this token still holds."""
    rows = Integration.objects.filter(id__in=integration_ids, lease_token=token)
    cursors = _cursors(integration_ids)
    channels = {c.integration_id: c for c in Channel.objects.filter(integration__in=integration_ids, kind="import")}
    busy = _too_busy([row.id for row in rows if row.import_done_at is None])
    return [_plan(row, cursors.get(row.id, {}), channels.get(row.id), too_busy=row.id in busy) for row in rows]


def plan(integration: Integration, token: UUID | None = None) -> Plan:
    """The plan of one integration, whoever holds it; with a token it may store."""
    channel = Channel.objects.filter(integration=integration, kind="import").first()
    integration.lease_token = token
    busy = _too_busy([integration.id] if integration.import_done_at is None else [])
    cursors = _cursors([integration.id]).get(integration.id, {})
    return _plan(integration, cursors, channel, too_busy=integration.id in busy)


def credentials_of(integration: Integration) -> dict[str, Secret]:
    """The opened credentials."""
    opened = runtime.keyring().open(bytes(integration.credentials), place(integration, "credentials"))
    return {name: Secret(value) for name, value in json.loads(opened).items()}


def seal_credentials(integration: Integration, credentials: Mapping[str, Secret]) -> None:
    """Put them into the row, encrypted; the caller saves it."""
    plain = json.dumps({name: secret.reveal() for name, secret in credentials.items()}).encode()
    integration.credentials = runtime.keyring().seal(plain, place(integration, "credentials"))


def _cursors(integration_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for row in StreamCursor.objects.filter(integration__in=integration_ids):
        found.setdefault(row.integration_id, {})[row.stream] = row.cursor
    return found


def _too_busy(integration_ids: Sequence[int]) -> set[int]:
    """Those that lately answered as servers do that have too much to do, or not at all."""
    if not integration_ids:
        return set()
    failed = Q(status=429) | Q(status__gte=500) | ~Q(failure="")
    since = runtime.clock().now() - GENTLE_FOR
    calls = ExchangeRecord.objects.filter(failed, integration__in=integration_ids, at__gt=since)
    return set(calls.values_list("integration_id", flat=True).distinct())


def _plan(row: Integration, cursors: Mapping[str, str], channel: Channel | None, *, too_busy: bool) -> Plan:
    repair = repairs.of(row)
    repair = repair if repair is not None and repair.is_open else None
    return Plan(
        integration_id=row.id,
        organisation_id=row.organisation_id,
        platform=row.platform,
        base_url=row.base_url,
        credentials=credentials_of(row),
        options=row.options,
        pinned_ca=row.pinned_ca,
        weight_unit=row.weight_unit,
        time_zone=row.time_zone,
        wanted=OrderFilter(statuses=tuple(row.import_statuses), placed_after=row.import_since),
        poll_interval_s=max(row.poll_interval_s, row.webhook_interval_s or 0),
        told_by_webhooks=row.webhook_interval_s is not None,
        poll_count=row.poll_count,
        cursors=cursors,
        importing=row.import_done_at is None,
        gentle=too_busy or repair is not None,
        import_seen=row.import_seen,
        failing=channel is not None and channel.state != Channel.OK,
        last_success_at=channel.last_success_at if channel else None,
        rota_at=row.rota_at,
        compared_at=row.compared_at,
        profiled_at=row.profiled_at or row.connected_at,
        repair=repair,
        push_products=row.push_products,
        gap_open=bool(row.recovered) and row.recovered.get("until") is None,
        token=row.lease_token,
    )
