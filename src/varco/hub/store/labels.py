"""The labels of a shipment, as they were when it was made: printed again, they say the same."""

from __future__ import annotations

import msgspec
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import override

from varco.documents.label import Label, label_pdf
from varco.hub.models import Order, Shipment
from varco.model.address import Address
from varco.model.errors import BadInput


def pdf_of(shipment: Shipment) -> bytes:
    """A page per parcel, in the organisation's language. `BadInput` if its people's data was erased."""
    if not shipment.recipient:
        raise BadInput("The address of this shipment was erased: its label cannot be printed any more.")
    with override(shipment.organisation.language):
        return label_pdf(_labels(shipment), gettext=_, locale=translation.get_language() or "en")


def _labels(shipment: Shipment) -> list[Label]:
    parcels = list(shipment.parcels.order_by("position"))
    numbers = Order.objects.filter(shipment_lines__shipment=shipment).distinct().order_by("pk")
    order_numbers = tuple(numbers.values_list("number", flat=True))
    return [
        Label(
            sender=msgspec.convert(shipment.sender, Address),
            recipient=msgspec.convert(shipment.recipient, Address),
            carrier_name=shipment.carrier_name,
            tracking_number=parcel.tracking_number,
            order_numbers=order_numbers,
            reference=shipment.reference,
            weight_g=parcel.weight_g,
            position=parcel.position,
            of=len(parcels),
        )
        for parcel in parcels
    ]
