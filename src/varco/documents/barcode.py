"""A Code 128 barcode in bars that a label printer can draw sharp."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from barcode.codex import Code128
from fpdf import FPDF

from varco.model.errors import BadInput

DOT_MM: Final = 0.125
"""Of a 203 dpi label printer, which has 8 dots per millimetre. Bars lie on its grid, or they would come out uneven."""
MODULES_MM: Final = (3 * DOT_MM, 2 * DOT_MM, DOT_MM)
"""Widths of the narrowest bar, best first. The last is for numbers of over 30 letters only."""
_QUIET: Final = 10
"""White modules on both sides (ISO/IEC 15417, 4.6)."""
_SHY: Final = 0.01
"""Millimetres that a bar stays away from the next dot: printers blacken each dot that is touched."""


def code_128(text: str) -> str:
    """The bars of a text: `1` for a black module, `0` for a white one. `BadInput` if it holds other than ASCII."""
    if not text or not text.isascii() or not text.isprintable():
        raise BadInput("A barcode holds only digits, plain letters and signs such as - or /.")
    modules: str = Code128(text).build()[0]
    return modules


def draw(pdf: FPDF, text: str, *, y: float, height: float, page_width: float) -> None:
    """In the middle of the page, in the widest modules that fit. `BadInput` if none do."""
    modules = code_128(text)
    width = next((mm for mm in MODULES_MM if (len(modules) + 2 * _QUIET) * mm <= page_width), None)
    if width is None:
        raise BadInput("This tracking number is too long for a barcode on this label.")
    x = round((page_width - len(modules) * width) / 2 / DOT_MM) * DOT_MM
    pdf.set_fill_color(0)
    for bar, run in groupby(modules):
        wide = len(list(run)) * width
        if bar == "1":
            pdf.rect(x + _SHY, y, wide - 2 * _SHY, height, style="F")
        x += wide
