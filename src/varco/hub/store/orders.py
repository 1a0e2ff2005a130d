"""Reading orders: the list with its search, one order with all that belongs to it, its history; and erasing people.

Search is plain `LIKE` within one organisation, since PostgreSQL's trigram extension is not in the embedded server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Exists, F, Func, JSONField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from varco.hub import runtime
from varco.hub.models import (
    Contact,
    FindingRecord,
    Integration,
    Order,
    OrderEvent,
    OrderLine,
    OrderRefund,
    Organisation,
    Parcel,
    Product,
    PushRow,
    Shipment,
    ShipmentLine,
    UnreadOrder,
)
from varco.hub.store.shipping import quantities_left
from varco.model.address import Address
from varco.model.errors import BadInput

Shown = Literal["open", "shipped", "all"]
LONGEST_PAGE: Final = 200
MOST_WORDS: Final = 6
_PEOPLE: Final = ("name", "company", "email")


@dataclass(frozen=True)
class OrderPage:
    """Newest first. Each order carries its integration and contact, and four marks: `pieces` (how many are in it),
    `has_problem`, `has_shipment`, and `is_untold` (the shop does not know yet of one)."""

    orders: Sequence[Order]
    more: bool
    """Whether older ones follow: ask again with `before` = the public id of the last one."""


@dataclass(frozen=True)
class Line:
    """An order line with what its product says of it."""

    row: OrderLine
    product: Product | None
    left: Decimal
    """What has not been shipped yet."""

    @property
    def weight_g(self) -> int | None:
        """Of one piece."""
        return self.product.known_weight_g if self.product else None


@dataclass(frozen=True, kw_only=True)
class OrderSheet:
    """One order with all that its page tells."""

    order: Order
    contact: Contact
    lines: Sequence[Line]
    """Those that are gone come last."""
    refunds: Sequence[OrderRefund]
    shipments: Sequence[Shipment]
    """Newest first, parcels and lines read."""
    pushes: Sequence[PushRow]
    """In the order in which the shop is told."""
    findings: Sequence[FindingRecord]
    """What is wrong with it now."""

    @property
    def is_deliverable(self) -> bool:
        return msgspec.convert(self.contact.shipping, Address).is_deliverable()

    @property
    def weight_left_g(self) -> int | None:
        """Of what has not been shipped; None if the weight of one of its products is not known."""
        open_lines = [line for line in self.lines if line.left]
        weights = [line.weight_g for line in open_lines]
        if not weights or None in weights:
            return None
        return int(sum(weight * line.left for weight, line in zip(weights, open_lines, strict=True) if weight))


def search(
    organisation: Organisation,
    *,
    text: str = "",
    integration: Integration | None = None,
    status: str = "",
    shown: Shown = "open",
    before: UUID | None = None,
    limit: int = 50,
) -> OrderPage:
    """A page of the orders in which each word of `text` stands: number, name, company, e-mail, SKU or tracking number.

    *Open* is what waits to be shipped: in one of the statuses that its connection takes in.
    """
    rows = Order.objects.of(organisation).filter(_shown(shown))
    if integration is not None:
        rows = rows.filter(integration=integration)
    if status:
        rows = rows.filter(status=status)
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(_has(organisation, word))
    if before is not None:
        rows = rows.filter(_older_than(organisation, before))
    limit = max(1, min(limit, LONGEST_PAGE))
    found = list(_with_parts(rows).order_by("-placed_at", "-pk")[: limit + 1])
    return OrderPage(found[:limit], len(found) > limit)


def open_orders(organisation: Organisation, integration: Integration | None = None) -> QuerySet[Order]:
    """What waits to be shipped and whose address is still known."""
    rows: QuerySet[Order] = Order.objects.of(organisation).filter(_shown("open"), erased_at=None)
    return rows if integration is None else rows.filter(integration=integration)


def get(organisation: Organisation, public_id: UUID) -> OrderSheet | None:
    """None if the organisation has no such order."""
    order = (
        Order.objects.of(organisation)
        .select_related("integration", "contact", "organisation")
        .filter(public_id=public_id)
        .first()
    )
    return None if order is None else sheet_of(order)


def sheet_of(order: Order) -> OrderSheet:
    return OrderSheet(
        order=order,
        contact=order.contact,
        lines=_lines(order),
        refunds=list(order.refunds.order_by("pk")),
        shipments=list(
            Shipment.objects.of(order.organisation)
            .filter(Exists(ShipmentLine.objects.filter(shipment=OuterRef("pk"), order=order)))
            .prefetch_related("parcels", "lines")
            .order_by("-created_at")
        ),
        pushes=list(order.push_rows.select_related("shipment").order_by("created_at", "position")),
        findings=list(order.findings.filter(cleared_at=None).order_by("first_seen_at")),
    )


def history(order: Order) -> Sequence[OrderEvent]:
    """What happened to it, newest first; the day it came in stands at the end."""
    came = OrderEvent(order=order, organisation=order.organisation, at=order.first_seen_at, actor="varco", kind="came")
    return [*order.events.order_by("-at", "-pk"), came]


def statuses(organisation: Organisation, integration: Integration | None = None) -> list[tuple[str, str]]:
    """Slug and the shop's own name of each status of the organisation's shops, for the filter.

    Shops that call the same slug otherwise (numbers, on some platforms) are all named.
    """
    shops = Integration.objects.of(organisation)
    if integration is not None:
        shops = shops.filter(pk=integration.pk)
    named: dict[str, dict[str, None]] = {}
    for told in shops.values_list("shop_statuses", flat=True):
        for status in told:
            named.setdefault(status["slug"], {})[status["name"]] = None
    return sorted(((slug, " / ".join(names)) for slug, names in named.items()), key=lambda item: item[1].casefold())


def pushes_of(shipment: Shipment) -> Sequence[PushRow]:
    """What the shops are told about it, in that order."""
    rows = PushRow.objects.of(shipment.organisation).filter(shipment=shipment)
    return list(rows.select_related("order", "integration", "shipment").order_by("order", "created_at", "position"))


def erase(order: Order, by: str) -> None:
    """Empty all that it knows of people, and keep a tombstone: the import does not bring them back."""
    now = runtime.clock().now()
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        if locked.erased_at is not None:
            return
        Order.objects.filter(pk=order.pk).update(erased_at=now, changed_at=now)
        Contact.objects.filter(order=order).update(billing={}, shipping={}, customer_note="")
        shipments = ShipmentLine.objects.filter(order=order).values("shipment")
        Shipment.objects.filter(pk__in=shipments).update(recipient={})
        UnreadOrder.objects.filter(integration=order.integration_id, remote_id=order.remote_id).update(raw=None)
        OrderEvent.objects.create(organisation_id=order.organisation_id, order=order, at=now, actor=by, kind="erased")


def _lines(order: Order) -> list[Line]:
    rows = list(order.lines.order_by(F("gone_at").asc(nulls_first=True), "position"))
    told = Product.objects.of(order.organisation).filter(
        integration=order.integration_id, remote_id__in={row.product_id for row in rows}
    )
    products = {product.remote_id: product for product in told}
    left = quantities_left(order)
    return [Line(row, products.get(row.product_id), left.get(row.pk, Decimal(0))) for row in rows]


def _shown(shown: Shown) -> Q:
    if shown == "shipped":
        return Q(shipped_at__isnull=False)
    if shown == "open":
        as_json = Func(F("status"), function="to_jsonb", output_field=JSONField())
        return Q(shipped_at=None, gone_at=None, integration__import_statuses__contains=as_json)
    return Q()


def _has(organisation: Organisation, word: str) -> Q:
    """Each part is searched once for the whole organisation, and its orders looked up in what was found.

    The organisation is asked for by the order, whose index leads to it: contacts and lines have none of their own.
    """
    people = Q()
    for address in ("billing", "shipping"):
        for part in _PEOPLE:
            people |= Q(**{f"{address}__{part}__icontains": word})
    contacts = Contact.objects.filter(people, order__organisation=organisation)
    lines = OrderLine.objects.filter(sku__icontains=word, order__organisation=organisation)
    parcels = Parcel.objects.of(organisation).filter(tracking_number__icontains=word)
    sent = ShipmentLine.objects.filter(shipment__in=parcels.values("shipment"))
    return (
        Q(number__icontains=word.removeprefix("#"))
        | Q(pk__in=contacts.values("order"))
        | Q(pk__in=lines.values("order"))
        | Q(pk__in=sent.values("order"))
    )


def _older_than(organisation: Organisation, public_id: UUID) -> Q:
    position = Order.objects.of(organisation).filter(public_id=public_id).values_list("placed_at", "pk").first()
    if position is None:
        raise BadInput("The list cannot go on from there. Begin with its first page.")
    placed_at, key = position
    return Q(placed_at__lte=placed_at) & (Q(placed_at__lt=placed_at) | Q(pk__lt=key))


def _with_parts(rows: QuerySet[Order]) -> QuerySet[Order]:
    of_it = {"order": OuterRef("pk")}
    pieces = OrderLine.objects.filter(**of_it, gone_at=None).values("order").annotate(n=Sum("quantity")).values("n")
    return rows.select_related("integration", "contact").annotate(
        pieces=Coalesce(Subquery(pieces), Decimal(0)),
        has_problem=Exists(FindingRecord.objects.filter(**of_it, cleared_at=None)),
        has_shipment=Exists(ShipmentLine.objects.filter(**of_it)),
        is_untold=Exists(PushRow.objects.filter(**of_it, state__in=PushRow.OPEN)),
    )
