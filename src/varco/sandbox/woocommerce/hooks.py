"""What a WooCommerce shop sends to its webhooks, and what becomes of one that nobody takes.

As `WC_Webhook` of 9.9.5 does it, and as recorded (tests/recorded/woocommerce/webhook_*.json):
https://github.com/woocommerce/woocommerce/blob/9.9.5/plugins/woocommerce/includes/class-wc-webhook.php
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from hashlib import md5
from typing import Any, Final

import msgspec

from varco.model.exchange import Request
from varco.sandbox.orders import Order
from varco.sandbox.post import Delivery
from varco.sandbox.woocommerce.render import View, order_json
from varco.sandbox.woocommerce.state import DRAFT, VERSION, State, Webhook

_AGENT: Final = f"WooCommerce/{VERSION} Hookshot (WordPress/6.8.3)"
_MOST_FAILURES: Final = 5
"""More in a row, and the webhook is switched off: so the seventh does it. Nobody is told."""


def greet(state: State, hook: Webhook) -> None:
    """A new webhook's first call, which whoever takes it must answer with 200; nothing comes of it otherwise."""
    headers = (("User-Agent", _AGENT), ("Accept", "*/*"), ("Content-Type", "application/x-www-form-urlencoded"))
    body = f"webhook_id={hook.id}".encode()
    state.post.add(0, Request(method="POST", url=hook.delivery_url, headers=headers, body=body))


def told(state: State, topic: str, order: Order) -> None:
    """Something happened to an order. Unfinished ones are nobody's business; one in the trash is an id."""
    if order.status == DRAFT:
        return
    for hook in state.webhooks.values():
        if hook.topic == topic and hook.status == "active":
            gone = topic == "order.deleted"
            payload: dict[str, Any] = {"id": order.id} if gone else order_json(order, View(state))
            state.post.add(hook.id, _message(state, hook, msgspec.json.encode(payload)))


def delivered(state: State, delivery: Delivery, *, taken: bool) -> None:
    """It is not sent again. A webhook that is switched on again still has its failures (`failed_delivery`)."""
    hook = state.webhooks.get(delivery.hook)
    if hook is None:
        return
    if taken:
        hook.failures = 0
    elif hook.failures > _MOST_FAILURES:
        hook.status, hook.modified = "disabled", state.clock.now()
    else:
        hook.failures += 1


def random_secret(state: State) -> str:
    """Where none is given."""
    return f"{state.random.getrandbits(200):050x}"


def _message(state: State, hook: Webhook, body: bytes) -> Request:
    """The delivery's id names the webhook and the second alone: two orders of one second share it."""
    resource, _, event = hook.topic.partition(".")
    delivery_id = md5(f"{hook.id}{state.clock.now()}".encode(), usedforsecurity=False).hexdigest()
    headers = {
        "User-Agent": _AGENT,
        "Accept": "*/*",
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": f"{state.home}/",
        "X-WC-Webhook-Topic": hook.topic,
        "X-WC-Webhook-Resource": resource,
        "X-WC-Webhook-Event": event,
        "X-WC-Webhook-Signature": b64encode(hmac.digest(hook.secret.encode(), body, "sha256")).decode(),
        "X-WC-Webhook-ID": str(hook.id),
        "X-WC-Webhook-Delivery-ID": delivery_id,
    }
    return Request(method="POST", url=hook.delivery_url, headers=tuple(headers.items()), body=body)
