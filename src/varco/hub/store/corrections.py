"""Weight and customs data corrected here: they hold instead of the shop's, and are written there if so chosen.

A product's row is its own outbox: `tell_at` says when the shop is to be told. Once the shop has it, the correction is
the shop's own word, and what is changed there later counts again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction

from varco.hub import runtime
from varco.hub.models import Channel, Integration, OrderEvent, OrderLine, Product
from varco.hub.store.evidence import Owner, SaidExchange, clear_findings, keep_exchanges, open_finding
from varco.model.errors import BadInput
from varco.model.finding import Finding
from varco.model.order import Product as ProductModel
from varco.shops.registry import connector

CHANNEL: Final = "goods"
HEAVIEST_G: Final = 1_000_000
FIRST_RETRY: Final = timedelta(minutes=5)
LONGEST_RETRY: Final = timedelta(days=1)
AT_ONCE: Final = 20
_TEXTS: Final = ("ean", "hs_code", "origin")
"""Fields of a product beside its weight, empty where nobody corrected them."""
_EAN_LENGTHS: Final = (8, 12, 13, 14)
_HS_CODE: Final = re.compile(r"\d[\d. ]{2,18}\d")


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a person says of one product. None or empty: as the shop says."""

    weight_g: int | None = None
    ean: str = ""
    hs_code: str = ""
    origin: str = ""


def correct(line: OrderLine, correction: Correction, *, by: str) -> Product:
    """It holds in every order with this product. `BadInput` says what cannot be."""
    checked = _checked(correction)
    if not line.product_id:
        raise BadInput("The shop has no product for this line any more.")
    integration = line.order.integration
    now = runtime.clock().now()
    with transaction.atomic():
        Product.objects.get_or_create(
            integration=integration,
            remote_id=line.product_id,
            defaults={"organisation_id": line.organisation_id, "missing": True, "read_at": now},
        )
        row: Product = Product.objects.select_for_update().get(integration=integration, remote_id=line.product_id)
        row.own_weight_g = None if checked.weight_g == row.weight_g else checked.weight_g
        for field in _TEXTS:
            wanted = getattr(checked, field)
            setattr(row, f"own_{field}", "" if wanted == getattr(row, field) else wanted)
        row.tell_at, row.tell_failures = (now if _is_to_be_told(row, integration) else None), 0
        row.save()
        OrderEvent.objects.create(
            organisation_id=line.organisation_id,
            order=line.order,
            at=now,
            actor=by,
            kind="corrected",
            data={"name": line.name},
        )
        if row.tell_at is not None:
            _look_now(integration)
    return row


def written_fields(integration: Integration) -> Sequence[str]:
    """Which corrections reach this shop: none where that is switched off."""
    return connector(integration.platform).can.write_products if integration.push_products else ()


def tell_all(integration: Integration) -> None:
    """It was just switched on: what was corrected before is told too. In the caller's transaction."""
    for row in Product.objects.filter(integration=integration, tell_at=None, missing=False):
        if _is_to_be_told(row, integration):
            Product.objects.filter(pk=row.pk).update(tell_at=runtime.clock().now(), tell_failures=0)


def due(integration_id: int) -> list[ProductModel]:
    """Products of which the shop is to be told now, with the corrected values alone."""
    rows = Product.objects.filter(
        integration=integration_id,
        integration__push_products=True,
        missing=False,
        tell_at__lte=runtime.clock().now(),
    )
    return [
        ProductModel(
            remote_id=row.remote_id,
            weight_g=row.own_weight_g,
            ean=row.own_ean,
            hs_code=row.own_hs_code,
            origin=row.own_origin,
        )
        for row in rows.order_by("tell_at")[:AT_ONCE]
    ]


def told(owner: Owner, product: ProductModel, fields: Sequence[str], said: Sequence[SaidExchange]) -> None:
    """The shop holds these fields now. What was corrected again meanwhile is told again."""
    with transaction.atomic():
        keep_exchanges(owner, said)
        row = Product.objects.select_for_update().get(integration=owner.integration_id, remote_id=product.remote_id)
        if "weight_g" in fields and product.weight_g is not None and row.own_weight_g == product.weight_g:
            row.weight_g, row.own_weight_g = product.weight_g, None
        for field in _TEXTS:
            value = getattr(product, field)
            if field in fields and value and getattr(row, f"own_{field}") == value:
                setattr(row, field, value)
                setattr(row, f"own_{field}", "")
        row.tell_at = runtime.clock().now() if _has_any(row, fields) else None
        row.tell_failures = 0
        row.save()
        if not Product.objects.filter(integration=owner.integration_id, tell_failures__gt=0).exists():
            clear_findings(owner.integration_id, channel=CHANNEL)


def not_told(owner: Owner, product: ProductModel, finding: Finding, said: Sequence[SaidExchange]) -> None:
    """It is tried again, less and less often; meanwhile the correction holds here."""
    with transaction.atomic():
        keep_exchanges(owner, said)
        row = Product.objects.select_for_update().get(integration=owner.integration_id, remote_id=product.remote_id)
        row.tell_failures += 1
        delay = min(FIRST_RETRY * 2 ** min(row.tell_failures - 1, 12), LONGEST_RETRY)
        row.tell_at = runtime.clock().now() + delay
        row.save()
        open_finding(owner, finding, channel=CHANNEL, exchange=said[-1] if said else None)


def _checked(correction: Correction) -> Correction:
    weight_g, origin = correction.weight_g, correction.origin.strip().upper()
    ean, hs_code = "".join(correction.ean.split()), correction.hs_code.strip()
    if weight_g is not None and not 0 < weight_g <= HEAVIEST_G:
        raise BadInput("A piece weighs between one gram and a ton.")
    if ean and not _is_ean(ean):
        raise BadInput("An EAN has 8, 12, 13 or 14 digits, the last of which is made of the others: look for a slip.")
    if hs_code and not _HS_CODE.fullmatch(hs_code):
        raise BadInput("An HS code is 4 to 20 digits, with points or spaces between, such as 6912.00.")
    if origin and not (len(origin) == 2 and origin.isascii() and origin.isalpha()):
        raise BadInput("A country of origin is given by its two letters, such as IT.")
    return Correction(weight_g=weight_g, ean=ean, hs_code=hs_code, origin=origin)


def _is_ean(text: str) -> bool:
    """By its check digit, as GS1 makes it: threes and ones from the right."""
    if not (text.isascii() and text.isdecimal() and len(text) in _EAN_LENGTHS):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text))) % 10 == 0


def _is_to_be_told(row: Product, integration: Integration) -> bool:
    return _has_any(row, written_fields(integration))


def _has_any(row: Product, fields: Sequence[str]) -> bool:
    """Whether one of these fields is corrected."""
    return any(getattr(row, f"own_{field}") not in (None, "") for field in fields)


def _look_now(integration: Integration) -> None:
    """The shop is told with its next poll: at once, if it is well."""
    well = Channel.objects.filter(kind=Channel.IMPORT, state=Channel.OK).values("integration")
    Integration.objects.filter(pk=integration.pk, pk__in=well).update(next_poll_at=runtime.clock().now())
