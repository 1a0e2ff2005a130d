"""Shipping: the shipment, its parcels, and what the shop must be told, in one transaction.

Promise P2 begins here: from the moment a label exists there is a row for every step that the shop must still be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from varco.carriers import own_label
from varco.hub import runtime
from varco.hub.models import (
    NumberRange,
    Order,
    OrderEvent,
    OrderLine,
    Organisation,
    Parcel,
    Product,
    PushRow,
    Shipment,
    ShipmentLine,
)
from varco.model.address import Address
from varco.model.errors import BadInput
from varco.model.finding import Finding
from varco.model.shipment import PushStep
from varco.shops.registry import connector


@dataclass(frozen=True, kw_only=True)
class ParcelRequest:
    number: str = ""
    """Empty: the next of the number range."""
    weight_g: int | None = None


@dataclass(frozen=True, kw_only=True)
class ShipRequest:
    """What a person asked for. The same `request_key` twice makes one shipment."""

    orders: Sequence[UUID]
    lines: Mapping[int, Decimal]
    """Order line's key to the quantity that goes; empty: all that is left."""
    carrier_name: str
    parcels: Sequence[ParcelRequest]
    request_key: UUID
    link_template: str = ""
    number_range: UUID | None = None
    reference: str = ""
    actor: str


def ship(organisation: Organisation, request: ShipRequest) -> Shipment:
    """Make it, once. `BadInput` says what cannot be: nothing left to ship, a bad number, no address.

    The orders are locked first: a second job with the same key waits, and then finds the first one's shipment.
    """
    with transaction.atomic():
        _lock(organisation, request.orders)
        made: Shipment | None = Shipment.objects.of(organisation).filter(request_key=request.request_key).first()
        if made is not None:
            return made
        orders = _orders(organisation, request.orders)
        one_recipient(orders)
        lines = _lines_to_ship(orders, request.lines)
        shipment = _shipment(organisation, request, orders)
        _add_lines(shipment, lines)
        _add_parcels(shipment, request, organisation)
        for order in orders:
            _note(
                order, request.actor, "shipped", {"shipment": str(shipment.public_id), "carrier": request.carrier_name}
            )
            _mark_shipped(order)
            if order.integration.push_trigger == "label":
                add_push_rows(shipment, order)
    return shipment


def handed_over(shipment: Shipment, actor: str) -> None:
    """The carrier has it: shops that are told at the scan are told now."""
    with transaction.atomic():
        locked = Shipment.objects.select_for_update().get(pk=shipment.pk)
        if locked.handed_over_at is not None:
            return
        locked.handed_over_at = runtime.clock().now()
        locked.save(update_fields=["handed_over_at"])
        for order in orders_of(locked):
            _note(order, actor, "handed-over", {"shipment": str(locked.public_id)})
            if order.integration.push_trigger == "scan":
                add_push_rows(locked, order)


def orders_of(shipment: Shipment) -> list[Order]:
    found = Order.objects.filter(shipment_lines__shipment=shipment).select_related("integration").distinct()
    return list(found.order_by("pk"))


class _Line(NamedTuple):
    """An order's line with what we shipped of it, and what of that the shop was told."""

    pk: int
    quantity: Decimal
    by_shop: Decimal | None
    held: Decimal
    sent: Decimal
    told: Decimal

    @property
    def open(self) -> Decimal:
        """By our own count; where the shop keeps count too, no more than it says, less what it was not told yet."""
        left = self.quantity - self.sent
        return left if self.by_shop is None else min(left, self.by_shop - (self.sent - self.told))


def quantities_left(order: Order) -> dict[int, Decimal]:
    """Order line's key to what can be shipped now; lines that are gone are left out."""
    return {line.pk: line.open - line.held for line in _lines(order) if line.open > line.held}


def is_all_shipped(order: Order) -> bool:
    """Whether nothing is left to be shipped, now or once the shop lets it go."""
    return all(line.open <= 0 for line in _lines(order))


def what_keeps(order: Order) -> Finding | None:
    """Why the shop lets nothing of an order be shipped; None where something can, or where it says nothing."""
    waits = Order.objects.values_list("waits", flat=True).get(pk=order.pk)
    return msgspec.convert(waits, Finding) if waits and not quantities_left(order) else None


def _lines(order: Order) -> list[_Line]:
    told = PushRow.objects.filter(
        order=order, shipment=OuterRef("shipment"), step=PushStep.FULFILMENT.value, state=PushRow.DONE
    )
    shipped = ShipmentLine.objects.filter(order_line=OuterRef("pk")).order_by().values("order_line")
    rows = (
        OrderLine.objects.filter(order=order, gone_at=None)
        .annotate(
            sent=Coalesce(Subquery(shipped.annotate(n=Sum("quantity")).values("n")), Decimal(0)),
            told=Coalesce(Subquery(shipped.filter(Exists(told)).annotate(n=Sum("quantity")).values("n")), Decimal(0)),
        )
        .order_by("position")
    )
    return [_Line(*row) for row in rows.values_list("pk", "quantity", "open_quantity", "held_quantity", "sent", "told")]


def one_recipient(orders: Sequence[Order]) -> Address:
    """Where all of them go. `BadInput` if they go to different places, or if no carrier could find the place."""
    addresses = [msgspec.convert(order.contact.shipping, Address) for order in orders]
    first = addresses[0]
    if any(_place(address) != _place(first) for address in addresses):
        raise BadInput("These orders go to different addresses: ship them one by one.")
    if not first.is_deliverable():
        raise BadInput(
            "The delivery address needs a name, a street, a town and a country. Complete it in the shop first."
        )
    return first


def add_push_rows(shipment: Shipment, order: Order) -> None:
    """One row per step. The status is set once nothing is left to ship."""
    now = runtime.clock().now()
    for position, step in enumerate(_steps(order)):
        PushRow.objects.get_or_create(
            order=order,
            shipment=shipment,
            step=step.value,
            defaults={
                "organisation_id": order.organisation_id,
                "integration_id": order.integration_id,
                "position": position,
                "due_at": now,
                "created_at": now,
            },
        )


def _place(address: Address) -> tuple[str, ...]:
    """What makes two addresses the same to a parcel."""
    parts = ("name", "company", "line1", "line2", "postcode", "city", "state", "country")
    return tuple(getattr(address, part).strip().casefold() for part in parts)


def _steps(order: Order) -> list[PushStep]:
    """Those of the platform that this shop has, and that its owner chose."""
    left_out = set()
    if not order.integration.has_fulfilments:
        left_out.add(PushStep.FULFILMENT)
    if not order.integration.push_status or order.shipped_at is None:
        left_out.add(PushStep.STATUS)
    return [step for step in connector(order.integration.platform).steps if step not in left_out]


def _lock(organisation: Organisation, public_ids: Sequence[UUID]) -> None:
    rows = Order.objects.of(organisation).select_for_update().filter(public_id__in=public_ids).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _orders(organisation: Organisation, public_ids: Sequence[UUID]) -> list[Order]:
    rows = Order.objects.of(organisation).select_related("integration")
    found = list(rows.filter(public_id__in=public_ids).order_by("pk"))
    if len(found) != len(set(public_ids)) or not found:
        raise BadInput("An order of this shipment is not there any more. Open the order again.")
    return found


def _lines_to_ship(orders: Sequence[Order], wanted: Mapping[int, Decimal]) -> list[tuple[OrderLine, Decimal]]:
    left = {key: quantity for order in orders for key, quantity in quantities_left(order).items()}
    chosen = {key: quantity for key, quantity in (wanted or left).items() if quantity > 0}
    for key, quantity in chosen.items():
        if quantity > left.get(key, Decimal(0)):
            raise BadInput("More than what is left of a line cannot be shipped. Open the order again.")
    if not chosen:
        raise BadInput("Nothing is left to ship in this order.")
    rows = OrderLine.objects.in_bulk(list(chosen))
    return [(rows[key], quantity) for key, quantity in chosen.items()]


def _shipment(organisation: Organisation, request: ShipRequest, orders: Sequence[Order]) -> Shipment:
    contact = orders[0].contact
    row: Shipment = Shipment.objects.create(
        organisation=organisation,
        carrier=own_label.OwnLabel.code,
        carrier_name=request.carrier_name,
        sender=organisation.sender,
        recipient=contact.shipping,
        order_hashes={str(order.public_id): bytes(order.content_hash).hex() for order in orders},
        reference=request.reference,
        request_key=request.request_key,
        created_at=runtime.clock().now(),
        created_by=request.actor,
    )
    return row


def _add_lines(shipment: Shipment, lines: Sequence[tuple[OrderLine, Decimal]]) -> None:
    integration_ids = {line.order.integration_id for line, _ in lines}
    product_ids = {line.product_id for line, _ in lines}
    weights = {
        (product.integration_id, product.remote_id): product.known_weight_g
        for product in Product.objects.filter(integration__in=integration_ids, remote_id__in=product_ids)
    }
    ShipmentLine.objects.bulk_create(
        ShipmentLine(
            organisation_id=shipment.organisation_id,
            shipment=shipment,
            order_id=line.order_id,
            order_line=line,
            quantity=quantity,
            name=line.name,
            sku=line.sku,
            weight_g=weights.get((line.order.integration_id, line.product_id)),
        )
        for line, quantity in lines
    )


def _add_parcels(shipment: Shipment, request: ShipRequest, organisation: Organisation) -> None:
    for position, parcel in enumerate(request.parcels, start=1):
        template = request.link_template
        number = parcel.number
        if not number:
            number, template = _next_number(organisation, request)
        valid = own_label.tracking_number(number)
        Parcel.objects.create(
            organisation_id=shipment.organisation_id,
            shipment=shipment,
            position=position,
            tracking_number=valid,
            tracking_url=own_label.tracking_link(template, valid) if template else "",
            weight_g=parcel.weight_g,
        )


def _next_number(organisation: Organisation, request: ShipRequest) -> tuple[str, str]:
    """The next number of the range and its link template; the range's row is locked, so no number goes twice."""
    if request.number_range is None:
        raise BadInput("A parcel has no tracking number: type one, or choose a number range.")
    row: NumberRange = NumberRange.objects.of(organisation).select_for_update().get(public_id=request.number_range)
    number = own_label.number_from(
        own_label.Range(
            prefix=row.prefix,
            digits=row.digits,
            suffix=row.suffix,
            check_digit=own_label.CheckDigit(row.check_digit),
            last_serial=row.last_serial,
        ),
        row.next_serial,
    )
    NumberRange.objects.filter(pk=row.pk).update(next_serial=F("next_serial") + 1)
    return number, request.link_template or row.link_template


def _mark_shipped(order: Order) -> None:
    if is_all_shipped(order):
        order.shipped_at = runtime.clock().now()
        order.save(update_fields=["shipped_at"])


def _note(order: Order, actor: str, kind: str, data: Mapping[str, Any]) -> None:
    OrderEvent.objects.create(
        organisation_id=order.organisation_id,
        order=order,
        at=runtime.clock().now(),
        actor=actor,
        kind=kind,
        data=dict(data),
    )
