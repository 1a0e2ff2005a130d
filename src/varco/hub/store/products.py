"""Weight and customs data of the goods, which order lines do not carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from varco.hub import runtime
from varco.hub.models import Integration, OrderLine, Product
from varco.hub.store.bulk import as_json, binary_cursor, names, overwrite, typed
from varco.hub.store.evidence import SaidExchange, clear_findings, keep_exchanges, open_finding
from varco.hub.store.plans import Plan
from varco.hub.store.polls import owner_of
from varco.model.finding import Finding
from varco.model.order import Product as ProductModel

CHANNEL: Final = "products"
REREAD_EVERY: Final = timedelta(days=1)
AT_ONCE: Final = 100
_PRODUCT: Final = {
    "remote_id": "text",
    "name": "text",
    "sku": "text",
    "ean": "text",
    "weight_g": "int4",
    "hs_code": "text",
    "origin": "text",
}
_SAVE: Final = f"""
INSERT INTO product (organisation_id, integration_id, read_at, missing, {names(_PRODUCT)})
SELECT %(organisation_id)b::bigint, %(integration_id)b::bigint, %(now)b::timestamptz, remote_id = ANY(%(gone)b::text[]),
       remote_id, coalesce(name, ''), coalesce(sku, ''), coalesce(ean, ''), weight_g, coalesce(hs_code, ''),
       coalesce(origin, '')
FROM jsonb_to_recordset(%(products)b::jsonb) AS p({typed(_PRODUCT)})
ON CONFLICT (integration_id, remote_id) DO UPDATE SET {overwrite((*_PRODUCT, "missing", "read_at"))}
"""


def missing(integration_id: int, remote_ids: Iterable[str]) -> list[str]:
    """Those of them that we know nothing of yet."""
    wanted = set(remote_ids)
    if not wanted:
        return []
    known = Product.objects.filter(integration_id=integration_id, remote_id__in=wanted)
    return sorted(wanted - set(known.values_list("remote_id", flat=True)))


def save(plan: Plan, asked: Sequence[str], found: Sequence[ProductModel]) -> None:
    """What the shop told; what it no longer has is marked. Corrections made here stay."""
    told = {product.remote_id for product in found}
    gone = [ProductModel(remote_id=remote_id) for remote_id in asked if remote_id not in told]
    with binary_cursor() as cursor:
        cursor.execute(
            _SAVE,
            {
                "organisation_id": plan.organisation_id,
                "integration_id": plan.integration_id,
                "now": runtime.clock().now(),
                "gone": [product.remote_id for product in gone],
                "products": as_json([*found, *gone]),
            },
        )
    clear_findings(plan.integration_id, channel=CHANNEL)


def stale(integration_id: int) -> list[str]:
    """Those in open orders that were not read for a day, the longest first: weights and codes change too."""
    statuses = Integration.objects.values_list("import_statuses", flat=True).get(pk=integration_id)
    in_open_orders = OrderLine.objects.filter(
        order__integration=integration_id,
        order__status__in=statuses,
        order__shipped_at=None,
        order__gone_at=None,
        gone_at=None,
    )
    rows = Product.objects.filter(
        integration=integration_id,
        remote_id__in=in_open_orders.values("product_id"),
        read_at__lt=runtime.clock().now() - REREAD_EVERY,
    )
    return list(rows.order_by("read_at").values_list("remote_id", flat=True)[:AT_ONCE])


def unreadable(plan: Plan, finding: Finding, said: Sequence[SaidExchange]) -> None:
    """Orders come in all the same, without weights: say so."""
    keep_exchanges(owner_of(plan), said)
    open_finding(owner_of(plan), finding, channel=CHANNEL, exchange=said[-1] if said else None)
