"""A letter on A4: one page in the largest size that fits it; what may follow goes to a second one if it must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from varco.documents.paper import Block, Line, Paper, printable

_WIDTH_MM: Final = 210
_HEIGHT_MM: Final = 297
_MARGIN_MM: Final = 16
_SIZES_PT: Final = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
"""What is smaller nobody reads."""
_FOLLOWING_PT: Final = 8.0
_MM_PER_PT: Final = 25.4 / 72
_LEADING: Final = 1.28
_TYPEWRITER_PT: Final = 0.88
"""Of the size of the prose: typewriter letters are wider."""
_TYPEWRITER_WIDTH: Final = 0.6
"""Of each letter, in font sizes."""


class Style(StrEnum):
    HEADING = "heading"
    PROSE = "prose"
    VERBATIM = "verbatim"
    """As it is, in typewriter letters."""


class Paragraph(msgspec.Struct, frozen=True):
    text: str
    style: Style = Style.PROSE


class Part(msgspec.Struct, frozen=True, kw_only=True):
    paragraphs: Sequence[Paragraph]
    may_follow: bool = False
    """Whether it may stand on a later page."""


class _Row(msgspec.Struct, frozen=True):
    """A line as it is printed, and the space above it in font sizes."""

    text: str
    style: Style
    above: float = 0


def letter_pdf(
    title: str, parts: Sequence[Part], *, elsewhere: str, attached: tuple[str, bytes] | None = None
) -> bytes:
    """`elsewhere` says on the first page that a part follows. `attached` is a file inside the PDF, to copy from."""
    words = [Line(printable(paragraph.text)) for part in parts for paragraph in part.paragraphs]
    block = Block(lines=[*words, Line(title), Line(elsewhere)], x=0, y=0, width=1, height=1, largest_pt=1)
    with Paper(_WIDTH_MM, _HEIGHT_MM, [block]) as paper:
        paper.pdf.set_title(title)
        paper.pdf.set_creator("Varco")
        first = [Part(paragraphs=[Paragraph(title, Style.HEADING)]), *parts]
        size_pt = _fitting(paper, first)
        if size_pt is not None:
            _print(paper, _rows(paper, first, size_pt), size_pt)
        else:
            _print_apart(paper, first, elsewhere)
        if attached is not None:
            paper.pdf.embed_file(basename=attached[0], bytes=attached[1], compress=True)
        return bytes(paper.pdf.output())


def _fitting(paper: Paper, parts: Sequence[Part]) -> float | None:
    """The largest size in which all stands on one page."""
    room = _HEIGHT_MM - 2 * _MARGIN_MM
    return next((size for size in _SIZES_PT if _height(_rows(paper, parts, size), size) <= room), None)


def _print_apart(paper: Paper, parts: Sequence[Part], elsewhere: str) -> None:
    said = [part if not part.may_follow else Part(paragraphs=[Paragraph(elsewhere)]) for part in parts]
    size_pt = _fitting(paper, said) or _SIZES_PT[-1]
    _print(paper, _rows(paper, said, size_pt), size_pt)
    following = [part for part in parts if part.may_follow]
    _print(paper, _rows(paper, following, _FOLLOWING_PT), _FOLLOWING_PT)


def _rows(paper: Paper, parts: Sequence[Part], size_pt: float) -> list[_Row]:
    return [row for part in parts for paragraph in part.paragraphs for row in _broken(paper, paragraph, size_pt)]


def _broken(paper: Paper, paragraph: Paragraph, size_pt: float) -> Iterator[_Row]:
    above = {Style.HEADING: 0.7, Style.PROSE: 0.35, Style.VERBATIM: 0.35}[paragraph.style]
    for text in _texts(paper, paragraph, size_pt):
        yield _Row(text, paragraph.style, above)
        above = 0


def _texts(paper: Paper, paragraph: Paragraph, size_pt: float) -> Iterator[str]:
    width = _WIDTH_MM - 2 * _MARGIN_MM
    if paragraph.style is Style.VERBATIM:
        letters = int(width / (size_pt * _TYPEWRITER_PT * _MM_PER_PT * _TYPEWRITER_WIDTH))
        for line in paragraph.text.splitlines():
            shown = line.expandtabs(4).encode("latin-1", "replace").decode("latin-1")
            yield from (shown[start : start + letters] for start in range(0, len(shown), letters) or (0,))
    else:
        prose = Line(printable(paragraph.text), bold=paragraph.style is Style.HEADING)
        yield from (part.text for part in paper.wrapped(prose, width, size_pt))


def _height(rows: Sequence[_Row], size_pt: float) -> float:
    return sum(_step(row, size_pt) for row in rows)


def _step(row: _Row, size_pt: float) -> float:
    """Millimetres that a row takes, with the space above it."""
    size = size_pt * _TYPEWRITER_PT if row.style is Style.VERBATIM else size_pt
    return (size * _LEADING + row.above * size_pt) * _MM_PER_PT


def _print(paper: Paper, rows: Sequence[_Row], size_pt: float) -> None:
    """From the top of a new page, and on to further ones where it does not fit."""
    y = float(_HEIGHT_MM)
    for row in rows:
        if y + _step(row, size_pt) > _HEIGHT_MM - _MARGIN_MM + 0.01:
            paper.pdf.add_page()
            y = _MARGIN_MM
        height = _step(row, size_pt)
        _set_font(paper, row.style, size_pt)
        paper.pdf.set_xy(_MARGIN_MM, y + row.above * size_pt * _MM_PER_PT)
        paper.pdf.cell(h=size_pt * _LEADING * _MM_PER_PT, text=row.text)
        y += height


def _set_font(paper: Paper, style: Style, size_pt: float) -> None:
    if style is Style.VERBATIM:
        paper.pdf.set_font("Courier", "", size_pt * _TYPEWRITER_PT)
    else:
        paper.use_font(bold=style is Style.HEADING, size_pt=size_pt)
