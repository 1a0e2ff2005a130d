"""Under which account the server runs: PostgreSQL refuses root, so root lends it an account that exists already."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from varco.model.errors import BadInput


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    borrowed: bool
    """Whether it is another account than ours."""

    def popen_options(self) -> dict[str, Any]:
        """For `subprocess`: run as this account, in the root folder, with an environment that names no other home."""
        options: dict[str, Any] = {"cwd": "/", "stdin": subprocess.DEVNULL}
        if self.borrowed:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        options["env"] = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        return options

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command], **self.popen_options(), capture_output=True, text=True, check=False
        )

    def own_folder(self, folder: Path) -> None:
        """A folder of this account's own, closed to others. `BadInput` where somebody else's stands there."""
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.uid:
                raise BadInput(f"{folder} belongs to somebody else, and the database needs it: remove it.") from None
            if stat.S_IMODE(found.st_mode) & 0o077:
                folder.chmod(0o700)
        else:
            self.give(folder)

    def give(self, path: Path) -> None:
        """Let a file or folder that we have just made be this account's."""
        if self.borrowed:
            os.chown(path, self.uid, self.gid)


def account_for(name: str | None, cluster: Path) -> Account:
    """The account to run under: ours; for root the one that owns the data already, or else the named one."""
    uid = os.geteuid()
    owner = cluster.stat().st_uid if cluster.exists() else None
    if uid != 0:
        if owner not in (None, uid):
            raise BadInput(f"The data in {cluster} belongs to another account. Start as that one, or as root.")
        return Account(_name_of(uid), uid, os.getegid(), borrowed=False)
    return _named(name or "nobody") if owner in (None, 0) else _owning(cluster)


def _owning(cluster: Path) -> Account:
    found = cluster.stat()
    return Account(_name_of(found.st_uid), found.st_uid, found.st_gid, borrowed=True)


def _named(wanted: str) -> Account:
    try:
        entry = pwd.getpwnam(wanted)
    except KeyError:
        raise BadInput(
            f"VARCO_DB_ACCOUNT names {wanted}, which is no account of this machine. Name one that exists."
        ) from None
    if entry.pw_uid == 0:
        raise BadInput("PostgreSQL does not run as root: let VARCO_DB_ACCOUNT name another account, such as nobody.")
    return Account(wanted, entry.pw_uid, entry.pw_gid, borrowed=True)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise BadInput(f"User {uid} has no entry in the password file, and PostgreSQL needs one.") from None
