"""Makes the labels' font for Chinese, Japanese and Korean out of Debian's `fonts-droid-fallback`, twice as big.

    python -m tools.cjk_font /usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf

It keeps the characters that the countries' own standards hold: GB 2312, JIS X 0208, KS X 1001 and the common level of
Big5. Needed again only for another version of the font.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET: Final = Path(__file__).parents[1] / "src/varco/documents/fonts/DroidSansFallback-common.ttf"
_FIRST: Final = 0x2E80
"""Of the CJK radicals; everything below is DejaVu's."""
_STANDARDS: Final = (
    ("gb2312", range(0xA1, 0xFF)),
    ("shift_jis", range(0x81, 0xF0)),
    ("euc_kr", range(0xB0, 0xC9)),
    ("big5", range(0xA4, 0xC7)),
)
"""A codec with the lead bytes of what is taken from it."""
_UNUSED: Final = ["vhea", "vmtx", "gasp", "GDEF"]


def characters() -> set[int]:
    """Of all these standards together."""
    found = {ord(sign) for codec, leads in _STANDARDS for sign in _two_byte_signs(codec, leads)}
    return {sign for sign in found if sign >= _FIRST}


def _two_byte_signs(codec: str, leads: range) -> Iterator[str]:
    for lead in leads:
        for trail in range(0x40, 0xFF):
            text = bytes([lead, trail]).decode(codec, "ignore")
            if len(text) == 1:
                yield text


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
def main(source: Path) -> None:
    """Write the smaller font."""
    options = Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=["*"])
    options.drop_tables += _UNUSED
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    font.save(TARGET)
    click.echo(f"{TARGET.name}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
