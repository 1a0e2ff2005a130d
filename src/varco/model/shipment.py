"""What leaves the warehouse, and how it is followed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class ShippedLine(msgspec.Struct, frozen=True, kw_only=True):
    remote_line_id: str
    quantity: str
    """A decimal text, as shops count in their own way."""


class Tracking(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel's number, as the customer and the shop shall see it."""

    number: str
    carrier: str
    url: str = ""
    shipped_at: datetime
    lines: tuple[ShippedLine, ...] = ()
    """What is in this parcel's shipment; empty means the whole order."""


class PushStep(StrEnum):
    """What is written back to a shop, each step idempotent by itself."""

    NOTE = "note"
    META = "meta"
    FULFILMENT = "fulfilment"
    STATUS = "status"


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """One step for one order: what the shop shall hold afterwards. Publishing it twice changes nothing."""

    step: PushStep
    order_remote_id: str
    trackings: tuple[Tracking, ...] = ()
    note: str = ""
    """The text of the note, ready made in the shop's language; it holds every tracking number."""
    notify_customer: bool = False
    status: str = ""
    """The status to set, for `PushStep.STATUS`."""
    from_statuses: tuple[str, ...] = ()
    """The status is changed only from these."""


class Published(StrEnum):
    WRITTEN = "written"
    ALREADY_THERE = "already-there"
    NOT_WANTED = "not-wanted"
    """The shop's state forbids it: no fulfilments there, or an order cancelled meanwhile."""
    DOUBLED = "doubled"
    """It is there more than once: a late answer made the shop write twice. Said, never hidden."""
