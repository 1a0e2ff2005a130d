"""Keeping what was said and what was found. Everything here is scrubbed before it comes (`net.scrub`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from varco.hub import runtime
from varco.hub.ids import uuid7
from varco.hub.models import ExchangeRecord, FindingRecord
from varco.hub.store.bulk import as_json, binary_cursor, names, typed
from varco.model.finding import Finding

_EXCHANGE: Final = {
    "public_id": "uuid",
    "at": "timestamptz",
    "purpose": "text",
    "method": "text",
    "url": "text",
    "status": "int2",
    "failure": "text",
    "total_ms": "int4",
    "address": "text",
    "finding_code": "text",
    "detail": "jsonb",
}
_KEEP_EXCHANGES: Final = f"""
INSERT INTO exchange (organisation_id, integration_id, {names(_EXCHANGE)})
SELECT %s::bigint, %s::bigint, {names(_EXCHANGE)} FROM jsonb_to_recordset(%s::jsonb) AS e({typed(_EXCHANGE)})
"""
_PRUNE_EXCHANGES: Final = """
DELETE FROM exchange WHERE id IN (
    SELECT id FROM (
        SELECT id, at, row_number() OVER (PARTITION BY integration_id ORDER BY at DESC) AS nth FROM exchange
    ) AS numbered WHERE nth > %s OR at < %s
)
"""


@dataclass(frozen=True, kw_only=True)
class SaidExchange:
    """One call, ready to be stored: no secret, no person in it."""

    at: datetime
    purpose: str
    method: str
    url: str
    status: int | None
    failure: str
    total_ms: int
    address: str
    finding_code: str = ""
    detail: dict[str, Any] | None = None
    public_id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True)
class Owner:
    """Whose row it is."""

    organisation_id: int
    integration_id: int


def keep_exchanges(owner: Owner, said: Sequence[SaidExchange]) -> None:
    if said:
        with binary_cursor() as cursor:
            cursor.execute(_KEEP_EXCHANGES, [owner.organisation_id, owner.integration_id, as_json(said)])


def open_finding(
    owner: Owner,
    finding: Finding,
    *,
    channel: str = "",
    order_id: int | None = None,
    exchange: SaidExchange | None = None,
) -> FindingRecord:
    """Note that this is wrong now. Seen again, the same row says how often and since when."""
    now = runtime.clock().now()
    record = ExchangeRecord.objects.filter(public_id=exchange.public_id).first() if exchange else None
    values = {
        "params": finding.params,
        "confidence": finding.confidence.value,
        "rests_on": finding.rests_on,
        "last_seen_at": now,
        "exchange": record,
    }
    row: FindingRecord
    row, made = FindingRecord.objects.get_or_create(
        organisation_id=owner.organisation_id,
        integration_id=owner.integration_id,
        order_id=order_id,
        channel=channel,
        code=finding.code,
        cleared_at=None,
        defaults={**values, "first_seen_at": now},
    )
    if not made:
        FindingRecord.objects.filter(pk=row.pk).update(times=row.times + 1, **values)
    return row


def clear_findings(integration_id: int, *, channel: str, order_id: int | None = None, keep: Sequence[str] = ()) -> None:
    """What was wrong there is seen to be gone."""
    FindingRecord.objects.filter(
        integration_id=integration_id, channel=channel, order_id=order_id, cleared_at=None
    ).exclude(code__in=keep).update(cleared_at=runtime.clock().now())


def prune_exchanges() -> int:
    """Drop what is older or more than the settings say; how many went."""
    config = runtime.current().config
    oldest = runtime.clock().now() - timedelta(days=config.exchange_days)
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE_EXCHANGES, [config.exchange_count, oldest])
        return int(cursor.rowcount)
