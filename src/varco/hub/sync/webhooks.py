"""Looking after a shop's webhooks: register what is missing, put back what was switched off, take away what is old.

New ones are registered before old ones are removed. What is done is decided from the shop's own list, so a look that
was cut short is finished by the next.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from varco.doctor.layers import Layer, layer_of
from varco.hub.store import webhooks
from varco.hub.store.webhooks import Work
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Conversation, Door
from varco.hub.sync.poll import our_fault
from varco.model.errors import ShopFault
from varco.model.finding import Confidence, Finding, Retry
from varco.net.answer import host_of
from varco.net.diagnose import KINDS
from varco.shops.base import Webhook, WebhookSource

IN_FRONT: Final = (Layer.EDGE, Layer.SERVER, Layer.CONTENT)
"""Where a call is stopped for what it holds, while the shop's list was read a moment ago."""

log = logging.getLogger(__name__)


async def look_after(door: Door, integration_id: int) -> None:
    work = await db(webhooks.begin, integration_id)
    if work is None:
        return
    conversation = door.converse(work.plan, "webhooks")
    try:
        await _bring_about(conversation, work)
    except ShopFault as fault:
        await _failed(conversation, work, fault.finding)
    except Exception:
        log.exception("webhooks of integration %s", integration_id)
        await _failed(conversation, work, our_fault())


async def _failed(conversation: Conversation, work: Work, finding: Finding) -> None:
    kind = KINDS.get(finding.code)
    for_good = kind is not None and kind.retry is not Retry.SOON
    await db(webhooks.look_failed, work, finding, conversation.take_said(), for_good=for_good)


async def _bring_about(conversation: Conversation, work: Work) -> None:
    shop = conversation.shop
    if not isinstance(shop, WebhookSource):
        raise TypeError(f"{shop.platform} has no webhooks")
    ours = [hook for hook in await shop.webhooks() if urlsplit(hook.url).path.endswith(work.path)]
    good = _good(shop, work, ours) if work.wanted else {}
    if work.wanted:
        for topic in shop.webhook_topics:
            if topic not in good:
                good[topic] = await _register(shop, work, topic)
    kept = {hook.id for hook in good.values()}
    for hook in ours:
        if hook.id not in kept:
            await shop.remove_webhook(hook.id)
    said = conversation.take_said()
    if work.wanted:
        await db(webhooks.stand, work, {topic: hook.id for topic, hook in good.items()}, said)
    else:
        await db(webhooks.taken_away, work, said)


def _good(shop: WebhookSource, work: Work, ours: Sequence[Webhook]) -> dict[str, Webhook]:
    """One of each topic that is as it should be."""
    return {
        hook.topic: hook for hook in ours if hook.active and hook.url == work.url and hook.topic in shop.webhook_topics
    }


async def _register(shop: WebhookSource, work: Work, topic: str) -> Webhook:
    try:
        return await shop.register_webhook(topic, work.url, work.secret)
    except ShopFault as fault:
        raise ShopFault(_refused(fault), fault.exchange) from fault


def _refused(fault: ShopFault) -> Finding:
    """The shop's list could be read: what stops this call alone is the address that it holds."""
    exchange = fault.exchange
    stopped = layer_of(fault.finding.code) in IN_FRONT and KINDS[fault.finding.code].retry is not Retry.SOON
    if exchange is None or exchange.response is None or not stopped:
        return fault.finding
    return Finding(
        code=webhooks.REFUSED,
        params={"host": host_of(exchange), "status": exchange.response.status},
        confidence=Confidence.HIGH,
        rests_on="the list of webhooks was read, and registering one was refused",
    )
