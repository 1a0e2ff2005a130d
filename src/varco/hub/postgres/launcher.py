"""Starting, sharing and stopping the embedded server.

1. Who uses the server holds a shared lock for life; who starts or stops it holds the start lock.
2. Alive means that a connection succeeds. A process id proves nothing: it may be a zombie's, or somebody else's.
3. The last user stops the server. A killed user's lock is dropped by the kernel, so the next last one does.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psutil
import psycopg
from psycopg.conninfo import make_conninfo

from varco.hub.postgres.account import account_for
from varco.hub.postgres.binaries import Binaries, binaries_for
from varco.hub.postgres.folder import Folder, initialise, prepare, write_settings
from varco.hub.postgres.locks import FileLock, exclusive
from varco.model.errors import BadInput

DATABASE: Final = "varco"
USER: Final = "varco"
_PAUSE_S: Final = 0.05


@dataclass
class Server:
    """A running server that this process uses. `release` it, or use it as a context manager."""

    folder: Folder
    binaries: Binaries
    fast_and_unsafe: bool
    _use: FileLock
    _released: bool = field(default=False)

    database = DATABASE
    user = USER

    @property
    def socket_dir(self) -> Path:
        return self.folder.socket_dir()

    @property
    def url(self) -> str:
        """A libpq connection string."""
        return conninfo(self.folder)

    def release(self) -> None:
        """Stop using it. The last one stops the server."""
        if self._released:
            return
        self._released = True
        with exclusive(self.folder.start_lock):
            if self._use.is_last():
                _stop(self.folder, immediate=self.fast_and_unsafe)
            self._use.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def start(data_dir: Path, *, account: str | None = None, fast_and_unsafe: bool = False, wait_s: float = 60.0) -> Server:
    """Use the server in this folder; start it if it does not run, make it if it is not there.

    `BadInput` says what stands in the way. Crash recovery may take a while: `wait_s` bounds the start.
    """
    if os.name != "posix":
        raise BadInput("The embedded database runs on Linux and macOS. Here, set DATABASE_URL to a PostgreSQL server.")
    owner = account_for(account)
    folder = prepare(data_dir, owner)
    binaries = binaries_for(owner, folder.root)
    with exclusive(folder.start_lock):
        use = FileLock(folder.use_lock)
        use.share()
        try:
            initialise(folder, binaries)
            if not _answers(folder):
                _launch(folder, binaries, fast_and_unsafe=fast_and_unsafe, wait_s=wait_s)
            _make_database(folder)
        except BaseException:
            use.close()
            raise
    return Server(folder, binaries, fast_and_unsafe, use)


@contextmanager
def temporary() -> Iterator[Server]:
    """A throwaway server, quick and not durable: for tests and benchmarks."""
    root = Path(tempfile.mkdtemp(prefix="vpg"))
    root.chmod(0o755)
    try:
        with start(root, fast_and_unsafe=True) as server:
            yield server
    finally:
        shutil.rmtree(root, ignore_errors=True)


def conninfo(folder: Folder, database: str = DATABASE) -> str:
    return make_conninfo(host=str(folder.socket_dir()), user=USER, dbname=database)


def _answers(folder: Folder) -> bool:
    try:
        psycopg.connect(conninfo(folder, "postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _launch(folder: Folder, binaries: Binaries, *, fast_and_unsafe: bool, wait_s: float) -> None:
    """Start it until it answers: children of a killed server need about a second to go away."""
    write_settings(folder, fast_and_unsafe=fast_and_unsafe)
    folder.account.make_folder(folder.socket_dir())
    deadline = time.monotonic() + wait_s
    process: subprocess.Popen[bytes] | None = None
    while time.monotonic() < deadline:
        if process is None or process.poll() is not None:
            _remove_stale_locks(folder)
            process = _spawn(folder, binaries)
        if _answers(folder):
            return
        time.sleep(_PAUSE_S)
    raise BadInput(
        f"The database did not start within {wait_s:.0f} s. Its log {folder.log} ends with: {_last_words(folder)}"
    )


def _spawn(folder: Folder, binaries: Binaries) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C in the terminal does not stop it before us."""
    options = folder.account.popen_options()
    with folder.log.open("ab") as log:
        return subprocess.Popen(
            [str(binaries["postgres"]), "-D", str(folder.cluster)],
            stdout=log,
            stderr=log,
            start_new_session=True,
            **options,
        )


def _remove_stale_locks(folder: Folder) -> None:
    """PostgreSQL believes a process id in its lock files; we only believe one that runs with our data."""
    pid = _pid(folder.pid_file)
    if pid is not None and not _is_our_server(pid, folder):
        folder.pid_file.unlink(missing_ok=True)
        (folder.socket_dir() / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _pid(path: Path) -> int | None:
    try:
        return int(path.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _is_our_server(pid: int, folder: Folder) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return str(folder.cluster) in process.cmdline()
    except psutil.Error:
        return False


def _make_database(folder: Folder) -> None:
    with psycopg.connect(conninfo(folder, "postgres"), autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if there is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _stop(folder: Folder, *, immediate: bool) -> None:
    """Ask it to end, without waiting for sessions; wait until it has."""
    pid = _pid(folder.pid_file)
    if pid is None or not _is_our_server(pid, folder):
        return
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
        _wait_for_end(process)


def _wait_for_end(process: psutil.Process, longest_s: float = 60) -> None:
    """Ended or a zombie: whose child it is may not be for us to reap."""
    deadline = time.monotonic() + longest_s
    while time.monotonic() < deadline:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            with suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)
            return
        time.sleep(_PAUSE_S / 5)


def _last_words(folder: Folder) -> str:
    try:
        return " | ".join(folder.log.read_text(errors="replace").splitlines()[-3:])
    except OSError:
        return "(it cannot be read)"
