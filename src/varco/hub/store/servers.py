"""Connections that fail alike on one server: one problem, told once.

Only what a server does to us counts. Wrong keys of three shops are three problems, wherever the shops live.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from varco.app.words import kinds
from varco.hub.models import Channel, ExchangeRecord, Integration, Organisation
from varco.hub.store import chores
from varco.model.finding import Confidence, Finding, Params, Whose

CODE: Final = "same-server"
NAMED: Final = 5
"""So many shops are named; the others are counted."""
TOLD_AGAIN: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Together:
    """Two or more of an organisation's connections."""

    server: str
    """Its address; the host's name where no call got as far."""
    code: str
    """What all of them fail with."""
    params: Params
    integrations: tuple[Integration, ...]

    @property
    def finding(self) -> Finding:
        names = ", ".join(integration.name for integration in self.integrations[:NAMED])
        more = " …" if len(self.integrations) > NAMED else ""
        return Finding(
            code=CODE,
            params={"count": len(self.integrations), "server": self.server, "names": names + more},
            confidence=Confidence.HIGH,
            rests_on=f"{self.code} at one address",
        )


def together(organisation: Organisation) -> list[Together]:
    """The largest group first."""
    failing = Channel.objects.filter(
        organisation=organisation,
        state__in=(Channel.FAILING, Channel.SLOWED),
        integration__paused_at=None,
        integration__removed_at=None,
    )
    channels = [
        row for row in failing.select_related("integration").order_by("integration__name", "pk") if _counts(row)
    ]
    addresses = _addresses([row.integration_id for row in channels])
    groups: dict[tuple[str, str], dict[int, Channel]] = defaultdict(dict)
    for row in channels:
        server = addresses.get(row.integration_id) or urlsplit(row.integration.base_url).hostname or "?"
        groups[server, row.finding_code].setdefault(row.integration_id, row)
    found = [_together(*key, list(rows.values())) for key, rows in groups.items() if len(rows) > 1]
    return sorted(found, key=lambda group: -len(group.integrations))


def of(integration: Integration) -> Together | None:
    """The group that it is in."""
    groups = together(integration.organisation)
    return next((group for group in groups if integration in group.integrations), None)


def is_told(group: Together, organisation: Organisation) -> bool:
    """Whether it was told of within the last hour; if not, the caller tells it now."""
    return not chores.take(f"told {organisation.pk} {group.server}"[:32], TOLD_AGAIN)


def _counts(row: Channel) -> bool:
    kind = kinds().get(row.finding_code)
    return kind is not None and kind.whose in (Whose.HOST, Whose.SERVICE)


def _addresses(integration_ids: Sequence[int]) -> dict[int, str]:
    """Where the newest call of each went."""
    rows = ExchangeRecord.objects.filter(integration__in=integration_ids).exclude(address="")
    newest = rows.order_by("integration", "-at", "-pk").distinct("integration")
    return dict(newest.values_list("integration_id", "address"))


def _together(server: str, code: str, rows: Sequence[Channel]) -> Together:
    return Together(server, code, rows[0].finding_params, tuple(row.integration for row in rows))
