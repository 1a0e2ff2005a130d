"""Server programs that a test starts by itself, on free ports of 127.0.0.1, and stops by their process id."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

HOST = "127.0.0.1"
_PORTS = range(20_000, 32_000)
START_S = 30.0
"""Varnish compiles its rules, and a busy machine takes its time."""


def free_ports(count: int) -> list[int]:
    """Below those that the system gives to outgoing calls, so that none is taken before a server opens it."""
    ports: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        with suppress(OSError), socket.create_server((HOST, port)):
            ports.append(port)
        if len(ports) == count:
            return ports
    raise AssertionError("no free ports")


@contextmanager
def running(
    command: Sequence[str], folder: Path, ports: Sequence[int], environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """The program, from when all its ports are open. `AssertionError` with what it said if they never are."""
    log = folder / f"{Path(command[-1]).name}-said.txt"
    with log.open("wb") as said:
        child = subprocess.Popen(
            command, stdout=said, stderr=subprocess.STDOUT, cwd=folder, env={**os.environ, **(environment or {})}
        )
        try:
            until = time.monotonic() + START_S
            for port in ports:
                while not _is_open(port):
                    told = log.read_text(errors="replace")[-3000:]
                    assert child.poll() is None, f"{command[0]} ended: {told}"
                    assert time.monotonic() < until, f"{command[0]} does not open port {port}: {told}"
                    time.sleep(0.02)
            yield
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def silent() -> Iterator[int]:
    """A port where connections are taken and nothing is ever said."""
    with socket.create_server((HOST, 0)) as listening:
        yield int(listening.getsockname()[1])


def _is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def let_in(folder: Path) -> None:
    """Servers give up root's rights and must still reach their files: the folder and those above are opened to read."""
    for path in (folder, *folder.parents[:2]):
        path.chmod(path.stat().st_mode | 0o055)
