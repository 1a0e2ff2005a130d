"""Calls of shops: each is noted once, and wakes a poll. Many of them wake one.

1. A call that is proven sets the bell of its shop's channel (`receive`), in one statement that touches no row of a
   poll: it waits for nobody.
2. The tick makes the shop due whose bell is set and that nobody reads just now (`ring`). What is told while a poll
   runs may have come too late for it, so its bell stays set, and the next tick makes the shop due again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from varco.hub import runtime
from varco.hub.models import Channel, Order, PushRow, WebhookAddress, WebhookDelivery
from varco.hub.store import webhooks
from varco.hub.store.evidence import Owner
from varco.hub.store.pages import Saved
from varco.hub.store.plans import Plan
from varco.model.finding import Confidence, Finding
from varco.shops.base import Delivery

KEPT: Final = timedelta(days=3)
"""So long a call that comes again is known. Shopify tries for four hours, WooCommerce once."""
PAUSE: Final = timedelta(seconds=10)
"""However much a shop tells, it is read no oftener."""
LATE: Final = timedelta(minutes=5)
"""A change that was not told within this time will not be: WooCommerce took 12 to 47 s."""

_HEARD: Final = """
WITH new AS (
    INSERT INTO webhook_delivery (organisation_id, integration_id, key, at)
    VALUES (%(organisation)s, %(integration)s, %(key)s, %(now)s)
    ON CONFLICT (integration_id, key) DO NOTHING RETURNING id
)
UPDATE channel SET last_success_at = %(now)s, rung_at = coalesce(rung_at, %(now)s),
                   rung_every_stream = rung_every_stream OR %(every_stream)s
WHERE integration_id = %(integration)s AND kind = 'webhook' AND EXISTS (SELECT FROM new)
RETURNING state
"""
_RING: Final = """
WITH rung AS (
    SELECT i.id, c.id AS channel_id, c.rung_every_stream
    FROM channel AS c JOIN integration AS i ON i.id = c.integration_id
    WHERE c.rung_at IS NOT NULL AND i.paused_at IS NULL AND i.removed_at IS NULL AND i.connected_at IS NOT NULL
      AND (i.lease_until IS NULL OR i.lease_until < %(now)s)
      AND (i.last_poll_at IS NULL OR i.last_poll_at <= %(rested)s)
      AND NOT EXISTS (SELECT FROM channel AS o WHERE o.integration_id = i.id AND o.kind = 'import' AND o.state <> 'ok')
    ORDER BY i.id LIMIT %(limit)s FOR UPDATE OF i SKIP LOCKED
), heard AS (
    UPDATE channel AS c SET rung_at = NULL, rung_every_stream = FALSE FROM rung WHERE c.id = rung.channel_id
)
UPDATE integration AS i SET next_poll_at = least(i.next_poll_at, %(now)s),
    poll_count = CASE WHEN rung.rung_every_stream THEN 0 ELSE i.poll_count END
FROM rung WHERE i.id = rung.id RETURNING i.id
"""
"""A shop that is failing keeps its pace: that it can call does not mean that it can be called. At the poll with the
count 0 every stream is due."""
_AT_ONCE: Final = 500


def address_at(path: str) -> WebhookAddress | None:
    """That of a connection which still wants to be called."""
    found: WebhookAddress | None = (
        WebhookAddress.objects.filter(path=path, integration__removed_at=None, integration__webhooks=True)
        .select_related("integration")
        .first()
    )
    return found


def receive(address: WebhookAddress, delivery: Delivery) -> bool:
    """Whether it was new."""
    integration = address.integration
    with connection.cursor() as cursor:
        cursor.execute(
            _HEARD,
            {
                "organisation": address.organisation_id,
                "integration": integration.pk,
                "key": delivery.key[:128],
                "now": runtime.clock().now(),
                "every_stream": delivery.every_stream,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return False
    if row[0] != Channel.OK or integration.webhook_interval_s is None:
        webhooks.work_again(integration.pk)
    return True


def refused(address: WebhookAddress) -> None:
    """A call that is not signed as it should."""
    WebhookAddress.objects.filter(pk=address.pk).update(refused=F("refused") + 1, refused_at=runtime.clock().now())


def ring() -> int:
    """Make the shops due that have told something; how many."""
    now = runtime.clock().now()
    with connection.cursor() as cursor:
        cursor.execute(_RING, {"now": now, "rested": now - PAUSE, "limit": _AT_ONCE})
        return len(cursor.fetchall())


def look_for_silence(plan: Plan, saved: Saved) -> None:
    """A poll found these: a change among them that nobody told, long enough ago, means that webhooks do not arrive.

    What we wrote ourselves is left out: on a quiet shop the next visitor sets its webhook off, which may be this poll.
    So is the first poll after a time in which we were away, and heard nothing for that reason.
    """
    if not (plan.told_by_webhooks and (saved.changed_ids or saved.new_numbers)):
        return
    away_since = runtime.clock().now() - timedelta(seconds=plan.poll_interval_s) - LATE
    if plan.last_success_at is None or plan.last_success_at < away_since:
        return
    owner = Owner(plan.organisation_id, plan.integration_id)
    channel = Channel.objects.filter(integration=owner.integration_id, kind=Channel.WEBHOOK).first()
    if channel is None or channel.last_success_at is None:
        return
    ours = PushRow.objects.filter(order=OuterRef("pk"), done_at__gte=channel.last_success_at)
    untold = Order.objects.filter(
        Q(pk__in=saved.changed_ids) | Q(number__in=saved.new_numbers),
        ~Exists(ours),
        integration=owner.integration_id,
        modified_at__gt=channel.last_success_at,
        modified_at__lt=runtime.clock().now() - LATE,
    )
    order = untold.order_by("modified_at").first()
    if order is None:
        return
    finding = Finding(
        code=webhooks.NOT_ARRIVING,
        params={"number": order.number},
        confidence=Confidence.HIGH,
        rests_on="an order that changed and of which no webhook told",
    )
    with transaction.atomic():
        webhooks.break_down(owner, finding)
        Channel.objects.filter(pk=channel.pk).update(next_attempt_at=runtime.clock().now())


def forget_old() -> int:
    """Calls that will not come again."""
    return int(WebhookDelivery.objects.filter(at__lt=runtime.clock().now() - KEPT).delete()[0])
