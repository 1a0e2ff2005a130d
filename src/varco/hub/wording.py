"""Plain words for an order's history and for what the shop is told: pages, API and commands say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from varco.hub.models import Integration, OrderEvent, PushRow
from varco.model.shipment import Published, PushStep

STEPS: Final[Mapping[str, Any]] = {
    PushStep.NOTE: gettext_lazy("Note with the tracking number"),
    PushStep.META: gettext_lazy("Tracking data for the shop's plug-ins"),
    PushStep.FULFILMENT: gettext_lazy("Fulfillment in the shop"),
    PushStep.STATUS: gettext_lazy("Status of the order"),
}
_WRITTEN: Final[Mapping[str, Any]] = {
    PushStep.NOTE: gettext_lazy("Note written"),
    PushStep.META: gettext_lazy("Tracking data written"),
    PushStep.FULFILMENT: gettext_lazy("Fulfillment recorded"),
    PushStep.STATUS: gettext_lazy("Status set"),
}
_OUTCOMES: Final[Mapping[str, Any]] = {
    Published.ALREADY_THERE: gettext_lazy("Was there already"),
    Published.NOT_WANTED: gettext_lazy("Not needed any more"),
    Published.DOUBLED: gettext_lazy("Stands there twice"),
}
PRODUCT_FIELDS: Final[Mapping[str, Any]] = {
    "weight_g": gettext_lazy("weight"),
    "ean": gettext_lazy("EAN"),
    "hs_code": gettext_lazy("HS code"),
    "origin": gettext_lazy("country of origin"),
}
"""What can be corrected of a product, by the name of its field."""
WEBHOOKS: Final[Mapping[str, Any]] = {
    "off": gettext_lazy("You chose so in the settings: the shop is asked every few minutes."),
    "setting-up": gettext_lazy("They are being set up in the shop: this takes a minute or two."),
    "waiting": gettext_lazy(
        "They are set up. As soon as the first one arrives, the shop is asked less often: it tells us itself."
    ),
    "working": gettext_lazy("The shop tells us at once when an order comes or changes, and is asked less often."),
    "public-url": gettext_lazy(
        "The shop can tell us at once only at a public https address, and this installation has none "
        "(VARCO_PUBLIC_URL). It is asked every few minutes instead."
    ),
    "port": gettext_lazy(
        "This shop's software calls the usual ports alone, and this installation's address (VARCO_PUBLIC_URL) has "
        "another one. The shop is asked every few minutes instead."
    ),
    "secret": gettext_lazy(
        "Without the app's secret nobody could tell whether a call really is the shop's. The shop is asked every few "
        "minutes instead."
    ),
}
"""How webhooks stand, by `store.webhooks.state_of` and, where they are not offered, `why_not`."""
ACTORS: Final[Mapping[str, Any]] = {
    "shop": pgettext_lazy("who did it", "The shop"),
    "varco": "Varco",
}


@dataclass(frozen=True)
class StepWords:
    """How one step of the writing back stands."""

    step: str
    """What it is about."""
    state: str
    tone: str
    """`good`, `busy`, `warn`, `bad` or `quiet`."""
    again_at: datetime | None = None
    """When it is tried again by itself."""


def step_words(row: PushRow) -> StepWords:
    step = str(STEPS.get(row.step, row.step))
    match row.state:
        case PushRow.DONE:
            return StepWords(step, _done(row), "warn" if row.outcome == Published.DOUBLED else "good")
        case PushRow.WITHDRAWN:
            return StepWords(step, str(_OUTCOMES[Published.NOT_WANTED]), "quiet")
        case PushRow.QUIET:
            return StepWords(
                step, _("The shop's answer was unclear. Varco looks before it writes again"), "warn", row.due_at
            )
        case PushRow.FAILED:
            return StepWords(step, _("The shop refuses it. It will be tried again"), "bad", row.due_at)
        case _ if row.attempts:
            return StepWords(step, _("The shop could not be told yet. It will be tried again"), "warn", row.due_at)
        case _:
            return StepWords(step, _("Waiting for the shop"), "busy")


def sentence(event: OrderEvent) -> str:
    """What happened, in one sentence; an unknown kind shows its name rather than nothing."""
    say = _SENTENCES.get(event.kind)
    return say(event) if say else event.kind


def actor(event: OrderEvent) -> str:
    return str(ACTORS.get(event.actor, event.actor))


def status_name(integration: Integration, slug: str) -> str:
    """What the shop calls this status; its slug where the shop gave no name."""
    named = {status["slug"]: status["name"] for status in integration.shop_statuses}
    return str(named.get(slug, slug))


def _done(row: PushRow) -> str:
    return str(_OUTCOMES.get(row.outcome) or _WRITTEN.get(row.step) or _("Done"))


def _status(event: OrderEvent) -> str:
    shop = event.order.integration
    return _("Status changed from “%(before)s” to “%(after)s”") % {
        "before": status_name(shop, str(event.data.get("from", ""))),
        "after": status_name(shop, str(event.data.get("to", ""))),
    }


def _shipped(event: OrderEvent) -> str:
    return _("Shipped with %(carrier)s") % {"carrier": event.data.get("carrier", "")}


def _told(event: OrderEvent) -> str:
    step = str(event.data.get("step", ""))
    outcome = str(event.data.get("outcome", ""))
    said = _OUTCOMES.get(outcome)
    if said is None:
        return _("Shop told: %(what)s") % {"what": _WRITTEN.get(step, step)}
    return _("Shop told: %(step)s – %(outcome)s") % {"step": STEPS.get(step, step), "outcome": said}


_SENTENCES: Final[Mapping[str, Callable[[OrderEvent], str]]] = {
    "came": lambda event: _("Came in from %(shop)s") % {"shop": event.order.integration.name},
    "status": _status,
    "changed": lambda _event: _("Changed in the shop"),
    "gone": lambda _event: _("Deleted in the shop"),
    "shipped": _shipped,
    "handed-over": lambda _event: _("Handed over to the carrier"),
    "told-shop": _told,
    "reopened": lambda _event: _("Something was added after all was shipped: it is to be shipped again"),
    "all-shipped": lambda _event: _("What was left to ship was taken out: all is shipped"),
    "corrected": lambda event: (
        _("Weight, EAN or customs data of “%(name)s” corrected") % {"name": event.data.get("name", "")}
    ),
    "erased": lambda _event: _("People's data erased"),
}
