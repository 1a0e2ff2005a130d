"""Running a whole process and counting what it cost, and what it made PostgreSQL cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

ROOT: Final = Path(__file__).parent.parent
PYTHON: Final = sys.executable


class RunFailed(Exception):
    """A measured program did not end well."""


@dataclass(frozen=True)
class Cost:
    wall_s: float
    cpu_s: float
    """User and system time of the process and of what it started."""
    postgres_s: float
    said: Mapping[str, Any]
    """What the program did, in its own words; `peak_mib` is its largest resident set."""

    @property
    def whole_s(self) -> float:
        return self.cpu_s + self.postgres_s


def run(command: Sequence[str | Path], *, postmaster: int, environment: Mapping[str, str] | None = None) -> Cost:
    """Raises `RunFailed` with the program's last words."""
    with tempfile.TemporaryFile() as complaints:
        before, began = server_cpu_s(postmaster), time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=complaints,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
        )
        said = process.stdout.read() if process.stdout is not None else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.perf_counter() - began
        if process.returncode:
            complaints.seek(0)
            last = complaints.read().decode("utf-8", "replace").strip()[-2000:]
            raise RunFailed(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{last}")
    return Cost(
        wall_s=wall_s,
        cpu_s=usage.ru_utime + usage.ru_stime,
        postgres_s=server_cpu_s(postmaster) - before,
        said=json.loads(said.splitlines()[-1]),
    )


def server_cpu_s(postmaster: int) -> float:
    """Of the postmaster, its living children, and those that have ended."""
    server = psutil.Process(postmaster)
    own = server.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in server.children():
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            total += times.user + times.system
    return float(total)
