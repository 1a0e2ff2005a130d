"""Reading our own documentation: pages, links, fenced examples and the commands that they name."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
FRONT: Final = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")

_LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE: Final = re.compile(r"`([^`\n]+)`")
_HEADING: Final = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


class Fence(NamedTuple):
    language: str
    text: str


def pages() -> list[Path]:
    """Every page, the front ones first."""
    return [ROOT / name for name in FRONT] + sorted(DOCS.rglob("*.md"))


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose_of(page: Path) -> str:
    """Without its examples."""
    return _FENCE.sub("", text_of(page))


def links_of(page: Path) -> list[str]:
    return _LINK.findall(prose_of(page))


def fences_of(page: Path, *languages: str) -> list[Fence]:
    found = (Fence(*match) for match in _FENCE.findall(text_of(page)))
    return [fence for fence in found if not languages or fence.language in languages]


def headings_of(page: Path) -> list[str]:
    return _HEADING.findall(prose_of(page))


def anchors_of(page: Path) -> set[str]:
    """As the usual renderers make them: lower case, spaces to dashes, other signs dropped."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings_of(page)}


def calls_of(page: Path, program: str) -> Iterator[list[str]]:
    """The words behind `program` in shell examples and in inline code."""
    lines = [line for fence in fences_of(page, "sh", "console") for line in fence.text.splitlines()]
    for text in (*lines, *_CODE.findall(prose_of(page))):
        call = text.strip().removeprefix("$ ").removeprefix("sudo -u varco ")
        if call.split(" ")[0].rpartition("/")[2] == program:
            yield shlex.split(call, comments=True)[1:]
