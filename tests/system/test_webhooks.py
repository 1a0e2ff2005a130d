"""A shop that tells: registered, sent, proved and read by real processes over real sockets."""

from __future__ import annotations

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.system.processes import data_folder, free_port, started, until
from varco.hub import runtime
from varco.hub.models import Integration, Order, Organisation
from varco.hub.store import integrations
from varco.model.secret import Secret
from varco.sandbox import ShopSpec, sandbox_process

pytestmark = pytest.mark.django_db(transaction=True)


def settings() -> dict[str, str]:
    """Processes of their own for the tests' database, reached at a public address through a proxy."""
    return {
        "DATABASE_URL": make_conninfo(runtime.current().database, dbname=connection.settings_dict["NAME"]),
        "VARCO_SECRET_KEYS": runtime.current().keys[0].reveal(),
        "VARCO_ALLOWED_NETWORKS": "127.0.0.0/8",
        "VARCO_PUBLIC_URL": "https://hub.example",
        "VARCO_TRUSTED_PROXIES": "127.0.0.1/32",
    }


def test_an_order_is_here_as_soon_as_the_shop_tells(organisation: Organisation) -> None:
    port = free_port()
    spec = ShopSpec(orders=3, tls=False, proxy=f"http://127.0.0.1:{port}")
    with data_folder() as folder, sandbox_process([spec]) as shops:
        shop = shops.shops[0]
        integration = integrations.create(
            organisation,
            integrations.NewIntegration(
                platform="woocommerce",
                name=shop.name,
                base_url=shop.url,
                credentials={name: Secret(value) for name, value in shop.credentials.items()},
            ),
        )
        integrations.start(integration, integrations.choices_of(integration))
        backstage = shops.control.shop(0)
        rows = Integration.objects.filter(pk=integration.pk)
        with (
            started("web", folder, port=port, settings=settings()),
            started("worker", folder, settings=settings()),
        ):
            until(lambda: len(backstage.act("webhooks", {})) == 4, "the webhooks are registered")
            until(lambda: rows.exclude(compared_at=None).exists(), "the shop is read, and left alone for four minutes")
            (placed,) = backstage.add_orders(1, days=0, status="processing", oddities=[])
            orders = Order.objects.filter(integration=integration, remote_id=str(placed))
            until(orders.exists, "what was told is read")
            until(rows.filter(webhook_interval_s=900).exists, "the shop is believed, and asked less often")
