"""Text on paper: letters of every alphabet that our fonts have, in lines that never leave their box."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

import msgspec
from fpdf import FPDF
from fpdf.enums import Align
from fpdf.fonts import TTFFont

from varco.documents import fonts

_FAMILY: Final = "varco"
_FALLBACK: Final = "far east"
_FIRST_FAR_EAST: Final = "\u2e80"
_NO_GLYPH: Final = "□"
_CUT: Final = "…"
_JOINERS: Final = "\u200c\u200d"
"""Persian and Indian names are written with them; other invisible signs could turn a line around."""
_MM_PER_PT: Final = 25.4 / 72
_LINE: Final = 1.2
"""Height of a line in font sizes."""
_STEP_PT: Final = 0.5
_SLACK: Final = 0.99
"""Words are measured one by one; a whole line may be a hair wider."""


class Line(msgspec.Struct, frozen=True):
    text: str
    bold: bool = False


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Lines and the box that they must stay in: millimetres from the upper left corner of the page."""

    lines: Sequence[Line]
    x: float
    y: float
    width: float
    height: float
    largest_pt: float
    smallest_pt: float = 5
    align: Align = Align.L

    def cleaned(self) -> Block:
        """With what can be printed, empty lines left out."""
        lines = [Line(text, line.bold) for line in self.lines if (text := printable(line.text))]
        return msgspec.structs.replace(self, lines=lines)


class Paper:
    """A PDF in the making, with fonts for `blocks`. A context manager: the fonts lie in a folder until its end."""

    def __init__(self, width_mm: float, height_mm: float, blocks: Sequence[Block]) -> None:
        self.pdf = FPDF(unit="mm", format=(width_mm, height_mm))
        self.pdf.set_margin(0)
        self.pdf.set_auto_page_break(False)
        self.pdf.c_margin = 0
        self._signs = {sign for block in blocks for line in block.lines for sign in line.text} | set("n " + _CUT)
        self._widths: dict[Line, float] = {}
        self._folder = TemporaryDirectory(prefix="varco-fonts-")

    def __enter__(self) -> Self:
        self._add_font(_FAMILY, "", fonts.REGULAR)
        self._add_font(_FAMILY, "B", fonts.BOLD)
        if any(sign >= _FIRST_FAR_EAST for sign in self._signs):
            self._add_font(_FALLBACK, "", fonts.FAR_EAST)
            self.pdf.set_fallback_fonts([_FALLBACK], exact_match=False)
        self.pdf.set_text_shaping(True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for font in self.pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()  # fpdf2 leaves its files open
        self._folder.cleanup()

    def _add_font(self, family: str, style: str, name: str) -> None:
        path = Path(self._folder.name) / name
        path.write_bytes(fonts.part_of(name, self._signs & fonts.characters(name)))
        self.pdf.add_font(family, style, path)

    def write(self, block: Block) -> None:
        """As large as fits, wrapped where it must be; what does not even fit in the smallest size ends with `…`."""
        size_pt, lines = self._fitted(block)
        height = _line_height(size_pt)
        for number, line in enumerate(lines):
            self.use_font(bold=line.bold, size_pt=size_pt)
            self.pdf.set_xy(block.x, block.y + number * height)
            self.pdf.cell(block.width, height, line.text, align=block.align)

    def use_font(self, *, bold: bool, size_pt: float) -> None:
        self.pdf.set_font_size(1)  # or fpdf2 2.8.9 takes a font that the line before ended with for ours
        self.pdf.set_font(_FAMILY, "B" if bold else "", size_pt)

    def wrapped(self, line: Line, width_mm: float, size_pt: float) -> Iterator[Line]:
        """In lines of that width."""
        return self._wrapped(line, width_mm / size_pt * _SLACK)

    def _fitted(self, block: Block) -> tuple[float, list[Line]]:
        size_pt = block.largest_pt
        while True:
            width = block.width / size_pt * _SLACK
            lines = [part for line in block.lines for part in self._wrapped(line, width)]
            room = int(block.height / _line_height(size_pt) + 1e-6)
            if len(lines) <= room:
                return size_pt, lines
            if size_pt <= block.smallest_pt:
                return size_pt, self._cut(lines, room, width)
            size_pt = max(size_pt - _STEP_PT, block.smallest_pt)

    def _cut(self, lines: Sequence[Line], room: int, width: float) -> list[Line]:
        last = lines[room - 1]
        text = last.text
        while text and self._width(Line(text + _CUT, last.bold)) > width:
            text = text[:-1]
        return [*lines[: room - 1], Line(text + _CUT, last.bold)]

    def _wrapped(self, line: Line, width: float) -> Iterator[Line]:
        """Broken between words, and within a word only if it is longer than a line. Widths are those at one point."""
        space = self._width(Line("n n", line.bold)) - self._width(Line("nn", line.bold))
        begun, used = "", 0.0
        for word in self._words(line, width):
            wide = self._width(Line(word, line.bold))
            if begun and used + space + wide > width:
                yield Line(begun, line.bold)
                begun = ""
            begun, used = (f"{begun} {word}", used + space + wide) if begun else (word, wide)
        if begun:
            yield Line(begun, line.bold)

    def _words(self, line: Line, width: float) -> Iterator[str]:
        for word in line.text.split():
            if self._width(Line(word, line.bold)) <= width:
                yield word
            else:
                yield from self._pieces(word, line.bold, width)

    def _pieces(self, word: str, bold: bool, width: float) -> Iterator[str]:
        piece, used = "", 0.0
        for letter in _letters(word):
            wide = self._width(Line(letter, bold))
            if piece and used + wide > width:
                yield piece
                piece, used = "", 0.0
            piece, used = piece + letter, used + wide
        yield piece

    def _width(self, line: Line) -> float:
        """Millimetres at one point."""
        known = self._widths.get(line)
        if known is None:
            self.pdf.set_font(_FAMILY, "B" if line.bold else "", 100)
            known = self._widths[line] = self.pdf.get_string_width(line.text) / 100
        return known


def printable(text: str) -> str:
    """In one line, without signs that show nothing or turn the line around; a letter that no font has is a square."""
    return " ".join("".join(_drawn(sign) for sign in unicodedata.normalize("NFC", text)).split())


def _drawn(sign: str) -> str:
    if sign.isspace():
        return " "
    category = unicodedata.category(sign)
    if category[0] == "C":
        return sign if sign in _JOINERS else ""
    if sign in fonts.characters(fonts.BOLD) or sign in fonts.characters(fonts.FAR_EAST):
        return sign
    return _NO_GLYPH if category[0] in "LN" else ""


def _letters(word: str) -> list[str]:
    """With their accents, which no line break takes from them."""
    letters: list[str] = []
    for sign in word:
        if letters and (unicodedata.category(sign)[0] == "M" or sign in _JOINERS or letters[-1][-1] in _JOINERS):
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def _line_height(size_pt: float) -> float:
    return size_pt * _MM_PER_PT * _LINE
