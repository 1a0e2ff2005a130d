"""Putting a job on a queue, by name: who asks for work need not know who does it.

Inside a transaction the job comes to be with it, or not at all. Jobs are never given a due time: what is due later
stands in our own tables (`docs/decisions/0002-jobs.md`).
"""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app


def defer(task: str, queue: str, **arguments: Any) -> None:
    app.configure_task(f"varco.hub.jobs.tasks.{task}", queue=queue).defer(**arguments)
