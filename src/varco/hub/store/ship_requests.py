"""Asking for a shipment: what can be told wrong at once is told at once, the rest is a worker's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext_noop as _n

from varco.carriers import own_label
from varco.hub.models import NumberRange, Operation, Order, Organisation, Shipment
from varco.hub.store import operations
from varco.model.address import Address
from varco.model.errors import BadInput

KIND: Final = "ship"
UNDER_WAY: Final = (Operation.ASKED, Operation.RUNNING)
_WHERE: Final = ("name", "company", "line1", "line2", "postcode", "city", "state", "country")
"""What makes two addresses the same to a parcel."""


def ask(organisation: Organisation, params: Mapping[str, Any], *, by: str) -> Operation:
    """The operation that ships. Sent again with the same `request_key` while it runs, it is the same one.

    `params` are those of the operation `ship` (`jobs.operations`), as JSON. `BadInput` says what cannot be.
    """
    orders = _orders(organisation, [UUID(text) for text in params["orders"]])
    _check_carrier(organisation, params)
    one_recipient(orders)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        running: Operation | None = (
            Operation.objects.of(organisation)
            .filter(kind=KIND, params__request_key=params["request_key"], state__in=UNDER_WAY)
            .first()
        )
        return running or operations.ask(KIND, organisation, by=by, order=orders[0], params=params)


def one_recipient(orders: Sequence[Order]) -> Address:
    """Where all of them go. `BadInput` if they go to different places, or if no carrier could find the place."""
    addresses = [msgspec.convert(order.contact.shipping, Address) for order in orders]
    first = addresses[0]
    if any(_place(address) != _place(first) for address in addresses):
        raise BadInput(_n("These orders go to different addresses: ship them one by one."))
    if not first.is_deliverable():
        raise BadInput(
            _n("The delivery address needs a name, a street, a town and a country. Complete it in the shop first.")
        )
    return first


def last_choice(organisation: Organisation) -> Shipment | None:
    """The newest shipment, whose carrier and link the form offers again."""
    row: Shipment | None = Shipment.objects.of(organisation).order_by("-created_at", "-pk").first()
    return row


def _orders(organisation: Organisation, public_ids: Sequence[UUID]) -> list[Order]:
    found = {
        row.public_id: row
        for row in Order.objects.of(organisation).select_related("contact").filter(public_id__in=public_ids)
    }
    if not public_ids or any(public_id not in found for public_id in public_ids):
        raise BadInput(_n("An order of this shipment is not there any more. Open the order again."))
    return [found[public_id] for public_id in dict.fromkeys(public_ids)]


def _check_carrier(organisation: Organisation, params: Mapping[str, Any]) -> None:
    if not str(params.get("carrier_name", "")).strip():
        raise BadInput(_n("Type the carrier's name: the customer reads it beside the tracking number."))
    if params.get("link_template"):
        own_label.tracking_template(params["link_template"])
    number_range = params.get("number_range")
    if number_range and not NumberRange.objects.of(organisation).filter(public_id=number_range).exists():
        raise BadInput(_n("This number range is not there any more. Choose another."))
    for parcel in params["parcels"]:
        if parcel.get("number"):
            own_label.tracking_number(parcel["number"])
        elif not number_range:
            raise BadInput(_n("A parcel has no tracking number: type one, or choose a number range."))


def _place(address: Address) -> tuple[str, ...]:
    return tuple(getattr(address, part).strip().casefold() for part in _WHERE)
