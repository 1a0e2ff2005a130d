"""How far we are, on standard error, where somebody looks."""

from __future__ import annotations

import sys
import time

_EVERY_S = 0.2
_WIDTH = 30


class Bar:
    """Of bytes; without a size (a pipe) it counts them."""

    def __init__(self, size: int) -> None:
        self._size, self._done, self._shown_at = size, 0, 0.0
        self._looked_at = sys.stderr.isatty()

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown_at:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def add(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if self._looked_at and now - self._shown_at > _EVERY_S:
            self._shown_at = now
            sys.stderr.write(f"\r{self._line()}\x1b[K")
            sys.stderr.flush()

    def _line(self) -> str:
        megabytes = f"{self._done / 1e6:.0f} MB"
        if not self._size:
            return megabytes
        part = min(self._done / self._size, 1.0)
        full = int(part * _WIDTH)
        return f"[{'#' * full}{'.' * (_WIDTH - full)}] {part:4.0%}  {megabytes} / {self._size / 1e6:.0f} MB"
