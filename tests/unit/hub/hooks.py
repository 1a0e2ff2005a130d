"""A hub that shops can call, and a shop that does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.test import Client

from varco.hub import runtime
from varco.model.exchange import Headers
from varco.sandbox import SandboxShop

HUB = "hub.example"


@contextmanager
def public_hub(url: str = f"https://{HUB}") -> Iterator[None]:
    """The hub is reached at this address while the block runs."""
    before = runtime.current()
    runtime.use(dataclasses.replace(before, config=dataclasses.replace(before.config, public_url=url)))
    yield
    runtime.use(dataclasses.replace(runtime.current(), config=before.config))


def call(url: str, headers: Headers, body: bytes) -> int:
    """As the shop's server does: without a login or a form; the status that it sees."""
    strict = Client(enforce_csrf_checks=True)
    parts = urlsplit(url)
    given = dict(headers) | {"Host": parts.netloc}
    kind = given.pop("Content-Type", "application/json")
    return strict.post(parts.path, body, content_type=kind, headers=given).status_code


def deliver(shop: SandboxShop) -> list[int]:
    """Send what the shop's webhooks have to say, as its server would; what it was answered."""
    statuses = []
    for delivery in shop.state.post.due():
        statuses.append(call(delivery.request.url, delivery.request.headers, delivery.request.body))
        shop.application.delivered(delivery, taken=statuses[-1] == 200)
    return statuses
