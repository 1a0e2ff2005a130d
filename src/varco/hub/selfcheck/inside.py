"""Looks that need nobody outside: tables, keys, worker, clock, disk, backups."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from varco.hub import runtime, schema
from varco.hub.keys import FILE
from varco.hub.selfcheck.result import Result, State
from varco.hub.store import secrets, workers
from varco.model.errors import BadInput

ENOUGH_DISK: Final = 1024**3
"""Bytes: a backup before a migration and some weeks of orders fit."""
OLDEST_BACKUP: Final = timedelta(days=7)
CLOCK_MAY_DIFFER: Final = timedelta(seconds=2)


def inside() -> list[Result]:
    """With tables that do not fit, what stands in them is not asked."""
    tables = _schema()
    in_tables: Sequence[Callable[[], Result]] = (_keys, _worker) if tables.state is State.GOOD else ()
    return [tables, *(look() for look in (*in_tables, _clock, _disk, _backups, _watched))]


def _schema() -> Result:
    title = _("Database tables")
    if newer := schema.unknown():
        return Result(
            name="schema",
            title=title,
            state=State.PROBLEM,
            says=_("A newer version of Varco has changed the tables (%(step)s).") % {"step": newer[-1]},
            advice=_("Install that version again, or restore a backup made before."),
        )
    if missing := schema.pending():
        return Result(
            name="schema",
            title=title,
            state=State.PROBLEM,
            says=_("%(count)s steps are missing.") % {"count": len(missing)},
            advice=_("Run `varco migrate`."),
        )
    return Result(name="schema", title=title, state=State.GOOD, says=_("They fit this version."))


def _keys() -> Result:
    title = _("Encryption keys")
    try:
        secrets.check_keys()
    except BadInput as error:
        return Result(name="keys", title=title, state=State.PROBLEM, says=str(error))
    config = runtime.current().config
    path = config.data_dir / FILE
    if config.embedded and not config.secret_keys and path.stat().st_mode & 0o077:
        return Result(
            name="keys",
            title=title,
            state=State.PROBLEM,
            says=_("Other users of this machine can read %(file)s.") % {"file": path},
            advice=_("Run: chmod 600 %(file)s") % {"file": path},
        )
    return Result(name="keys", title=title, state=State.GOOD, says=_("They open what is stored."))


def _worker() -> Result:
    title = _("Worker")
    if workers.alive():
        return Result(name="worker", title=title, state=State.GOOD, says=_("It gives signs of life."))
    return Result(
        name="worker",
        title=title,
        state=State.PROBLEM,
        says=_("None has given a sign of life for half a minute: nothing is fetched and nothing is written back."),
        advice=_("Start `varco serve`, or `varco worker`."),
    )


def _clock() -> Result:
    title = _("Clock against the database")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    differs = abs(datetime.now(UTC) - theirs)
    said = _("They differ by %(seconds).1f seconds.") % {"seconds": differs.total_seconds()}
    if differs > CLOCK_MAY_DIFFER:
        advice = _("Let both machines keep their clocks by NTP.")
        return Result(name="clock-database", title=title, state=State.PROBLEM, says=said, advice=advice)
    return Result(name="clock-database", title=title, state=State.GOOD, says=said)


def _disk() -> Result:
    title = _("Disk space")
    config = runtime.current().config
    if not config.embedded:
        says = _("The database is on another machine, whose owner looks after it.")
        return Result(name="disk", title=title, state=State.OFF, says=says)
    free = shutil.disk_usage(config.data_dir).free
    said = _("%(free).1f GB are free in %(folder)s.") % {"free": free / 1024**3, "folder": config.data_dir}
    if free < ENOUGH_DISK:
        advice = _("Make room: with a full disk the database stops.")
        return Result(name="disk", title=title, state=State.PROBLEM, says=said, advice=advice)
    return Result(name="disk", title=title, state=State.GOOD, says=said)


def _backups() -> Result:
    title = _("Backups")
    config = runtime.current().config
    if not config.embedded:
        says = _("The database of DATABASE_URL is its owner's to back up.")
        return Result(name="backups", title=title, state=State.OFF, says=says)
    folder = schema.backup_folder(config)
    newest = max((path.stat().st_mtime for path in folder.glob("varco-*.dump")), default=None)
    if newest is None:
        return Result(
            name="backups",
            title=title,
            state=State.UNKNOWN,
            says=_("There is none in %(folder)s.") % {"folder": folder},
            advice=_("Run `varco db backup` every day. Backups kept elsewhere are not seen here."),
        )
    age = datetime.now(UTC) - datetime.fromtimestamp(newest, UTC)
    said = _("The newest in %(folder)s is %(days)s days old.") % {"folder": folder, "days": age.days}
    if age > OLDEST_BACKUP:
        advice = _("Run `varco db backup` every day.")
        return Result(name="backups", title=title, state=State.PROBLEM, says=said, advice=advice)
    return Result(name="backups", title=title, state=State.GOOD, says=said)


def _watched() -> Result:
    title = _("Watcher outside")
    if runtime.current().config.ping_url:
        return Result(
            name="ping", title=title, state=State.GOOD, says=_("It is told every minute that the hub is well.")
        )
    return Result(
        name="ping",
        title=title,
        state=State.OFF,
        says=_("Nobody outside notices if this machine dies."),
        advice=_("Set VARCO_PING_URL to an address of a watching service."),
    )
