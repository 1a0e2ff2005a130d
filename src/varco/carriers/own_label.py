"""The carrier "own label": any carrier by its name, with a number that was typed or comes from a range of one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlsplit

from varco.carriers import check_digits
from varco.model.errors import BadInput

LONGEST_NUMBER: Final = 40
"""What still fits on a label's width as a barcode that a scanner reads; the longest in use have 39 characters."""
PLACEHOLDER: Final = "{number}"
_MOST_DIGITS: Final = 18
"""A serial is kept as a 64-bit number."""
_S10_FORM: Final = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")


class OwnLabel:
    """It calls nobody: the label is printed here, and the parcel goes with whatever carrier the owner has."""

    code: Final = "own-label"


class CheckDigit(StrEnum):
    NONE = "none"
    MOD10 = "mod10"
    """GS1's, weights 3 and 1: SSCC and most couriers."""
    S10 = "s10"
    """The posts' international form: two letters, eight digits, the check digit, two letters of the country."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """Numbers of the form prefix, serial, check digit, suffix. `BadInput` says why it cannot make such numbers."""

    prefix: str = ""
    digits: int = 8
    """How long the serial is, with leading zeros."""
    suffix: str = ""
    check_digit: CheckDigit = CheckDigit.NONE
    last_serial: int | None = None
    """None: as far as the digits reach."""

    def __post_init__(self) -> None:
        if not 1 <= self.digits <= _MOST_DIGITS:
            raise BadInput("A number range counts with 1 to 18 digits.")
        example = _number(self, 0)
        if tracking_number(example) != example:
            raise BadInput("Prefix and suffix of a number range cannot have spaces.")
        if self.check_digit is CheckDigit.S10 and not _S10_FORM.fullmatch(example):
            raise BadInput(
                "The posts' check digit (S10) needs a prefix of two capital letters, 8 digits and a suffix of two "
                "capital letters, such as RR 12345678 IT."
            )

    @property
    def last(self) -> int:
        """The last serial that this range can give."""
        longest: int = 10**self.digits - 1
        return longest if self.last_serial is None else min(longest, self.last_serial)


def tracking_number(text: str) -> str:
    """The number as it goes on the label and to the shop. `BadInput` says what is wrong with it.

    Only what a Code 128 barcode carries: visible ASCII characters.
    """
    number = text.strip()
    if not number:
        raise BadInput("Type the tracking number.")
    if len(number) > LONGEST_NUMBER:
        raise BadInput("This tracking number is too long: 40 characters at most.")
    if not number.isprintable():
        raise BadInput("This tracking number holds invisible characters. Type it by hand.")
    if any(character.isspace() for character in number):
        raise BadInput("Type the tracking number without spaces.")
    if not number.isascii():
        raise BadInput("A tracking number has only digits, plain letters and signs such as - or /.")
    return number


def tracking_link(template: str, number: str) -> str:
    """Where the customer follows the parcel, such as `https://carrier.example/track?code={number}`.

    Nothing in the number can leave its place in the link. `BadInput` if the template cannot make a link.
    """
    checked = tracking_template(template)
    return checked.replace(PLACEHOLDER, quote(number, safe="")) if checked else ""


def tracking_template(text: str) -> str:
    """A template that can make links, or nothing. `BadInput` says what is wrong with it."""
    template = text.strip()
    if not template:
        return ""
    if not template.isprintable() or any(character.isspace() or character in "\"'<>\\`" for character in template):
        raise BadInput("The tracking link has spaces or signs that a link cannot have.")
    try:
        parts = urlsplit(template)
        host = parts.hostname
    except ValueError:
        raise BadInput("The tracking link cannot be read. Copy it from the carrier's page again.") from None
    if parts.scheme != "https" or not host or "@" in parts.netloc:
        raise BadInput("The tracking link must begin with https:// and the carrier's site.")
    if PLACEHOLDER in parts.netloc or PLACEHOLDER not in parts.path + parts.query + parts.fragment:
        raise BadInput("The tracking link needs {number} where the tracking number goes, after the carrier's site.")
    return template


def number_from(numbers: Range, serial: int) -> str:
    """The number of that serial. `BadInput` once the range is used up."""
    if not 0 <= serial <= numbers.last:
        raise BadInput("This number range is used up. Enter a new range, or type the tracking number.")
    return _number(numbers, serial)


def _number(numbers: Range, serial: int) -> str:
    body = f"{serial:0{numbers.digits}d}"
    return f"{numbers.prefix}{body}{_check_digit(numbers, body)}{numbers.suffix}"


def _check_digit(numbers: Range, body: str) -> str:
    """GS1 counts the digits of the prefix too; S10 the eight of the serial."""
    match numbers.check_digit:
        case CheckDigit.MOD10:
            return check_digits.gs1("".join(sign for sign in numbers.prefix if sign in "0123456789") + body)
        case CheckDigit.S10 if len(body) == len(check_digits.S10_WEIGHTS):
            return check_digits.s10(body)
        case _:
            return ""
