"""What every measured program says at its end."""

from __future__ import annotations

import json
from pathlib import Path


def report(**facts: int | float | str) -> None:
    """One line of JSON; the peak is the kernel's own figure for this program, without what its parent held."""
    print(json.dumps({**facts, "peak_mib": peak_mib()}), flush=True)


def peak_mib() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise RuntimeError("the kernel tells no peak")
