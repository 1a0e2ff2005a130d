"""Weight and customs data of the goods, which order lines do not carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from varco.hub import runtime
from varco.hub.models import Product
from varco.hub.store.bulk import Table, binary_cursor, columns_of
from varco.hub.store.evidence import SaidExchange, clear_findings, keep_exchanges, open_finding
from varco.hub.store.plans import Plan
from varco.hub.store.polls import owner_of
from varco.model.finding import Finding
from varco.model.order import Product as ProductModel

CHANNEL: Final = "products"
PRODUCTS: Final = Table(
    "product",
    {
        "organisation_id": "bigint",
        "integration_id": "bigint",
        "remote_id": "text",
        "name": "text",
        "sku": "text",
        "ean": "text",
        "weight_g": "int4",
        "hs_code": "text",
        "origin": "text",
        "missing": "boolean",
        "read_at": "timestamptz",
    },
    key=("integration_id", "remote_id"),
)
_UPSERT: Final = PRODUCTS.upsert()


def missing(integration_id: int, remote_ids: Iterable[str]) -> list[str]:
    """Those of them that we know nothing of yet."""
    wanted = set(remote_ids)
    if not wanted:
        return []
    known = Product.objects.filter(integration_id=integration_id, remote_id__in=wanted)
    return sorted(wanted - set(known.values_list("remote_id", flat=True)))


def save(plan: Plan, asked: Sequence[str], found: Sequence[ProductModel]) -> None:
    """What the shop told; what it no longer has is marked, so that it is not asked for again."""
    now = runtime.clock().now()
    told = {product.remote_id: product for product in found}
    rows = [
        (*_row(plan, told.get(remote_id) or ProductModel(remote_id=remote_id), remote_id not in told), now)
        for remote_id in asked
    ]
    with binary_cursor() as cursor:
        cursor.execute(_UPSERT, columns_of(rows))
    clear_findings(plan.integration_id, channel=CHANNEL)


def unreadable(plan: Plan, finding: Finding, said: Sequence[SaidExchange]) -> None:
    """Orders come in all the same, without weights: say so."""
    keep_exchanges(owner_of(plan), said)
    open_finding(owner_of(plan), finding, channel=CHANNEL, exchange=said[-1] if said else None)


def _row(plan: Plan, product: ProductModel, is_missing: bool) -> tuple[object, ...]:
    return (
        plan.organisation_id,
        plan.integration_id,
        product.remote_id,
        product.name,
        product.sku,
        product.ean,
        product.weight_g,
        product.hs_code,
        product.origin,
        is_missing,
    )
