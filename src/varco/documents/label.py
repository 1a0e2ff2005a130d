"""The label on a parcel: 100 x 150 mm, the paper of label printers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

import msgspec
from babel import Locale
from babel.numbers import format_decimal
from fpdf import FPDF
from fpdf.enums import Align
from fpdf.prefs import ViewerPreferences

from varco.documents import barcode
from varco.documents.paper import Block, Line, Paper
from varco.model.address import Address
from varco.model.errors import BadInput

WIDTH_MM: Final = 100
HEIGHT_MM: Final = 150
_MARGIN: Final = 4
"""Label printers leave about 3 mm white."""
_PLACE_BEFORE_POSTCODE: Final = frozenset({"AU", "CA", "GB", "IE", "IN", "NZ", "US"})
"""Countries whose post wants the town before the postcode."""

Gettext = Callable[[str], str]


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """All that stands on one parcel's label."""

    sender: Address
    recipient: Address
    carrier_name: str
    tracking_number: str
    order_numbers: tuple[str, ...] = ()
    reference: str = ""
    weight_g: int | None = None
    position: int = 1
    of: int = 1
    """Parcel `position` of so many in its shipment."""


def label_pdf(labels: Sequence[Label], *, gettext: Gettext = str, locale: str = "en") -> bytes:
    """A page per label. Words by `gettext`, numbers in the form of `locale`. `BadInput`: it cannot be printed."""
    if not labels:
        raise BadInput("There is no label to print.")
    pages = [[block.cleaned() for block in _blocks(label, gettext, locale)] for label in labels]
    with Paper(WIDTH_MM, HEIGHT_MM, [block for page in pages for block in page]) as paper:
        paper.pdf.set_title(", ".join(label.tracking_number for label in labels[:3]))
        paper.pdf.set_creator("Varco")
        paper.pdf.viewer_preferences = ViewerPreferences(print_scaling="None")
        for label, page in zip(labels, pages, strict=True):
            paper.pdf.add_page()
            _rules(paper.pdf)
            barcode.draw(paper.pdf, label.tracking_number, y=106, height=30, page_width=WIDTH_MM)
            for block in page:
                paper.write(block)
        return bytes(paper.pdf.output())


def _blocks(label: Label, gettext: Gettext, locale: str) -> list[Block]:
    """From top to bottom."""
    recipient = _address(label.recipient)
    if label.recipient.phone:
        recipient.append(Line(gettext("Phone {number}").format(number=label.recipient.phone)))
    return [
        _block(4, 11, [Line(label.carrier_name, bold=True)], largest_pt=20, width=56),
        _block(4.5, 10, _parcel(label, gettext, locale), largest_pt=11, x=_MARGIN + 58, align=Align.R),
        _block(16.5, 3, [Line(gettext("From"))], largest_pt=6.5),
        _block(19.5, 15, _address(label.sender), largest_pt=8),
        _block(36, 3, [Line(gettext("To"))], largest_pt=6.5),
        _block(39.5, 47, recipient, largest_pt=15),
        _block(88.5, 13, _orders(label, gettext), largest_pt=11),
        _block(137.5, 8, [Line(label.tracking_number, bold=True)], largest_pt=16, align=Align.C),
    ]


def _block(
    y: float,
    height: float,
    lines: list[Line],
    *,
    largest_pt: float,
    x: float = _MARGIN,
    width: float | None = None,
    align: Align = Align.L,
) -> Block:
    """As far as the right margin, if no width is given."""
    wide = WIDTH_MM - _MARGIN - x if width is None else width
    return Block(lines=lines, x=x, y=y, width=wide, height=height, largest_pt=largest_pt, align=align)


def _parcel(label: Label, gettext: Gettext, locale: str) -> list[Line]:
    position = gettext("Parcel {position} of {of}").format(position=label.position, of=label.of)
    weight = [] if label.weight_g is None else [Line(_weight(label.weight_g, locale))]
    return [Line(position, bold=True), *weight]


def _orders(label: Label, gettext: Gettext) -> list[Line]:
    lines = []
    if label.order_numbers:
        lines.append(Line(gettext("Order {numbers}").format(numbers=", ".join(label.order_numbers)), bold=True))
    if label.reference:
        lines.append(Line(gettext("Reference {text}").format(text=label.reference)))
    return lines


def _address(address: Address) -> list[Line]:
    """In the order of the envelope: who, where, the place, the country in English capitals as the posts ask."""
    country = Locale("en").territories.get(address.country, address.country).upper()
    lines = [
        Line(address.company, bold=True),
        Line(address.name, bold=True),
        Line(address.line1),
        Line(address.line2),
        Line(_place(address)),
        Line(country, bold=True),
    ]
    return [line for line in lines if line.text]


def _place(address: Address) -> str:
    if address.country in _PLACE_BEFORE_POSTCODE:
        parts = (address.city, address.state, address.postcode)
    else:
        parts = (address.postcode, address.city, address.state if address.state != address.city else "")
    return " ".join(part for part in parts if part)


def _weight(weight_g: int, locale: str) -> str:
    if weight_g < 1000:
        return f"{weight_g} g"
    return f"{format_decimal(Decimal(weight_g) / 1000, format='#,##0.###', locale=locale)} kg"


def _rules(pdf: FPDF) -> None:
    pdf.set_line_width(0.3)
    for y in (15.5, 35, 87.5, 102.5):
        pdf.line(_MARGIN, y, WIDTH_MM - _MARGIN, y)
