"""The hub's processes as an operator runs them: started, looked at, ended, killed."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.unit.cli.running import COMMAND, environment

PATIENCE_S = 60.0


@contextmanager
def data_folder() -> Iterator[Path]:
    """One that the database's account can enter, which pytest's own folders do not allow."""
    folder = Path(tempfile.mkdtemp(prefix="vsys"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for process in processes_in(folder):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def processes_in(folder: Path) -> list[psutil.Process]:
    """Everything that still works with the folder: what an ended hub left behind."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            if process.status() != psutil.STATUS_ZOMBIE and any(str(folder) in word for word in words):
                found.append(process)
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def until(holds: Callable[[], Any], what: str, longest_s: float = PATIENCE_S) -> Any:
    """What `holds` gives, once it gives something."""
    deadline = time.monotonic() + longest_s
    while time.monotonic() < deadline:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {longest_s:.0f} s in vain: {what}")


class Running:
    """A process of the hub. Its output is in `said`, also after it has ended."""

    def __init__(self, command: str, folder: Path, port: int, settings: Mapping[str, str]) -> None:
        self.port = port
        self._log = folder / f"said-{command}-{port}.txt"
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, *command.split()],
                env=environment(
                    {"VARCO_DATA_DIR": str(folder), "VARCO_LISTEN": f"127.0.0.1:{port}", **settings},
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def is_open(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}: {self.said}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/healthz")[0] in (200, 503)
        return False

    def is_well(self) -> bool:
        """Database, tables and worker."""
        with contextlib.suppress(OSError, http.client.HTTPException, json.JSONDecodeError):
            status, _, body = self.get("/healthz")
            return status == 200 and all(json.loads(body).values())
        return False

    def end(self, number: signal.Signals = signal.SIGTERM, longest_s: float = PATIENCE_S) -> tuple[int, float]:
        """Exit code, and how long it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(longest_s)
        return code, time.monotonic() - began


@contextmanager
def started(
    command: str, folder: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Answering, or for a worker: begun."""
    running = Running(command, folder, port or free_port(), settings or {})
    try:
        if command == "worker":
            until(lambda: "Working." in running.said, "the worker begins")
        else:
            until(running.is_open, "the pages answer")
        yield running
    finally:
        if running.process.poll() is None:
            os.kill(running.process.pid, signal.SIGTERM)
            try:
                running.process.wait(20)
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
