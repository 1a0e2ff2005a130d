"""The data folder: its parts, how a cluster comes to be in it, and the settings written at each start."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from varco.hub.postgres.account import Account, account_for
from varco.hub.postgres.binaries import MAJOR, Binaries
from varco.model.errors import BadInput

LONGEST_SOCKET: Final = 100
"""A unix socket's path must fit in 108 bytes on Linux and 104 on macOS, with its lock file."""
SHORTEST_TEMPORARY: Final = Path("/") / "tmp"
DURABLE: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FAST_AND_UNSAFE: Final = dict.fromkeys(DURABLE, "off")
SETTINGS: Final = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "'64MB'",
    "work_mem": "'8MB'",
    "maintenance_work_mem": "'64MB'",
    "effective_cache_size": "'256MB'",
    "huge_pages": "off",
    "io_workers": "1",
    "jit": "off",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_replication_slots": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "'512MB'",
    "min_wal_size": "'80MB'",
    "checkpoint_timeout": "'15min'",
    "autovacuum_max_workers": "2",
    "autovacuum_naptime": "'30s'",
    "idle_in_transaction_session_timeout": "'60s'",
    "timezone": "'UTC'",
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
"""Statements hold people's data, since Django writes values into them, and so do the details of errors: the log names
neither."""


@dataclass(frozen=True)
class Folder:
    """`root` is the installation's data folder; everything of the database is below it."""

    root: Path
    account: Account

    @property
    def cluster(self) -> Path:
        return self.root / f"pg{MAJOR}"

    @property
    def start_lock(self) -> Path:
        return self.root / "start.lock"

    @property
    def use_lock(self) -> Path:
        return self.root / "use.lock"

    @property
    def log(self) -> Path:
        return self.root / "postgresql.log"

    @property
    def pid_file(self) -> Path:
        return self.cluster / "postmaster.pid"

    @property
    def socket_dir(self) -> Path:
        """Where the server listens; while none has said so, where it will."""
        return self._listening_in() or self.chosen_socket_dir()

    def chosen_socket_dir(self) -> Path:
        """Beside the data where the path fits, else in a folder of temporary files, named after the data folder."""
        name = hashlib.blake2b(os.fsencode(self.root), digest_size=6).hexdigest()
        far = [base / f"varco-{self.account.uid}-{name}" for base in self._bases()]
        return next((path for path in (self.root / "run", *far) if _fits(path)), far[-1])

    def _bases(self) -> list[Path]:
        """root's own temporary folders may be closed to the account that it lends."""
        if self.account.borrowed:
            return [path for path in (Path("/run"), SHORTEST_TEMPORARY) if path.is_dir()]
        places = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), SHORTEST_TEMPORARY)
        return [Path(place) for place in places if place]

    def _listening_in(self) -> Path | None:
        """The fifth line of the server's own file: another process may have other temporary folders than we."""
        try:
            lines = os.fsdecode(self.pid_file.read_bytes()).splitlines()
        except OSError:
            return None
        return Path(lines[4]) if len(lines) > 4 and lines[4].startswith("/") else None


def _fits(socket_dir: Path) -> bool:
    return len(os.fsencode(socket_dir / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET


def prepare(root: Path, account_name: str | None) -> Folder:
    """Make the folder where it is missing. `BadInput` says what stands in the way."""
    as_root = os.geteuid() == 0
    try:
        root.mkdir(mode=0o755 if as_root else 0o700, parents=True, exist_ok=True)
        root = root.resolve()
    except OSError as error:
        raise BadInput(
            f"The data folder {root} cannot be made: {error.strerror}. Set VARCO_DATA_DIR to another."
        ) from None
    if not os.access(root, os.W_OK):
        raise BadInput(f"The data folder {root} is not ours to write. Set VARCO_DATA_DIR, or change its owner.")
    folder = Folder(root, account_for(account_name, root / f"pg{MAJOR}"))
    _refuse_other_major(folder)
    return folder


def _refuse_other_major(folder: Folder) -> None:
    others = sorted(path.name for path in folder.root.glob("pg[0-9]*") if path.name.removeprefix("pg").isdigit())
    if others and folder.cluster.name not in others:
        raise BadInput(
            f"{folder.root} holds data of PostgreSQL {others[-1].removeprefix('pg')}, and this version of Varco brings "
            f"{MAJOR}. Restore a backup made with `varco db backup` into an empty data folder."
        )


def initialise(folder: Folder, binaries: Binaries) -> None:
    """Make the cluster beside its place and move it there, so that a killed first start leaves nothing half made."""
    if folder.cluster.exists():
        return
    for half_made in folder.root.glob(f"pg{MAJOR}.new*"):
        shutil.rmtree(half_made, ignore_errors=True)
    fresh = folder.root / f"pg{MAJOR}.new{os.getpid()}"  # an `initdb` whose caller was killed may still write
    folder.account.own_folder(fresh)
    result = folder.account.run(
        [
            binaries["initdb"],
            "-D",
            fresh,
            "-U",
            "varco",
            "-E",
            "UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth=trust",
            "--no-sync",
        ]
    )
    if result.returncode:
        raise BadInput(_why_not_initialised(folder, result.stderr))
    with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\ninclude_if_exists 'varco.conf'\ninclude_if_exists 'local.conf'\n")
    fresh.rename(folder.cluster)


def _why_not_initialised(folder: Folder, said: str) -> str:
    last = said.strip().splitlines()[-1] if said.strip() else "no reason given"
    if "could not access directory" in said or "Permission denied" in said:
        return (
            f"The account {folder.account.name} cannot enter {folder.root}. Set VARCO_DATA_DIR to a folder that it can "
            f"reach, such as /var/lib/varco, or name another account with VARCO_DB_ACCOUNT. PostgreSQL said: {last}"
        )
    return f"The database could not be made in {folder.root}: {last}"


def write_settings(folder: Folder, socket_dir: Path, *, fast_and_unsafe: bool) -> None:
    """Ours are written anew at each start; the operator's stand in `local.conf`, read after them."""
    values = SETTINGS | (FAST_AND_UNSAFE if fast_and_unsafe else DURABLE)
    socket = str(socket_dir).replace("\\", "\\\\").replace('"', '""').replace("'", "''")
    lines = [f"{name} = {value}" for name, value in values.items()]
    lines.append(f"""unix_socket_directories = '"{socket}"'""")
    target = folder.cluster / "varco.conf"
    fresh = target.with_suffix(".new")
    fresh.write_text(
        "# Written at each start. Put your own settings into local.conf beside this file.\n" + "\n".join(lines) + "\n"
    )
    folder.account.give(fresh)
    fresh.rename(target)
