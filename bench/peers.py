"""The programs that the hub is compared with, in a virtual environment of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.processes import ROOT

LOCK: Final = ROOT / "requirements" / "bench.lock"
FOLDER: Final = ROOT / ".venv-bench"


def python() -> Path | None:
    """The interpreter that has them; None if they cannot be had, and why is said on the screen."""
    interpreter, done = FOLDER / "bin" / "python", FOLDER / "bench.done"
    if done.exists() and done.read_bytes() == LOCK.read_bytes():
        return interpreter
    commands = (
        [sys.executable, "-m", "venv", FOLDER],
        [interpreter, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", LOCK],
    )
    for command in commands:
        ended = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        if ended.returncode:
            print(f"The programs to compare with cannot be installed:\n{ended.stderr.strip()[-800:]}", file=sys.stderr)
            return None
    done.write_bytes(LOCK.read_bytes())
    return interpreter
