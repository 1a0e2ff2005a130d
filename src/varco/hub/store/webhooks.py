"""Webhooks: whether they are wanted and possible, where a shop calls us, and how they stand.

A worker looks after each shop's once a day, and soon after something changed (`sync.webhooks`). What a look found is
written here. Calls that come in are in `store.deliveries`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final, cast
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.urls import reverse

from varco.hub import runtime
from varco.hub.ids import uuid7
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import CARE
from varco.hub.models import Channel, Integration, WebhookAddress, WebhookDelivery
from varco.hub.store import plans
from varco.hub.store.evidence import Owner, SaidExchange, clear_findings, keep_exchanges, open_finding
from varco.hub.store.plans import Plan, credentials_of
from varco.hub.store.secrets import place
from varco.model.finding import Confidence, Finding
from varco.model.secret import Secret
from varco.shops.base import WebhookSource
from varco.shops.registry import connector, connectors

DISABLED: Final = "webhook-disabled"
NOT_ARRIVING: Final = "webhook-not-arriving"
REFUSED: Final = "webhook-refused"
EVERY: Final = timedelta(days=1)
AGAIN_AFTER: Final = timedelta(hours=1)
"""When a look failed, or was never finished."""
AT_ONCE: Final = 100

_CLAIM: Final = """
WITH due AS (
    SELECT i.id, i.organisation_id FROM integration AS i
    LEFT JOIN channel AS c ON c.integration_id = i.id AND c.kind = 'webhook'
    LEFT JOIN webhook_address AS a ON a.integration_id = i.id
    WHERE i.connected_at IS NOT NULL AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= %(now)s)
      AND (i.removed_at IS NOT NULL AND a.id IS NOT NULL
           OR i.paused_at IS NULL AND (a.id IS NOT NULL OR i.webhooks AND i.platform = ANY(%(platforms)s)))
    ORDER BY c.next_attempt_at NULLS FIRST, i.id LIMIT %(limit)s
)
INSERT INTO channel (organisation_id, integration_id, kind, state, failures, finding_code, finding_params,
                     next_attempt_at)
SELECT organisation_id, id, 'webhook', 'ok', 0, '', '{}', %(again)s FROM due
ON CONFLICT (integration_id, kind) DO UPDATE SET next_attempt_at = excluded.next_attempt_at
WHERE channel.next_attempt_at IS NULL OR channel.next_attempt_at <= %(now)s
RETURNING integration_id
"""


@dataclass(frozen=True, kw_only=True)
class Work:
    """One shop's webhooks, as a worker needs them. Holds keys, so it is never logged."""

    plan: Plan
    wanted: bool
    """Whether they shall be there; otherwise they are to be taken away."""
    path: str
    """How an address ends that is ours, whatever the hub was called before."""
    url: str
    secret: Secret
    hooks: Mapping[str, str]
    """Those that the shop kept for us when it was looked at last."""

    @property
    def owner(self) -> Owner:
        return Owner(self.plan.organisation_id, self.plan.integration_id)


def source_of(platform: str) -> type[WebhookSource] | None:
    """The connector, if its shops can call us."""
    shop = connector(platform)
    return cast("type[WebhookSource]", shop) if shop.can.webhooks else None


def why_not(integration: Integration) -> str:
    """Why they cannot be had: `platform`, `public-url`, `port` or `secret`; empty if they can."""
    source = source_of(integration.platform)
    if source is None:
        return "platform"
    url = runtime.current().config.public_url
    if not _is_public(url):
        return "public-url"
    if source.webhook_ports and (urlsplit(url).port or 443) not in source.webhook_ports:
        return "port"
    if source.webhook_secret and integration.removed_at is None:
        return "" if credentials_of(integration).get(source.webhook_secret) else "secret"
    return ""


def state_of(integration: Integration, channel: Channel | None) -> str:
    """`none`, `not-offered`, `off`, `setting-up`, `failing`, `waiting` for the first call, or `working`."""
    reason = why_not(integration)
    if reason:
        return "none" if reason == "platform" else "not-offered"
    if not integration.webhooks:
        return "off"
    if channel is None:
        return "setting-up"
    if channel.state != Channel.OK:
        return "failing"
    return "waiting" if integration.webhook_interval_s is None else "working"


def claim() -> int:
    """Put the looks that are due on the queue; how many. One that is never finished is due again in an hour."""
    now = runtime.clock().now()
    public = _is_public(runtime.current().config.public_url)
    values: dict[str, Any] = {
        "now": now,
        "again": now + AGAIN_AFTER,
        "platforms": [name for name in connectors() if source_of(name) is not None] if public else [],
        "limit": AT_ONCE,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        ids = [row[0] for row in cursor.fetchall()]
        for integration_id in ids:
            defer("look_after_webhooks", CARE, integration_id=integration_id)
    return len(ids)


def look_soon(integration: Integration) -> None:
    """Something changed: at the next round."""
    Channel.objects.filter(integration=integration, kind=Channel.WEBHOOK).update(next_attempt_at=runtime.clock().now())


def say_farewell(integration: Integration) -> None:
    """The connection is being removed: its keys live on until a worker has taken its webhooks away, once.

    In the caller's transaction, while the keys are still there.
    """
    address = WebhookAddress.objects.filter(integration=integration).first()
    if address is None:
        return
    address.farewell = _sealed(address, "farewell", _plain(credentials_of(integration)))
    address.save(update_fields=["farewell"])
    look_soon(integration)


def keep_old_secret(integration: Integration, before: Mapping[str, Secret], after: Mapping[str, Secret]) -> None:
    """A platform that signs with a credential goes on using the old one for a while."""
    source = source_of(integration.platform)
    name = source.webhook_secret if source is not None else ""
    address = WebhookAddress.objects.filter(integration=integration).first()
    if name and name in before and address is not None and before[name] != after.get(name):
        _seal_secrets(address, [before[name]])
        address.save(update_fields=["secrets"])


def secrets_of(address: WebhookAddress) -> list[Secret]:
    """Those that prove a call, the newest first."""
    source = source_of(address.integration.platform)
    opened = json.loads(runtime.keyring().open(bytes(address.secrets), place(address, "secrets")))
    kept = [Secret(text) for text in opened]
    if source is None or not source.webhook_secret:
        return kept
    current = credentials_of(address.integration).get(source.webhook_secret)
    return [current, *kept] if current else kept


def begin(integration_id: int) -> Work | None:
    """What is to be done at this shop; None if nothing is. Its address is made when it is first wanted."""
    with transaction.atomic():
        integration = Integration.objects.select_for_update().get(pk=integration_id)
        address = WebhookAddress.objects.filter(integration=integration).first()
        wanted = _is_wanted(integration)
        if integration.paused_at is not None and integration.removed_at is None:
            return None
        if address is None and not wanted:
            return None
        address = address or _new_address(integration)
    plan = plans.plan(integration)
    if address.farewell is not None:
        opened = json.loads(runtime.keyring().open(bytes(address.farewell), place(address, "farewell")))
        plan = replace(plan, credentials={name: Secret(value) for name, value in opened.items()})
    path = reverse("webhook", args=[address.path])
    return Work(
        plan=plan,
        wanted=wanted,
        path=path,
        url=runtime.current().config.public_url + path,
        secret=next(iter(secrets_of(address)), Secret("")),
        hooks=address.hooks if address.url.endswith(path) else {},
    )


def stand(work: Work, hooks: Mapping[str, str], said: Sequence[SaidExchange]) -> None:
    """They are all there now. Those that had been there and were not any more were switched off."""
    lost = [topic for topic, remote_id in work.hooks.items() if hooks.get(topic) != remote_id]
    with transaction.atomic():
        integration = Integration.objects.select_for_update().get(pk=work.plan.integration_id)
        address = WebhookAddress.objects.get(integration=integration)
        moved = address.url not in ("", work.url)
        address.hooks, address.url = dict(hooks), work.url
        address.save(update_fields=["hooks", "url"])
        keep_exchanges(work.owner, said)
        if lost and not moved:
            finding = Finding(
                code=DISABLED,
                params={"host": _host(integration), "count": len(lost)},
                confidence=Confidence.CERTAIN,
                rests_on="the shop's own list of webhooks",
            )
            break_down(work.owner, finding)
        elif moved or not _is_doubtful(integration):
            _mend(integration, working=not moved and integration.webhook_interval_s is not None)
        _look_again(integration, EVERY)


def look_failed(work: Work, finding: Finding, said: Sequence[SaidExchange], *, for_good: bool) -> None:
    """`for_good`: somebody must change something first, so it is said, and tried again tomorrow only."""
    with transaction.atomic():
        integration = Integration.objects.select_for_update().get(pk=work.plan.integration_id)
        if integration.removed_at is not None:
            _forget(integration)
            return
        keep_exchanges(work.owner, said)
        if for_good and work.wanted:
            break_down(work.owner, finding, exchange=said[-1] if said else None)
        _look_again(integration, EVERY if for_good else AGAIN_AFTER)


def taken_away(work: Work, said: Sequence[SaidExchange]) -> None:
    with transaction.atomic():
        integration = Integration.objects.select_for_update().get(pk=work.plan.integration_id)
        if integration.removed_at is None:
            keep_exchanges(work.owner, said)
        _forget(integration)


def break_down(owner: Owner, finding: Finding, *, exchange: SaidExchange | None = None) -> None:
    """They cannot be relied on: the shop is polled as often as without them. In the caller's transaction."""
    now = runtime.clock().now()
    row = Integration.objects.select_for_update().get(pk=owner.integration_id)
    if row.webhook_interval_s is not None:
        row.webhook_interval_s = None
        row.next_poll_at = min(row.next_poll_at, now + timedelta(seconds=row.poll_interval_s))
        row.save(update_fields=["webhook_interval_s", "next_poll_at"])
    channel = _channel(owner)
    channel.state, channel.failures = Channel.FAILING, channel.failures + 1
    channel.since = channel.since or now
    channel.finding_code, channel.finding_params = finding.code, finding.params
    channel.save(update_fields=["state", "failures", "since", "finding_code", "finding_params"])
    clear_findings(owner.integration_id, channel=Channel.WEBHOOK, keep=[finding.code])
    open_finding(owner, finding, channel=Channel.WEBHOOK, exchange=exchange)


def work_again(integration_id: int) -> None:
    """A call came, and it was the shop's: what is told need not be looked for so often."""
    with transaction.atomic():
        integration = Integration.objects.select_for_update().get(pk=integration_id)
        _mend(integration, working=True)


def _mend(integration: Integration, *, working: bool) -> None:
    interval_s = runtime.current().config.webhook_poll_interval_s if working else None
    if integration.webhook_interval_s != interval_s:
        integration.webhook_interval_s = interval_s
        integration.save(update_fields=["webhook_interval_s"])
    Channel.objects.filter(integration=integration, kind=Channel.WEBHOOK).update(
        state=Channel.OK, failures=0, since=None, finding_code="", finding_params={}
    )
    clear_findings(integration.pk, channel=Channel.WEBHOOK)


def _is_doubtful(integration: Integration) -> bool:
    """The shop's list may be right while nothing arrives: only a call proves that it does."""
    channel = Channel.objects.filter(integration=integration, kind=Channel.WEBHOOK).first()
    return channel is not None and channel.finding_code in (NOT_ARRIVING, DISABLED)


def _forget(integration: Integration) -> None:
    """Nothing is left of them."""
    WebhookAddress.objects.filter(integration=integration).delete()
    WebhookDelivery.objects.filter(integration=integration).delete()
    Channel.objects.filter(integration=integration, kind=Channel.WEBHOOK).delete()
    clear_findings(integration.pk, channel=Channel.WEBHOOK)
    if integration.webhook_interval_s is not None:
        integration.webhook_interval_s = None
        integration.next_poll_at = runtime.clock().now()
        integration.save(update_fields=["webhook_interval_s", "next_poll_at"])


def _look_again(integration: Integration, after: timedelta) -> None:
    at = runtime.clock().now() + after
    Channel.objects.filter(integration=integration, kind=Channel.WEBHOOK).update(next_attempt_at=at)


def _channel(owner: Owner) -> Channel:
    row: Channel
    row, _ = Channel.objects.get_or_create(
        organisation_id=owner.organisation_id, integration_id=owner.integration_id, kind=Channel.WEBHOOK
    )
    return row


def _is_wanted(integration: Integration) -> bool:
    live = integration.removed_at is None and integration.connected_at is not None
    return live and integration.webhooks and not why_not(integration)


def _is_public(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ip_address(host).is_global
    except ValueError:
        return parts.scheme == "https" and "." in host


def _new_address(integration: Integration) -> WebhookAddress:
    address = WebhookAddress(
        organisation_id=integration.organisation_id,
        integration=integration,
        public_id=uuid7(),
        path=secrets.token_urlsafe(24),
    )
    own = source_of(integration.platform)
    _seal_secrets(address, [] if own is not None and own.webhook_secret else [Secret(secrets.token_urlsafe(32))])
    address.save()
    return address


def _seal_secrets(address: WebhookAddress, given: Sequence[Secret]) -> None:
    address.secrets = _sealed(address, "secrets", json.dumps([secret.reveal() for secret in given]))


def _sealed(address: WebhookAddress, column: str, plain: str) -> bytes:
    return runtime.keyring().seal(plain.encode(), place(address, column))


def _plain(credentials: Mapping[str, Secret]) -> str:
    return json.dumps({name: secret.reveal() for name, secret in credentials.items()})


def _host(integration: Integration) -> str:
    return urlsplit(integration.base_url).hostname or integration.base_url
