"""Running the real command, as a shell does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("varco"))


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, without settings of the hub and without the tests' own Django."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VARCO_", "DATABASE_", "DJANGO_", "LC_", "LANG"))
    }
    return {**kept, "LANG": "C.UTF-8", **(more or {})}


def varco(
    *arguments: str, settings: Mapping[str, str] | None = None, typed: str = "", timeout_s: float = 60
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments],
        env=environment(settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
