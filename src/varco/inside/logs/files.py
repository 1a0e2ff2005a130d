"""Log files as streams of whole lines: plain or packed, of any size, from a pipe too."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import sys
import zlib
from pathlib import Path
from typing import Callable, Iterator, Protocol, Sequence

from varco.inside.errors import WrongUse

CHUNK = 1 << 20
HEAD = 1 << 16
"""Bytes from which we tell what a file is."""
LONGEST = 1 << 20
"""Of a line: what is longer is no line of a log."""
_ROTATED = re.compile(r"(?:[.-](?:\d{1,3}|\d{8}(?:-\d+)?|\d{4}-\d\d-\d\d|gz|bz2|xz|old))+$")
_BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError)

Progress = Callable[[int], None]
"""Told how many bytes of the files were read, packed as they are."""


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Source:
    """One file, or what comes through the pipe."""

    def __init__(self, name: str, pipe: Readable | None = None) -> None:
        self.name = name
        self.size = 0 if pipe else Path(name).stat().st_size
        self.broken = ""
        """Why it could not be read to its end."""
        self._pipe = pipe
        self._head = b""

    @property
    def site(self) -> str:
        """Its name without what rotation adds: the files of one log go together."""
        return _ROTATED.sub("", self.name)

    def head(self) -> bytes:
        """Its first lines."""
        if self._pipe is not None:
            self._head = self._head or self._pipe.read(HEAD)
            return self._unpacked(io.BufferedReader(io.BytesIO(self._head))).read(HEAD)
        try:
            with Path(self.name).open("rb") as raw:
                return self._unpacked(raw).read(HEAD)
        except _BROKEN as error:
            self.broken = _reason(error)
            return b""

    def chunks(self, progress: Progress) -> Iterator[bytes]:
        """Whole lines, about a megabyte at a time."""
        with Path(self.name).open("rb") if self._pipe is None else _Joined(self._head, self._pipe) as raw:
            counted = _Counted(raw, progress)
            rest = b""
            try:
                stream = self._unpacked(io.BufferedReader(counted, CHUNK))
                for block in iter(lambda: stream.read(CHUNK), b""):
                    cut = block.rfind(b"\n") + 1
                    if cut:
                        yield rest + block[:cut]
                        rest = block[cut:]
                    elif len(rest) < LONGEST:
                        rest += block
            except _BROKEN as error:
                self.broken = _reason(error)
            if rest:
                yield rest + b"\n"

    def _unpacked(self, stream: io.BufferedReader) -> Readable:
        """By what it begins with, whatever it is called."""
        start = stream.peek(6)[:6]
        if start.startswith(b"\x1f\x8b"):
            return gzip.GzipFile(fileobj=stream)
        if start.startswith(b"BZh"):
            return bz2.BZ2File(stream)
        if start == b"\xfd7zXZ\x00":
            return lzma.LZMAFile(stream)
        return stream


class _Joined(io.RawIOBase):
    """What was read ahead of a pipe, and the rest."""

    def __init__(self, head: bytes, pipe: Readable) -> None:
        self._head, self._pipe = head, pipe

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._head:
            first, self._head = self._head[:size], self._head[size:]
            return first
        return self._pipe.read(size)


class _Counted(io.RawIOBase):
    def __init__(self, raw: Readable, progress: Progress) -> None:
        self._raw, self._progress = raw, progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self._progress(len(data))
        return len(data)


def sources(names: Sequence[str]) -> Sequence[Source]:
    """Files, those in folders, and `-` for what comes through a pipe. `WrongUse` for what is not there."""
    found = []
    for name in names:
        if name == "-":
            found.append(Source("-", sys.stdin.buffer))
        elif Path(name).is_dir():
            found += [Source(str(path)) for path in sorted(Path(name).rglob("*")) if path.is_file()]
        elif Path(name).exists():
            found.append(Source(name))
        else:
            raise WrongUse(f"There is no file {name}.")
    for source in found:
        if source.name != "-" and not os.access(source.name, os.R_OK):
            raise WrongUse(f"{source.name} may not be read by you: run it as root, or copy the file.")
    return found


def lines_with(chunk: bytes, tokens: Sequence[bytes]) -> Iterator[bytes]:
    """Those lines of the chunk that hold one of the tokens, in their order; tokens are in lower case."""
    lower = chunk.lower()
    starts = set()
    for token in tokens:
        at = lower.find(token)
        while at >= 0:
            starts.add(chunk.rfind(b"\n", 0, at) + 1)
            at = lower.find(token, chunk.find(b"\n", at))
    for start in sorted(starts):
        yield chunk[start : chunk.find(b"\n", start)]


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
