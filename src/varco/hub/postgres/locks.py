"""File locks between the processes that share one embedded server. The kernel drops those of a killed process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """An open lock file. Shared means "I use the server"; exclusive means "I start or stop it"."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def share(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def take(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def is_last(self) -> bool:
        """Whether nobody else shares it: then it is ours alone."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        os.close(self._descriptor)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    lock = FileLock(path)
    try:
        lock.take()
        yield
    finally:
        lock.close()
