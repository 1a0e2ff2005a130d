"""The embedded server: each rule of the launcher, with real servers in throwaway folders.

As root the server runs as `nobody`; as an ordinary user it runs as that one. Both hold here, whoever runs the tests.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from varco.hub.postgres import Server, start
from varco.hub.postgres.account import Account, account_for
from varco.hub.postgres.binaries import Binaries, binaries_for
from varco.hub.postgres.folder import DURABLE, SETTINGS, prepare
from varco.model.errors import BadInput

AS_ROOT = os.geteuid() == 0
EXAMPLES = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "60",
    "idle_in_transaction_session_timeout": "1min",
    "timezone": "UTC",
    "data_checksums": "on",
    "unix_socket_permissions": "0700",
    "server_encoding": "UTF8",
}
CHILD = """
import sys
from pathlib import Path
from varco.hub.postgres import start
from varco.model.errors import BadInput
try:
    server = start(Path(sys.argv[1]), fast_and_unsafe=sys.argv[2] == "quick")
except BadInput as error:
    print("BadInput", error, flush=True)
    raise SystemExit(2)
print(server.folder.pid_file.read_text().split()[0], flush=True)
sys.stdin.read()
server.release()
"""


@pytest.fixture
def empty() -> Iterator[Path]:
    """A folder with a short path that every account may enter."""
    with tempfile.TemporaryDirectory(prefix="vt", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    """Making a cluster takes longest: it is made once and moved from test to test."""
    with tempfile.TemporaryDirectory(prefix="vt", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        quick(Path(made)).release()
        yield Path(made) / "pg18"


@pytest.fixture
def place(empty: Path, made_once: Path) -> Iterator[Path]:
    """A data folder whose server was started before."""
    made_once.rename(empty / "pg18")
    yield empty
    (empty / "pg18" / "local.conf").unlink(missing_ok=True)
    if (empty / "pg18" / "postmaster.pid").exists():
        quick(empty).release()  # whoever was killed in the test left a server behind
    (empty / "pg18").rename(made_once)


@contextmanager
def child(folder: Path, *, user: int | None = None, pace: str = "quick") -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server of this folder until its input is closed."""
    command = [sys.executable, "-c", CHILD, str(folder), pace]
    with ExitStack() as stack:
        process = subprocess.Popen(
            command if user in (None, os.geteuid()) else [*as_user(user), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
        )
        stack.callback(process.wait)
        stack.callback(process.kill)
        for stream in (process.stdout, process.stdin):
            assert stream is not None
            stack.callback(stream.close)
        yield process


def as_user(user: int | None) -> list[str]:
    """An ordinary user who, wherever root has put Python, may run it."""
    may = "-all,+dac_override"
    return ["setpriv", f"--reuid={user}", "--clear-groups", f"--inh-caps={may}", f"--ambient-caps={may}"]


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(30) == 0


def quick(folder: Path) -> Server:
    return start(folder, fast_and_unsafe=True)


def postmaster(server: Server) -> psutil.Process:
    return psutil.Process(int(server.folder.pid_file.read_text().split()[0]))


def runs(pid: int) -> bool:
    with suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def rows(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n")]


def keep_rows(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 3) AS n")


def owners_and_modes(folder: Path) -> dict[Path, tuple[int, int, int]]:
    found = {path: path.stat() for path in (folder, *folder.parents)}
    return {path: (entry.st_uid, entry.st_gid, entry.st_mode) for path, entry in found.items()}


def test_the_last_one_out_stops_the_server(place: Path) -> None:
    first = quick(place)
    pid = postmaster(first).pid
    with child(place) as other:
        assert int(said(other)) == pid
        first.release()
        assert runs(pid)
        leave(other)
    assert not runs(pid)
    assert not list((place / "run").iterdir())


def test_data_stay_and_leaving_twice_is_fine(place: Path) -> None:
    with start(place) as server:
        keep_rows(server.url)
        server.release()
    with start(place) as server:
        assert rows(server.url) == [1, 2, 3]


def test_no_account_is_added_and_no_folder_around_is_changed(empty: Path) -> None:
    accounts = Path("/etc/passwd").read_bytes(), Path("/etc/group").read_bytes()
    around = owners_and_modes(empty.parent) | owners_and_modes(Path(sys.prefix))
    with start(empty / "data", account="nobody", fast_and_unsafe=True) as server:
        expected = pwd.getpwnam("nobody").pw_uid if AS_ROOT else os.geteuid()
        assert postmaster(server).uids().effective == expected
        assert server.folder.cluster.stat().st_uid == expected
    assert (Path("/etc/passwd").read_bytes(), Path("/etc/group").read_bytes()) == accounts
    assert owners_and_modes(empty.parent) | owners_and_modes(Path(sys.prefix)) == around


def test_an_ordinary_user_needs_nothing_else(empty: Path) -> None:
    user = pwd.getpwnam("nobody").pw_uid if AS_ROOT else os.geteuid()
    home = empty / "home"
    home.mkdir()
    os.chown(home, user, -1)
    with child(home / "data", user=user) as process:
        assert psutil.Process(int(said(process))).uids().effective == user
        assert stat.S_IMODE((home / "data").stat().st_mode) == 0o700
        leave(process)


def test_root_helps_with_data_that_an_ordinary_user_made(empty: Path) -> None:
    user = pwd.getpwnam("nobody").pw_uid if AS_ROOT else os.geteuid()
    os.chown(empty, user, -1)
    with child(empty, user=user) as process:
        said(process)
        leave(process)
    with start(empty, account="daemon", fast_and_unsafe=True) as server:
        assert postmaster(server).uids().effective == user
    with child(empty, user=user) as process:
        assert said(process).isdigit()
        leave(process)


def test_data_of_another_account_are_left_alone(empty: Path) -> None:
    (empty / "pg18").mkdir()
    owner = os.geteuid() + 1
    if AS_ROOT:
        os.chown(empty / "pg18", owner, -1)
        assert account_for("nobody", empty / "pg18").uid == owner
    else:
        assert account_for("nobody", empty / "pg18").uid == os.geteuid()
        with pytest.raises(BadInput, match="another account"):
            account_for("nobody", Path("/etc"))


@pytest.mark.parametrize("name", ["no-such-account", "root"])
def test_an_account_that_cannot_be_is_named(empty: Path, name: str) -> None:
    if AS_ROOT:
        with pytest.raises(BadInput, match="VARCO_DB_ACCOUNT"):
            account_for(name, empty / "pg18")
    else:
        assert account_for(name, empty / "pg18").uid == os.geteuid()


def test_a_folder_that_cannot_be_entered_is_explained(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    if AS_ROOT:
        with pytest.raises(BadInput, match="VARCO_DATA_DIR"):
            quick(closed / "data")
    else:
        closed.chmod(0o500)
        with pytest.raises(BadInput, match="VARCO_DATA_DIR"):
            quick(closed / "data")
        closed.chmod(0o700)


def test_programs_that_the_account_cannot_reach_are_copied_once(empty: Path) -> None:
    account = account_for("nobody", empty / "pg18")
    wheel = empty / "closed" / "wheel" / "pginstall18"
    for part in ("bin", "lib", "share"):
        (wheel / part).mkdir(parents=True)
    program = wheel / "bin" / "postgres"
    program.write_text("#!/bin/sh\necho postgres\n")
    program.chmod(0o700)
    (empty / "closed" / "wheel.libs").mkdir()
    (empty / "closed").chmod(0o700)
    found = Binaries(wheel / "bin")
    used = binaries_for(account, empty, found)
    if AS_ROOT:
        assert used.folder.is_relative_to(empty)
        assert not used.folder.is_relative_to(empty / "closed")
        assert account.run([used["postgres"]]).stdout == "postgres\n"
        assert binaries_for(account, empty, found) == used
        assert stat.S_IMODE((empty / "closed").stat().st_mode) == 0o700
    else:
        assert used == found


@pytest.mark.parametrize("name", ["Application Support/v \"a\" 'c' \\", "é" * 12, "x" * 120, "l ng/" * 24])
def test_spaces_quotes_and_long_paths_work(place: Path, name: str) -> None:
    data = place / name
    data.mkdir(parents=True)
    (place / "pg18").rename(data / "pg18")
    with quick(data) as server:
        sockets = server.socket_dir
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        with child(data) as other:
            assert said(other) == str(postmaster(server).pid)
            leave(other)
    assert sockets.is_relative_to(place) or not sockets.exists()
    (data / "pg18").rename(place / "pg18")


def test_a_first_start_in_a_long_path_with_spaces_works(empty: Path) -> None:
    with quick(empty / "My Shop's data" / ("x" * 110)) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_processes_with_other_temporary_folders_find_the_same_server(place: Path) -> None:
    data = place / ("x" * 120)
    data.mkdir()
    (place / "pg18").rename(data / "pg18")
    with quick(data) as server:
        elsewhere = tempfile.gettempdir() + "/elsewhere"
        server.folder.pid_file.write_text(
            server.folder.pid_file.read_text().replace(str(server.socket_dir), elsewhere, 1)
        )
        assert server.socket_dir == Path(elsewhere)
        assert f"host={elsewhere}" in server.url
    (data / "pg18").rename(place / "pg18")


def test_a_socket_folder_that_somebody_else_laid_out_is_not_used(empty: Path) -> None:
    folder = prepare(empty / ("x" * 120), "nobody")
    sockets, trap = folder.socket_dir, empty / "trap"
    trap.mkdir()
    sockets.symlink_to(trap)
    try:
        with pytest.raises(BadInput, match="belongs to somebody else"):
            folder.account.own_folder(sockets)
    finally:
        sockets.unlink()
    assert not list(trap.iterdir())


def test_two_first_starts_at_once_share_one_server(empty: Path) -> None:
    with ExitStack() as stack:
        started = [stack.enter_context(child(empty)) for _ in range(3)]
        pids = {said(process) for process in started}
        assert len(pids) == 1
        for process in started:
            leave(process)
        assert not runs(int(pids.pop()))


def test_a_killed_owner_leaves_a_server_that_the_next_one_stops(place: Path) -> None:
    with child(place) as owner:
        pid = int(said(owner))
        owner.kill()
        owner.wait()
        assert runs(pid)
        with quick(place) as server:
            assert postmaster(server).pid == pid
        assert not runs(pid)


def test_a_killed_server_is_started_again_though_its_pid_is_a_zombies(place: Path) -> None:
    with child(place, pace="durable") as owner:
        pid = int(said(owner))
        with start(place) as server:
            keep_rows(server.url)
            os.kill(pid, signal.SIGKILL)
            _wait_until(lambda: not runs(pid))
            assert psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
            with start(place) as again:
                assert postmaster(again).pid != pid
                assert rows(again.url) == [1, 2, 3]


def test_a_server_that_died_under_us_is_started_again_and_stays_after_who_did_it_has_left(place: Path) -> None:
    with start(place) as server:
        keep_rows(server.url)
        os.kill(postmaster(server).pid, signal.SIGKILL)
        start(place).release()
        assert rows(server.url) == [1, 2, 3]


def test_after_everything_was_killed_all_that_was_committed_is_there(place: Path) -> None:
    with child(place, pace="durable") as owner:
        server = psutil.Process(int(said(owner)))
        with start(place) as attached:
            keep_rows(attached.url)
        for pid in [owner.pid, server.pid, *(backend.pid for backend in server.children())]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with start(place) as again:
            assert rows(again.url) == [1, 2, 3]


def test_a_new_server_waits_for_the_last_child_of_a_killed_one(place: Path) -> None:
    with child(place) as owner:
        old = psutil.Process(int(said(owner)))
        with quick(place) as server, ExitStack() as stack:
            connection = psycopg.connect(server.url)
            stack.callback(connection.close)
            pid = connection.info.backend_pid
            busy = threading.Thread(target=_count, args=(connection,))
            busy.start()
            _wait_until(lambda: psutil.Process(pid).cpu_times().user > 0.05)
            old.kill()
            with quick(place) as again:
                assert not runs(pid)
                assert postmaster(again).pid != old.pid
            busy.join()


def _count(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """A query that does not look whether its server lives."""
    with suppress(psycopg.OperationalError):
        connection.execute("SELECT count(*) FROM generate_series(1, 5000000)")


@pytest.mark.parametrize("zombie", [True, False])
def test_a_lock_file_with_the_pid_of_a_zombie_or_a_stranger_is_not_believed(place: Path, zombie: bool) -> None:
    with quick(place) as server:
        content = server.folder.pid_file.read_text().splitlines()
        pid_file = server.folder.pid_file
    stranger = subprocess.Popen(["true"] if zombie else ["sleep", "60"])
    try:
        if zombie:
            _wait_until(lambda: not runs(stranger.pid))
        pid_file.write_text("\n".join([str(stranger.pid), *content[1:]]) + "\n")
        with quick(place) as server:
            assert postmaster(server).pid != stranger.pid
        assert zombie or stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "nonsense\n"])
def test_a_lock_file_without_a_pid_does_not_break_anything_silently(place: Path, content: str) -> None:
    with quick(place) as server:
        pid_file = server.folder.pid_file
    pid_file.write_text(content)
    with pytest.raises(BadInput, match=r"postmaster\.pid"):
        start(place, wait_s=0.6)
    pid_file.unlink()


def test_a_first_start_that_was_killed_leaves_nothing_half_made(empty: Path) -> None:
    half = empty / "pg18.new4711"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with quick(empty) as server:
        keep_rows(server.url)
    assert not half.exists()
    assert not list(empty.glob("*.new*"))


def test_a_mistake_in_the_operators_settings_is_shown_soon(place: Path) -> None:
    with quick(place) as server:
        cluster = server.folder.cluster
    (cluster / "local.conf").write_text("work_mem = 'plenty'\n")
    began = time.monotonic()
    with pytest.raises(BadInput, match="plenty"):
        start(place, wait_s=0.6)
    assert time.monotonic() - began < 5
    (cluster / "local.conf").write_text("work_mem = '9MB'\n")
    with quick(place) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("9MB",)


def test_data_of_another_major_version_are_refused(empty: Path) -> None:
    (empty / "pg17").mkdir()
    with pytest.raises(BadInput, match=r"PostgreSQL 17.*backup"):
        quick(empty)


def test_the_settings_are_really_in_force(place: Path) -> None:
    with start(place) as server, psycopg.connect(server.url) as connection:
        lines = connection.execute("SELECT lower(name), applied FROM pg_file_settings WHERE error IS NULL").fetchall()
        found: dict[str, bool] = dict(lines)
        assert all(found[name] for name in SETTINGS | DURABLE)
        shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in EXAMPLES}
    assert shown == {name: (value,) for name, value in EXAMPLES.items()}


def test_nobody_reaches_the_server_from_outside(place: Path) -> None:
    with quick(place) as server:
        assert postmaster(server).net_connections("inet") == []
        socket = server.socket_dir / ".s.PGSQL.5432"
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.folder.log.stat().st_mode) == 0o600


def test_the_log_holds_no_peoples_data(place: Path) -> None:
    with quick(place) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TEMPORARY TABLE person (email text PRIMARY KEY)")
            connection.execute("INSERT INTO person VALUES ('anna@example.com')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO person VALUES ('anna@example.com')")
            with pytest.raises(psycopg.errors.UndefinedTable):
                connection.execute("INSERT INTO persons VALUES ('anna@example.com')")
            connection.execute("SELECT pg_sleep(0.6), 'anna@example.com'")
        log = server.folder.log.read_text()
    assert "duplicate key" in log
    assert "anna" not in log


def test_a_folder_that_another_account_used_is_explained(empty: Path) -> None:
    (empty / "start.lock").mkdir()
    with pytest.raises(BadInput, match=r"cannot be used: Is a directory.*start\.lock"):
        quick(empty)


def test_a_borrowed_account_gets_a_bare_environment() -> None:
    options = Account("nobody", 65534, 65534, borrowed=True).popen_options()
    assert options["user"] == options["group"] == 65534
    assert options["extra_groups"] == []
    assert options["env"].keys() == {"PATH", "LC_ALL", "TZ"}
    assert options["cwd"] == "/"
    assert shutil.which("sh", path=options["env"]["PATH"])


def _wait_until(condition: object, longest_s: float = 10) -> None:
    assert callable(condition)
    deadline = time.monotonic() + longest_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
