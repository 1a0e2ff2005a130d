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

from varco.hub.postgres.binaries import Binaries, binaries_for, wheel_binaries
from varco.hub.postgres.folder import Folder, initialise, prepare, write_settings
from varco.hub.postgres.locks import FileLock, exclusive
from varco.model.errors import BadInput

DATABASE: Final = "varco"
USER: Final = "varco"
_PAUSE_S: Final = 0.05
_PAUSE_AFTER_END_S: Final = 0.25
_GIVE_UP_S: Final = 10.0
"""A server that keeps ending by itself has a reason in its log; the children of a killed one need about a second."""

_started: Final[list[subprocess.Popen[bytes]]] = []
"""The servers that this process started: kept, so that an ended one is reaped and no zombie."""


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
        return self.folder.socket_dir

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
    folder = prepare(data_dir, account)
    try:
        with exclusive(folder.start_lock):
            return _in_use(folder, fast_and_unsafe=fast_and_unsafe, wait_s=wait_s)
    except OSError as error:
        raise BadInput(
            f"The database in {folder.root} cannot be used: {error.strerror}"
            f"{f' ({error.filename})' if error.filename else ''}. Was another account at work there?"
        ) from None


def _in_use(folder: Folder, *, fast_and_unsafe: bool, wait_s: float) -> Server:
    use = FileLock(folder.use_lock)
    use.share()
    try:
        binaries = binaries_for(folder.account, folder.root, wheel_binaries())
        initialise(folder, binaries)
        if not _answers(folder):
            _launch(folder, binaries, fast_and_unsafe=fast_and_unsafe, wait_s=wait_s)
        _make_database(folder)
    except BaseException:  # told to end meanwhile, too
        if use.is_last():
            _stop(folder, immediate=fast_and_unsafe)
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
    return make_conninfo(host=str(folder.socket_dir), user=USER, dbname=database)


def _answers(folder: Folder) -> bool:
    try:
        if folder.socket_dir.stat().st_uid != folder.account.uid:
            return False  # somebody else's server in a folder of temporary files
        psycopg.connect(conninfo(folder, "postgres"), connect_timeout=2).close()
    except (psycopg.OperationalError, OSError):
        return False
    return True


def _launch(folder: Folder, binaries: Binaries, *, fast_and_unsafe: bool, wait_s: float) -> None:
    """Start it until it answers: children of a killed server need about a second to go away."""
    socket_dir = folder.chosen_socket_dir()
    write_settings(folder, socket_dir, fast_and_unsafe=fast_and_unsafe)
    folder.account.own_folder(socket_dir)
    began = time.monotonic()
    process: subprocess.Popen[bytes] | None = None
    try:
        while time.monotonic() - began < (min(wait_s, _GIVE_UP_S) if _ended(process) else wait_s):
            if (process is None or _ended(process)) and _may_start(folder):
                process = _spawn(folder, binaries)
            if _answers(folder):
                return
            time.sleep(_PAUSE_AFTER_END_S if _ended(process) else _PAUSE_S)
        raise BadInput(f"The database does not start. Its log {folder.log} ends with: {_last_words(folder)}")
    except BaseException:  # it may not have written its lock file yet, by which `_stop` would find it
        if process is not None and not _ended(process):
            process.send_signal(signal.SIGINT)
            process.wait()
        raise


def _ended(process: subprocess.Popen[bytes] | None) -> bool:
    return process is not None and process.poll() is not None


def _spawn(folder: Folder, binaries: Binaries) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C in the terminal does not stop it before us."""
    options = folder.account.popen_options()
    with os.fdopen(os.open(folder.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as log:
        process = subprocess.Popen(
            [str(binaries["postgres"]), "-D", str(folder.cluster)],
            stdout=log,
            stderr=log,
            start_new_session=True,
            **options,
        )
    _started.append(process)
    return process


def _may_start(folder: Folder) -> bool:
    """Whether no server works with our data. Where the process of its lock file is gone, PostgreSQL looks by itself.

    But it believes a process id that lives: a zombie's, or a stranger's who got the number. Such a lock file is
    removed, once no child of the dead server is left, since without the file PostgreSQL would not notice them.
    """
    _reap()
    pid = _pid(folder.pid_file)
    if pid is None or not psutil.pid_exists(pid):
        return True
    if _is_our_server(pid, folder) or _orphans(folder):
        return False
    folder.pid_file.unlink(missing_ok=True)
    (folder.chosen_socket_dir() / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    return True


def _reap() -> None:
    _started[:] = [process for process in _started if process.poll() is None]


def _orphans(folder: Folder) -> bool:
    """Whether processes of a server live on in our data: PostgreSQL's work in the folder of their data."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(folder.cluster):
                return True
    return False


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
    socket_dir = folder.socket_dir
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
        _wait_for_end(process)
    if socket_dir.parent != folder.root:
        with suppress(OSError):
            socket_dir.rmdir()


def _wait_for_end(process: psutil.Process, longest_s: float = 60) -> None:
    """Ended or a zombie: whose child it is may not be for us to reap."""
    deadline = time.monotonic() + longest_s
    while time.monotonic() < deadline:
        _reap()
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(_PAUSE_S / 5)


def _last_words(folder: Folder) -> str:
    try:
        return " | ".join(folder.log.read_text(errors="replace").splitlines()[-3:])
    except OSError:
        return "(it cannot be read)"
