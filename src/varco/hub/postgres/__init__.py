"""PostgreSQL run by ourselves, in the data folder, over a unix socket.

The binaries come from a wheel; the launcher is our own, since the wheel's breaks on spaces, adds system users and
leaves servers behind (docs/decisions/0001-embedded-postgresql.md).
"""

from varco.hub.postgres.backup import backup, backup_before_migration, restore
from varco.hub.postgres.launcher import Server, start, temporary

__all__ = ["Server", "backup", "backup_before_migration", "restore", "start", "temporary"]
