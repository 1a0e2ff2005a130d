"""Asking for a shipment: what can be told wrong at once is told at once, the rest is a worker's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from varco.carriers import own_label
from varco.hub.models import NumberRange, Operation, Order, Organisation, Shipment
from varco.hub.store import operations, shipping
from varco.model.errors import BadInput

KIND: Final = "ship"
UNDER_WAY: Final = (Operation.ASKED, Operation.RUNNING)
ABOUT_THE_ORDER: Final = ("order-changed", "order-closed", "cannot-ship", "not-possible")
"""Ends that asking again would meet again; after any other the shop could not be asked, and `unread_ok` helps."""


def ask(organisation: Organisation, params: Mapping[str, Any], *, by: str) -> Operation:
    """The operation that ships. Sent again with the same `request_key` while it runs, it is the same one.

    `params` are those of the operation `ship` (`jobs.operations`), as JSON. `BadInput` says what cannot be.
    """
    orders = _orders(organisation, [UUID(text) for text in params["orders"]])
    _check_carrier(organisation, params)
    shipping.one_recipient(orders)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        running: Operation | None = (
            Operation.objects.of(organisation)
            .filter(kind=KIND, params__request_key=params["request_key"], state__in=UNDER_WAY)
            .first()
        )
        return running or operations.ask(KIND, organisation, by=by, order=orders[0], params=params)


def may_ship_unread(operation: Operation) -> bool:
    """Whether it ended because the shop could not be asked: then the person may ship all the same."""
    if operation.state != Operation.FAILED or operation.params.get("unread_ok"):
        return False
    return operation.finding_code not in ABOUT_THE_ORDER


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
        raise BadInput("An order of this shipment is not there any more. Open the order again.")
    return [found[public_id] for public_id in dict.fromkeys(public_ids)]


def _check_carrier(organisation: Organisation, params: Mapping[str, Any]) -> None:
    if not str(params.get("carrier_name", "")).strip():
        raise BadInput("Type the carrier's name: the customer reads it beside the tracking number.")
    if params.get("link_template"):
        own_label.tracking_template(params["link_template"])
    number_range = params.get("number_range")
    if number_range and not NumberRange.objects.of(organisation).filter(public_id=number_range).exists():
        raise BadInput("This number range is not there any more. Choose another.")
    for parcel in params["parcels"]:
        if parcel.get("number"):
            own_label.tracking_number(parcel["number"])
        elif not number_range:
            raise BadInput("A parcel has no tracking number: type one, or choose a number range.")
