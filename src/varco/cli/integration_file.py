"""`varco integration import FILE`: many shops at once. Run again, it changes only what is different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from varco.cli.exits import CouldNotTell, Exit, Problem
from varco.cli.hub import ACTOR, hub, needs_worker, organisation_named, organisation_option
from varco.cli.output import json_option, print_json, print_table
from varco.cli.shop_list import ShopRow, needed_keys, place_of, shops_from
from varco.cli.waiting import outcome_of, trial_of
from varco.model.errors import BadInput

if TYPE_CHECKING:
    from varco.hub.models import Integration, Operation, Organisation

NEW, CHANGED, SAME, FAILED = "new", "changed", "same", "failed"


@dataclass
class Task:
    """One shop of the file, and how far it is."""

    row: ShopRow
    known: Integration | None
    """The connection that is there already, or that was made for it."""
    outcome: str
    reason: str = ""
    asked: Operation | None = None
    platform: str = ""

    def data(self) -> dict[str, str]:
        name = self.row.name or (self.known.name if self.known else "")
        return {"shop": name or self.row.place, "url": self.row.url, "outcome": self.outcome, "reason": self.reason}


@click.command("import")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--dry-run", is_flag=True, help="Only say what would be done: no shop is asked, nothing is changed.")
@organisation_option
@json_option
def import_(file: Any, dry_run: bool, organisation: str, as_json: bool) -> Exit:
    """Connect all shops of FILE ("-": standard input), CSV or JSON; a shop that is there gets its new name and keys.

    CSV has a line per shop. Columns: url, name, platform, statuses (with semicolons between), days (0: all orders), the
    platform's keys by their names, such as consumer_key, and option_NAME. JSON is a list of objects with url, name,
    platform, credentials, options, statuses and days. Exit code 1 if a shop could not be connected.
    """
    rows = shops_from(file.read())
    with hub():
        whose = organisation_named(organisation)
        tasks = _tasks(whose, rows)
        if not dry_run:
            needs_worker()
            _carry_out(whose, tasks)
        found = [task.data() for task in tasks]
    if as_json:
        print_json({"dry_run": dry_run, "shops": found})
    else:
        print_table(
            ["shop", "address", "would be" if dry_run else "outcome", "reason"],
            [list(r.values()) for r in found],
            empty="",
        )
    return Exit.PROBLEM if any(row["outcome"] == FAILED for row in found) else Exit.GOOD


def _tasks(organisation: Organisation, rows: Sequence[ShopRow]) -> list[Task]:
    from varco.hub.store import integrations

    there = {place_of(one.base_url): one for one in integrations.live(organisation)}
    return [_task(row, there.get(row.place)) for row in rows]


def _task(row: ShopRow, known: Integration | None) -> Task:
    if known is None:
        return Task(row, None, NEW) if row.credentials else Task(row, None, FAILED, "The file has no keys for it.")
    try:
        needed_keys(row, known.platform)
    except BadInput as error:
        return Task(row, known, FAILED, str(error))
    return Task(row, known, CHANGED if _differs(row, known) else SAME)


def _differs(row: ShopRow, known: Integration) -> bool:
    return bool(row.name and row.name != known.name) or _access_differs(row, known) or known.connected_at is None


def _access_differs(row: ShopRow, known: Integration) -> bool:
    from varco.hub.store.plans import credentials_of

    held = credentials_of(known)
    keys = any(held.get(name) != secret for name, secret in row.secrets.items())
    return keys or bool(row.options and dict(row.options) != known.options)


def _carry_out(organisation: Organisation, tasks: Sequence[Task]) -> None:
    """All shops are asked at once, and then looked at one after another: a slow one holds nobody up."""
    open_tasks = [task for task in tasks if task.outcome in (NEW, CHANGED)]
    _each(open_tasks, lambda task: _ask_platform(organisation, task))
    _each(open_tasks, _take_platform)
    _each(open_tasks, lambda task: _ask_shop(organisation, task))
    _each(open_tasks, _end)


def _each(tasks: Sequence[Task], step: Any) -> None:
    """One shop's trouble does not stop the others."""
    for task in tasks:
        if task.outcome == FAILED:
            continue
        try:
            step(task)
        except (BadInput, Problem, CouldNotTell) as error:
            task.outcome, task.reason = FAILED, str(error)


def _ask_platform(organisation: Organisation, task: Task) -> None:
    from varco.hub.store import operations

    task.platform = task.known.platform if task.known else task.row.platform
    if not task.platform:
        task.asked = operations.ask("recognise", organisation, by=ACTOR, params={"url": task.row.url})


def _take_platform(task: Task) -> None:
    if task.asked is not None:
        task.platform = str(outcome_of(task.asked, f"Looking at {task.row.url}")["platform"])
        task.asked = None
    needed_keys(task.row, task.platform)


def _ask_shop(organisation: Organisation, task: Task) -> None:
    """Keep the keys and have them tried; a new name alone asks nobody."""
    from varco.hub.store import integrations, operations

    row = task.row
    if task.known is None:
        new = integrations.NewIntegration(
            platform=task.platform,
            name=row.name,
            base_url=row.url,
            credentials=row.secrets,
            options=row.options,
        )
        task.known = integrations.create(organisation, new)
    else:
        if row.name:
            integrations.rename(task.known, row.name)
        if not _access_differs(row, task.known) and task.known.connected_at is not None:
            return
        integrations.replace_access(task.known, credentials=row.secrets or None, options=row.options or None)
    task.asked = operations.ask("connect", organisation, by=ACTOR, integration=task.known)


def _end(task: Task) -> None:
    """What the shop said of its keys; the import of a new one begins."""
    if task.asked is None or task.known is None:
        return
    try:
        trial_of(task.asked, f"Connecting {task.known.name}")
        task.known.refresh_from_db()
        if task.known.connected_at is None:
            _start(task.known, task.row)
    except BaseException:
        if task.outcome == NEW:
            task.known.delete()
            task.known = None
        raise


def _start(known: Integration, row: ShopRow) -> None:
    from varco.hub import runtime
    from varco.hub.store import integrations

    there = [status["slug"] for status in known.shop_statuses]
    strange = [status for status in row.statuses if there and status not in there]
    if strange:
        raise BadInput(f"The shop has no status {strange[0]}. It has: {', '.join(there)}.")
    before = integrations.choices_of(known)
    integrations.start(
        known,
        replace(
            before,
            import_statuses=row.statuses or before.import_statuses,
            push_from_statuses=row.statuses or before.push_from_statuses,
            import_since=runtime.clock().now() - timedelta(days=row.days) if row.days else None,
        ),
    )
