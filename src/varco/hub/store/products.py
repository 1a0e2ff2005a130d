"""Weight and customs data of the goods, which order lines do not carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from varco.hub import runtime
from varco.hub.models import Product
from varco.hub.store.bulk import as_json, binary_cursor, names, overwrite, typed
from varco.hub.store.evidence import SaidExchange, clear_findings, keep_exchanges, open_finding
from varco.hub.store.plans import Plan
from varco.hub.store.polls import owner_of
from varco.model.finding import Finding
from varco.model.order import Product as ProductModel

CHANNEL: Final = "products"
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
    """What the shop told; what it no longer has is marked, so that it is not asked for again."""
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


def unreadable(plan: Plan, finding: Finding, said: Sequence[SaidExchange]) -> None:
    """Orders come in all the same, without weights: say so."""
    keep_exchanges(owner_of(plan), said)
    open_finding(owner_of(plan), finding, channel=CHANNEL, exchange=said[-1] if said else None)
