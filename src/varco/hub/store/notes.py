"""The note that a shop keeps at the order, and may mail to its customer."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from varco.model.shipment import Tracking


def note_text(trackings: Sequence[Tracking], language: str) -> str:
    """Each tracking number once, with its carrier and link, in the organisation's language."""
    with override(language):
        return "\n".join(_line(tracking) for tracking in trackings)


def _line(tracking: Tracking) -> str:
    said = _("Shipped with %(carrier)s, tracking number %(number)s.") % {
        "carrier": tracking.carrier,
        "number": tracking.number,
    }
    return f"{said} {tracking.url}".rstrip()
