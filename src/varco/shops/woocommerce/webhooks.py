"""WooCommerce's webhooks: `/wc/v3/webhooks`, and what a shop sends to them.

Facts: https://github.com/woocommerce/woocommerce/blob/9.9.5/plugins/woocommerce/includes/class-wc-webhook.php , and
measured with 9.9.5 (tests/recorded/woocommerce/webhook_*.json).
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Headers, header
from varco.model.secret import Secret
from varco.shops.base import Delivery, Webhook
from varco.shops.woocommerce.api import Api

TOPICS: Final = ("order.created", "order.updated", "order.deleted", "order.restored")
PORTS: Final = (80, 443, 8080)
"""`wp_http_validate_url`: https://github.com/WordPress/WordPress/blob/6.8.3/wp-includes/http.php"""
NAME: Final = "Varco"
"""What the shop's own list of webhooks calls it."""
AT_ONCE: Final = 100
_TRASH: Final = ("order.deleted", "order.restored")
"""What they tell stands in the trash, which is read less often."""
_GREETING: Final = re.compile(rb"webhook_id=\d{1,20}\Z")


class _Row(msgspec.Struct, frozen=True):
    id: int
    topic: str = ""
    status: str = ""
    delivery_url: str = ""


async def all_of(api: Api) -> list[Webhook]:
    found: list[Webhook] = []
    page = 1
    while True:
        answer = await api.get("webhooks", {"per_page": str(AT_ONCE), "page": str(page)})
        rows = answer.read(list[_Row])
        found += [_webhook(row) for row in rows]
        if len(rows) < AT_ONCE:
            return found
        page += 1


async def register(api: Api, topic: str, url: str, secret: Secret) -> Webhook:
    body = {"name": NAME, "topic": topic, "delivery_url": url, "secret": secret.reveal(), "status": "active"}
    return _webhook((await api.post("webhooks", body)).read(_Row))


async def remove(api: Api, remote_id: str) -> None:
    """By a POST that says so: firewalls of shops stop DELETE more often than anything else (CRS rule 911100)."""
    try:
        api.checked(await api.call("POST", f"webhooks/{remote_id}", {"force": "true", "_method": "DELETE"}))
    except ShopFault as fault:
        if fault.finding.code != "not-in-shop":
            raise


def is_greeting(headers: Headers, body: bytes) -> bool:
    """Sent when a webhook is made: form data, without a signature."""
    return not header(headers, "X-WC-Webhook-Signature") and _GREETING.match(body) is not None


def delivery_from(headers: Headers, body: bytes, secrets: Sequence[Secret]) -> Delivery | None:
    """The shop's own id names the webhook and the second, so two orders may share it: the body tells them apart."""
    given = header(headers, "X-WC-Webhook-Signature").encode()
    if not any(hmac.compare_digest(given, _signature(body, secret)) for secret in secrets):
        return None
    topic = header(headers, "X-WC-Webhook-Topic")
    digest = blake2b(header(headers, "X-WC-Webhook-Delivery-ID").encode() + b"\0" + body, digest_size=16)
    return Delivery(key=digest.hexdigest(), topic=topic, every_stream=topic in _TRASH)


def _signature(body: bytes, secret: Secret) -> bytes:
    return b64encode(hmac.digest(secret.reveal().encode(), body, "sha256"))


def _webhook(row: _Row) -> Webhook:
    return Webhook(id=str(row.id), topic=row.topic, url=row.delivery_url, active=row.status == "active")
