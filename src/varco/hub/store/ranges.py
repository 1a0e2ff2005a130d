"""Number ranges: own tracking numbers, given out one by one (`store.shipping` takes them)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from varco.carriers import own_label
from varco.hub.models import NumberRange, Organisation
from varco.model.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class NewRange:
    name: str
    carrier_name: str
    first_serial: int
    last_serial: int | None
    """None: as far as the digits reach."""
    prefix: str = ""
    digits: int = 8
    suffix: str = ""
    check_digit: own_label.CheckDigit = own_label.CheckDigit.NONE
    link_template: str = ""


@dataclass(frozen=True)
class RangeState:
    row: NumberRange
    next_number: str
    """Empty once it is used up."""
    left: int


def create(organisation: Organisation, new: NewRange) -> NumberRange:
    """`BadInput` says why it cannot make numbers."""
    numbers = own_label.Range(
        prefix=new.prefix,
        digits=new.digits,
        suffix=new.suffix,
        check_digit=new.check_digit,
        last_serial=new.last_serial,
    )
    if not 0 <= new.first_serial <= numbers.last:
        raise BadInput("The first number must not lie behind the last one.")
    if NumberRange.objects.of(organisation).filter(name=new.name).exists():
        raise BadInput("There is a number range of this name already.")
    row: NumberRange = NumberRange.objects.create(
        organisation=organisation,
        name=new.name,
        carrier_name=new.carrier_name,
        link_template=own_label.tracking_template(new.link_template),
        prefix=new.prefix,
        digits=new.digits,
        suffix=new.suffix,
        check_digit=new.check_digit.value,
        next_serial=new.first_serial,
        last_serial=new.last_serial,
    )
    return row


def of(organisation: Organisation) -> Sequence[RangeState]:
    return [state_of(row) for row in NumberRange.objects.of(organisation).order_by("name")]


def state_of(row: NumberRange) -> RangeState:
    """How far it is."""
    numbers = own_label.Range(
        prefix=row.prefix,
        digits=row.digits,
        suffix=row.suffix,
        check_digit=own_label.CheckDigit(row.check_digit),
        last_serial=row.last_serial,
    )
    left = max(0, numbers.last - row.next_serial + 1)
    return RangeState(row, own_label.number_from(numbers, row.next_serial) if left else "", left)
