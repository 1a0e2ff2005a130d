"""nginx's configuration as a tree of directives with their lines, files included where they are named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, NamedTuple, Sequence

from varco.inside.audit.problems import Line

_WORD = re.compile(
    r"""(?P<newline>\n)|(?P<space>[ \t\r]+)|(?P<comment>\#[^\n]*)|(?P<sign>[{};])"""
    r"""|(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<plain>(?:\$\{\w+\}|\\.|[^\s{};])+)""",
    re.DOTALL,
)
_DEEPEST = 20
"""Of files that include each other."""


@dataclass(frozen=True)
class Directive:
    name: str
    args: tuple[str, ...]
    line: Line
    block: tuple[Directive, ...] | None = None

    def inner(self) -> tuple[Directive, ...]:
        return self.block or ()


class _Word(NamedTuple):
    text: str
    number: int
    sign: bool


def parsed(path: Path) -> tuple[Directive, ...]:
    """`include` is read as nginx does it: from the folder of the main file."""
    return tuple(_directives(path, path.parent, 0))


def _directives(path: Path, root: Path, depth: int) -> Iterator[Directive]:
    text = path.read_text(encoding="utf-8", errors="replace")
    words = list(_words(text))
    yield from _block(words, 0, str(path), root, depth)[0]


def _words(text: str) -> Iterator[_Word]:
    number = 1
    for match in _WORD.finditer(text):
        kind, found = match.lastgroup, match.group()
        if kind == "sign":
            yield _Word(found, number, True)
        elif kind == "quoted":
            yield _Word(re.sub(r"\\([\"'\\])", r"\1", found[1:-1]), number, False)
        elif kind == "plain":
            yield _Word(found, number, False)
        number += found.count("\n")


def _block(words: Sequence[_Word], at: int, file: str, root: Path, depth: int) -> tuple[list[Directive], int]:
    """The directives from there to the end of the block, and where it ends."""
    found: list[Directive] = []
    current: list[_Word] = []
    while at < len(words):
        word = words[at]
        at += 1
        if not word.sign:
            current.append(word)
        elif word.text == "}":
            return found, at
        elif word.text == ";":
            found += _finished(current, file, root, depth, None)
            current = []
        else:
            inner, at = _block(words, at, file, root, depth)
            found += _finished(current, file, root, depth, inner)
            current = []
    return found, at


def _finished(
    words: Sequence[_Word], file: str, root: Path, depth: int, block: list[Directive] | None
) -> Sequence[Directive]:
    if not words:
        return block or ()
    name, args = words[0].text, tuple(word.text for word in words[1:])
    if name == "include" and args and depth < _DEEPEST:
        return [one for path in _matching(root, args[0]) for one in _directives(path, root, depth + 1)]
    text = " ".join((name, *args))
    line = Line(file, words[0].number, text)
    return [Directive(name, args, line, None if block is None else tuple(block))]


def _matching(root: Path, pattern: str) -> Sequence[Path]:
    full = Path(pattern) if pattern.startswith("/") else root / pattern
    base = Path(full.anchor)
    try:
        return [path for path in sorted(base.glob(str(full.relative_to(base)))) if path.is_file()]
    except (ValueError, OSError):
        return []
