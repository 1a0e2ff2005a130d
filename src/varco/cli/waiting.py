"""Waiting for work that a worker does, with a bar for whoever looks at a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from varco.cli.exits import CouldNotTell, Problem

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from varco.hub.models import Operation

LONGEST_S: Final = 600.0
_LOOK_S: Final = 0.2
_WORKER_LOOK_S: Final = 5.0
_QUIET_S: Final = 1.0
"""What takes less shows no bar."""


def outcome_of(operation: Operation, what: str, *, longest_s: float = LONGEST_S) -> dict[str, Any]:
    """Its result. `Problem` tells the finding it ended with; `CouldNotTell` that it did not end."""
    done = follow(operation, what, longest_s=longest_s)
    if done.state != done.DONE:
        raise Problem(sentence_of(done.finding_code, done.finding_params))
    result: dict[str, Any] = done.result
    return result


def trial_of(operation: Operation, what: str) -> dict[str, Any]:
    """What a shop's keys proved to allow. `Problem` if they may not even read orders: nothing could be imported."""
    told = outcome_of(operation, what)
    if told["read_orders"] is False:
        first = told["problems"][0]
        raise Problem(sentence_of(first["code"], first["params"]))
    return told


def follow(operation: Operation, what: str, *, longest_s: float = LONGEST_S) -> Operation:
    """Until it is done or failed."""
    from varco.hub.models import Operation
    from varco.hub.store import workers

    began = time.monotonic()
    look_for_worker_at = began + _WORKER_LOOK_S
    with _bar(what) as bar:
        while True:
            row: Operation = Operation.objects.get(pk=operation.pk)
            if row.state in (Operation.DONE, Operation.FAILED):
                return row
            now = time.monotonic()
            bar.show(row.progress, now - began)
            if now > look_for_worker_at:
                if not workers.alive():
                    raise CouldNotTell(f"{what}: the worker has gone. It is done when a worker runs again.")
                look_for_worker_at = now + _WORKER_LOOK_S
            if now - began > longest_s:
                raise CouldNotTell(
                    f"{what} is still under way after {longest_s:.0f} s. It goes on without this command."
                )
            time.sleep(_LOOK_S)


def sentence_of(code: str, params: dict[str, Any]) -> str:
    from varco.app.language import translator
    from varco.app.words import words

    told = words(code, params, translator())
    return f"{told.sentence} {told.advice} ({code})"


class _Bar:
    """Appears after a second, on a terminal only."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def show(self, progress: dict[str, int], lasted_s: float) -> None:
        if lasted_s < _QUIET_S or not sys.stderr.isatty():
            return
        if self._progress is None or self._task is None:
            from rich.progress import Progress

            from varco.cli.output import console

            self._progress = Progress(console=console(err=True), transient=True)
            self._task = self._progress.add_task(self._what, total=None)
            self._progress.start()
        self._progress.update(self._task, completed=progress.get("done", 0), total=progress.get("total"))

    def end(self) -> None:
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def _bar(what: str) -> Iterator[_Bar]:
    bar = _Bar(what)
    try:
        yield bar
    finally:
        bar.end()
