"""Pretend shops in a process of their own, which ends with the one that started it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from select import select
from time import monotonic
from typing import Final

import msgspec

from varco.model.errors import BadInput
from varco.sandbox.control import Control, Ready, RunningShop
from varco.sandbox.spec import ShopSpec

_START_S: Final = 60.0
_END_S: Final = 5.0


class Running(msgspec.Struct, frozen=True, kw_only=True):
    shops: tuple[RunningShop, ...]
    ca_file: Path
    """What a client must trust to reach the shops by TLS."""
    control: Control
    pid: int


@contextmanager
def sandbox_process(
    specs: Sequence[ShopSpec], folder: Path | None = None, *, keep_orders: bool = False
) -> Iterator[Running]:
    """Shops that are open when the block begins and gone when it ends, or when this process dies in any way.

    The child reads its shops from a pipe and ends when that is closed; Ctrl-C in the terminal does not reach it, so
    that whoever talks to the shops can finish. `folder` keeps the certificate authority from one run to the next, and
    with `keep_orders` the orders too; without it there is a new one each time. Raises `BadInput` if they do not open.
    """
    command = [sys.executable, "-m", "varco.sandbox", "--from-parent"]
    command += ["--folder", str(folder)] if folder else []
    command += ["--keep-orders"] if keep_orders else []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as child:
        try:
            ready = _started(child, specs)
            yield Running(
                shops=ready.shops,
                ca_file=Path(ready.ca_file),
                control=Control(ready.control_url, ready.control_token),
                pid=child.pid,
            )
        finally:
            _end(child)


def _started(child: subprocess.Popen[bytes], specs: Sequence[ShopSpec]) -> Ready:
    if child.stdin is None or child.stdout is None:
        raise BadInput("The pretend shops have no pipe.")
    child.stdin.write(msgspec.json.encode(list(specs)) + b"\n")
    child.stdin.flush()
    line, until = b"", monotonic() + _START_S
    while not line.endswith(b"\n"):
        readable, _, _ = select([child.stdout], [], [], max(0.0, until - monotonic()))
        piece = os.read(child.stdout.fileno(), 65_536) if readable else b""
        if not piece:
            raise BadInput("The pretend shops did not open; what they said stands above.")
        line += piece
    return msgspec.json.decode(line, type=Ready)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        child.stdin.close()
    try:
        child.wait(_END_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
