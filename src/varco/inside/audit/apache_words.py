"""Apache's configuration as a tree of directives and sections with their lines: `.htaccess` files and servers alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Mapping, Sequence

from varco.inside.audit.problems import Line

_ARG = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|(\S+)')
_SECTION = re.compile(r"^<(?P<name>[A-Za-z]+)\s*(?P<arg>.*?)>\s*$")
_DEEPEST = 20
_VERSION = (2, 4, 57)
"""That is taken for the server's where a file asks for it."""
_OLD_MODULES = frozenset(("mod_authz_default.c", "mod_php4.c", "mod_php5.c", "mod_access.c"))
"""Of servers before 2.4."""


@dataclass(frozen=True)
class Node:
    name: str
    """In lower case; of a section without its brackets."""
    args: tuple[str, ...]
    line: Line
    block: tuple[Node, ...] | None = None

    def inner(self) -> tuple[Node, ...]:
        return self.block or ()

    @property
    def rest(self) -> str:
        """All that stands behind the name, as it stands there."""
        return self.line.text.partition(" ")[2].strip() if self.block is None else " ".join(self.args)


def parsed(path: Path, root: Path | None = None) -> tuple[Node, ...]:
    """`Include` is read as Apache does it: from `ServerRoot`, which is the main file's folder if it is not said."""
    return tuple(_Reader(root or path.parent).file(path, 0))


class _Reader:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._defined: dict[str, str] = {}

    def file(self, path: Path, depth: int) -> Iterator[Node]:
        lines = list(_logical(path.read_text(encoding="utf-8", errors="replace")))
        yield from self._block(lines, 0, str(path), depth, "")[0]

    def _block(
        self, lines: Sequence[tuple[int, str]], at: int, file: str, depth: int, ends: str
    ) -> tuple[list[Node], int]:
        found: list[Node] = []
        while at < len(lines):
            number, text = lines[at]
            at += 1
            if text.startswith("</"):
                if text[2:].rstrip("> ").lower() == ends:
                    return found, at
                continue
            section = _SECTION.match(text)
            line = Line(file, number, text)
            if section:
                name = section.group("name").lower()
                inner, at = self._block(lines, at, file, depth, name)
                found += self._section(Node(name, _args(section.group("arg")), line, tuple(inner)))
            else:
                found += self._directive(text, line, depth)
        return found, at

    def _section(self, node: Node) -> Sequence[Node]:
        """What asks for the server itself is answered here, so that only what is in force remains."""
        asked = " ".join(node.args)
        tests: Mapping[str, bool] = {
            "ifmodule": _is_loaded(asked),
            "ifversion": _fits_version(node.args),
            "ifdefine": (asked.lstrip("!") in self._defined) != asked.startswith("!"),
            "iffile": Path(asked).exists(),
            "ifdirective": not asked.startswith("!"),
            "ifsection": not asked.startswith("!"),
        }
        if node.name in tests:
            return node.inner() if tests[node.name] else ()
        return [node]

    def _directive(self, text: str, line: Line, depth: int) -> Sequence[Node]:
        name, _, rest = text.partition(" ")
        name, args = name.lower(), _args(re.sub(r"\$\{(\w+)\}", self._value, rest))
        if name == "define" and args:
            self._defined[args[0]] = args[1] if len(args) > 1 else ""
        elif name == "serverroot" and args and Path(args[0]).is_dir():
            self._root = Path(args[0])
        elif name in ("include", "includeoptional") and args and depth < _DEEPEST:
            return [node for path in _matching(self._root, args[0]) for node in self.file(path, depth + 1)]
        return [Node(name, args, line)]

    def _value(self, match: re.Match[str]) -> str:
        return self._defined.get(match.group(1), match.group())


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines with the number where they begin; a backslash at the end joins the next one; without comments."""
    begun, joined = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        begun = begun or number
        stripped = line.strip()
        if not joined and stripped.startswith("#"):
            begun = 0
            continue
        if stripped.endswith("\\") and not stripped.endswith("\\\\"):
            joined += stripped[:-1] + " "
            continue
        whole = re.sub(r"\s+", " ", (joined + stripped).strip()) if joined else stripped.replace("\t", " ")
        if whole:
            yield begun, whole
        begun, joined = 0, ""


def _args(text: str) -> tuple[str, ...]:
    return tuple(
        re.sub(r'\\(["\'])', r"\1", next(part for part in match.groups() if part is not None))
        for match in _ARG.finditer(text)
    )


def _is_loaded(asked: str) -> bool:
    """Every module of a server of today is taken as loaded, so that rules that wait for it are looked at."""
    name = asked.lstrip("!")
    return (name not in _OLD_MODULES) != asked.startswith("!")


def _fits_version(args: Sequence[str]) -> bool:
    operator, wanted = (args[0], args[1]) if len(args) > 1 else ("=", args[0] if args else "")
    negates = operator.startswith("!")
    numbers = tuple(int(part) for part in re.findall(r"\d+", wanted)[:3])
    ours = _VERSION[: len(numbers)]
    found = {
        ">": ours > numbers,
        ">=": ours >= numbers,
        "<": ours < numbers,
        "<=": ours <= numbers,
        "=": ours == numbers,
        "==": ours == numbers,
    }.get(operator.lstrip("!") or "=", True)
    return found != negates


def _matching(root: Path, pattern: str) -> Sequence[Path]:
    full = Path(pattern) if pattern.startswith("/") else root / pattern
    if full.is_dir():
        return sorted(path for path in full.rglob("*") if path.is_file())
    try:
        return [path for path in sorted(Path(full.anchor).glob(str(full.relative_to(full.anchor)))) if path.is_file()]
    except (ValueError, OSError):
        return []
