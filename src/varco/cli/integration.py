"""`varco integration`: connected shops."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from varco.cli.exits import Exit
from varco.cli.hub import ACTOR, hub, needs_worker, organisation_named, organisation_option
from varco.cli.integration_file import import_
from varco.cli.output import json_option, print_json, print_pairs, print_table
from varco.cli.waiting import follow, outcome_of, sentence_of, trial_of
from varco.model.errors import BadInput

if TYPE_CHECKING:
    from varco.hub.models import ExchangeRecord, Integration, Operation, Organisation
    from varco.hub.store.integrations import Choices, Summary
    from varco.hub.store.proof import Proof
    from varco.model.secret import Secret

_WELL = ("ok", "importing", "paused", "unfinished")


@click.group()
def integration() -> None:
    """Connect shops, and see how they stand. A shop is named by its name here, or by its id."""


integration.add_command(import_)


@integration.command("list")
@click.option("--failing", is_flag=True, help="Only those that are failing or slowed.")
@organisation_option
@json_option
def list_(failing: bool, organisation: str, as_json: bool) -> Exit:
    """List the shops: state, last fetch, next attempt, how many orders the shop counts and how many are here.

    Exit code 1 if one is failing or slowed.
    """
    with hub():
        from varco.hub.store import integrations

        found = integrations.summaries(organisation_named(organisation))
        rows = [_summary_data(summary) for summary in found]
    rows = [row for row in rows if row["state"] not in _WELL] if failing else rows
    if as_json:
        print_json(rows)
    else:
        columns = (
            *("name", "platform", "address", "state", "last_fetch", "next_attempt", "orders_today"),
            *("in_shop", "here", "problem"),
        )
        shown = [[_short(row[column]) for column in columns] for row in rows]
        print_table([c.replace("_", " ") for c in columns], shown, empty="No shop is connected yet.")
    return Exit.GOOD if all(row["state"] in _WELL for row in rows) else Exit.PROBLEM


@integration.command()
@click.argument("url")
@click.option("--name", default="", help="How it is called here; the shop's host if not given.")
@click.option("--platform", default="", help="Such as woocommerce; found out if not given.")
@click.option(
    "--credentials",
    type=click.File(),
    help='File with the keys as a JSON object, "-" for standard input; asked for if not given.',
)
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="A choice of the platform: auth=query.")
@click.option("--ca", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The shop's own CA (PEM).")
@click.option("--status", "statuses", multiple=True, help="Order status to import; the platform's usual ones if none.")
@click.option("--days", type=click.IntRange(1), default=30, show_default=True, help="Import orders of the last days.")
@click.option("--all", "everything", is_flag=True, help="Import all orders, however old.")
@organisation_option
@json_option
def add(
    url: str,
    name: str,
    platform: str,
    credentials: Any,
    options: tuple[str, ...],
    ca: Path | None,
    statuses: tuple[str, ...],
    days: int,
    everything: bool,
    organisation: str,
    as_json: bool,
) -> None:
    """Connect the shop at URL: its keys are tried first, then the import begins."""
    from varco.app.address import shop_address

    address = shop_address(url)
    with hub():
        from varco.hub.store import integrations

        whose = organisation_named(organisation)
        needs_worker()
        platform = platform or _recognised(whose, address)
        new = integrations.NewIntegration(
            platform=platform,
            name=name,
            base_url=address,
            credentials=_credentials(platform, credentials),
            options=_options(options),
            pinned_ca=ca.read_text(encoding="ascii", errors="replace") if ca else "",
        )
        row = integrations.create(whose, new)
        try:
            told = _connected(row)
            row.refresh_from_db()
            integrations.start(row, _choices(row, statuses, days, everything))
        except BaseException:
            row.delete()
            raise
        data = _summary_data(integrations.summary(row)) | {"connected": told}
    if as_json:
        print_json(data)
        return
    click.echo(f"{data['name']} is connected ({data['address']}). Its orders are being imported.")
    for problem in told.get("problems", []) + told.get("warnings", []):
        click.echo(sentence_of(problem["code"], problem.get("params", {})), err=True)


@integration.command()
@click.argument("name")
@organisation_option
@json_option
def show(name: str, organisation: str, as_json: bool) -> None:
    """Show how a shop stands, that nothing of it is missing, and what came after the last time without it."""
    with hub():
        from varco.hub.store import gaps, integrations, proof

        row = integration_named(organisation_named(organisation), name)
        data = _summary_data(integrations.summary(row))
        checked, gap = proof.of(row), gaps.of(row)
    if as_json:
        print_json(data | {"proof": checked, "proof_state": checked.state, "recovered": gap})
        return
    print_pairs({key.replace("_", " "): _short(value) for key, value in data.items()})
    click.echo()
    _say_proof(checked)
    if gap is not None:
        until = f" to {_short(gap.until)}" if gap.until else ", and is being read"
        numbers = f": {', '.join(gap.numbers)}" if gap.numbers else ""
        click.echo(f"{gap.new} orders recovered; the shop was not read from {_short(gap.since)}{until}{numbers}.")


@integration.command()
@click.argument("name", required=False, default="")
@click.option("--all", "everything", is_flag=True, help="All shops that are connected and not paused.")
@organisation_option
@json_option
def refresh(name: str, everything: bool, organisation: str, as_json: bool) -> Exit:
    """Sync a shop now, in whatever state it is, and tell what came.

    With --all, exit code 1 if one could not be read.
    """
    if bool(name) == everything:
        raise BadInput("Name one shop, or say --all.")
    with hub():
        from varco.hub.store import integrations

        whose = organisation_named(organisation)
        if everything:
            return _refresh_all(whose, as_json)
        row = integration_named(whose, name)
        needs_worker()
        result = outcome_of(integrations.refresh(row, by=ACTOR), f"Refreshing {row.name}")
    if as_json:
        print_json(result)
    else:
        click.echo(_came(result))
    return Exit.GOOD


def _refresh_all(whose: Organisation, as_json: bool) -> Exit:
    """All are asked at once; each is told as it ends."""
    from varco.hub.store import integrations

    rows = [row for row in integrations.live(whose) if row.connected_at is not None and row.paused_at is None]
    if rows:
        needs_worker()
    asked = [(row, integrations.refresh(row, by=ACTOR)) for row in rows]
    told = [_refreshed(row, operation) for row, operation in asked]
    if as_json:
        print_json(told)
    else:
        shown = [[one["name"], _came(one) if one["state"] == "done" else one["problem"]] for one in told]
        print_table(["shop", "what came"], shown, empty="No shop is connected yet.")
    return Exit.GOOD if all(one["state"] == "done" for one in told) else Exit.PROBLEM


def _refreshed(row: Integration, operation: Operation) -> dict[str, Any]:
    done = follow(operation, f"Refreshing {row.name}")
    problem = sentence_of(done.finding_code, done.finding_params) if done.finding_code else ""
    return {"id": row.public_id, "name": row.name, "state": done.state, "problem": problem, **done.result}


def _came(result: dict[str, Any]) -> str:
    return f"{result.get('new', 0)} new, {result.get('changed', 0)} changed."


def _say_proof(checked: Proof) -> None:
    if checked.checked_at is None:
        click.echo("The shop's counts have not been compared with ours yet.")
        return
    click.echo(f"The shop's counts and ours, compared {_short(checked.checked_at)}: {checked.state}")
    print_table(["status", "in shop", "here"], [[one.name, one.theirs, one.ours] for one in checked.counts], empty="")
    if checked.repair is None:
        return
    said = {"missing and come": checked.repair.came, "deleted in the shop": checked.repair.gone}
    for what, numbers in (said | {"had another status": checked.repair.moved}).items():
        if numbers:
            click.echo(f"{len(numbers)} {what}: {', '.join(numbers)}")


@integration.command()
@click.argument("name")
@organisation_option
@json_option
def pause(name: str, organisation: str, as_json: bool) -> None:
    """Stop reading from and writing to a shop until `resume`."""
    _switch(name, organisation, as_json, to="pause")


@integration.command()
@click.argument("name")
@organisation_option
@json_option
def resume(name: str, organisation: str, as_json: bool) -> None:
    """Go on with a paused shop, and read what happened meanwhile."""
    _switch(name, organisation, as_json, to="resume")


@integration.command()
@click.argument("name")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, newest first.")
@click.option("--failures", is_flag=True, help="Only those that went wrong.")
@organisation_option
@json_option
def log(name: str, limit: int, failures: bool, organisation: str, as_json: bool) -> None:
    """Show the requests to a shop and what became of them."""
    with hub():
        row = integration_named(organisation_named(organisation), name)
        exchanges = row.exchanges.order_by("-at", "-pk")
        if failures:
            exchanges = exchanges.exclude(finding_code="")
        rows = [_exchange_data(exchange) for exchange in exchanges[:limit]]
    if as_json:
        print_json(rows)
        return
    columns = ("at", "purpose", "method", "url", "outcome", "total_ms", "address", "problem")
    shown = [[_short(row[column]) for column in columns] for row in rows]
    print_table([c.replace("_", " ") for c in columns], shown, empty="No request has been made yet.")


def integration_named(organisation: Organisation, name: str) -> Integration:
    """By its name, whatever the case, or its public id. `BadInput` tells which there are."""
    from varco.hub.store import integrations

    rows = integrations.live(organisation)
    found = [row for row in rows if name.casefold() == row.name.casefold() or name == str(row.public_id)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(str(row.public_id) for row in found)
        raise BadInput(f"{len(found)} shops are called {name}: give the id of one of them: {ids}.")
    names = ", ".join(row.name for row in rows[:20]) or "none"
    raise BadInput(f"No shop is called {name}. There are: {names}.")


def _switch(name: str, organisation: str, as_json: bool, *, to: str) -> None:
    with hub():
        from varco.hub.store import integrations

        row = integration_named(organisation_named(organisation), name)
        (integrations.pause if to == "pause" else integrations.resume)(row)
        data = _summary_data(integrations.summary(row))
    if as_json:
        print_json(data)
    else:
        click.echo(f"{data['name']} is {'paused' if to == 'pause' else 'asked again at once'}.")


def _recognised(organisation: Organisation, address: str) -> str:
    from varco.hub.store import operations

    asked = operations.ask("recognise", organisation, by=ACTOR, params={"url": address})
    return str(outcome_of(asked, f"Looking at {address}")["platform"])


def _connected(row: Integration) -> dict[str, Any]:
    from varco.hub.store import operations

    asked = operations.ask("connect", row.organisation, by=ACTOR, integration=row)
    return trial_of(asked, f"Connecting {row.name}")


def _credentials(platform: str, file: Any) -> dict[str, Secret]:
    """From the file, or asked for one by one; never from the command line, where other users could read them."""
    import msgspec

    from varco.model.secret import Secret
    from varco.shops.registry import connector

    if file is not None:
        try:
            given = msgspec.json.decode(file.read(), type=dict[str, str])
        except msgspec.DecodeError as error:
            raise BadInput(f"--credentials holds no JSON object of names and texts: {error}.") from None
        return {name: Secret(value) for name, value in given.items()}
    settings = connector(platform).settings
    return {s.name: Secret(click.prompt(s.label, hide_input=s.secret, err=True)) for s in settings if s.required}


def _options(pairs: tuple[str, ...]) -> dict[str, str]:
    if any("=" not in pair for pair in pairs):
        raise BadInput("--option is given as NAME=VALUE, such as auth=query.")
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


def _choices(row: Integration, statuses: tuple[str, ...], days: int, everything: bool) -> Choices:
    from dataclasses import replace

    from varco.hub import runtime
    from varco.hub.store import integrations

    known = [status["slug"] for status in row.shop_statuses]
    strange = [status for status in statuses if known and status not in known]
    if strange:
        raise BadInput(f"The shop has no status {strange[0]}. It has: {', '.join(known)}.")
    before = integrations.choices_of(row)
    since = None if everything else runtime.clock().now() - timedelta(days=days)
    return replace(
        before,
        import_statuses=statuses or before.import_statuses,
        push_from_statuses=statuses or before.push_from_statuses,
        import_since=since,
    )


def _summary_data(summary: Summary) -> dict[str, Any]:
    from varco.hub.store import webhooks

    row = summary.integration
    worst = next((c for c in (summary.import_channel, summary.push_channel) if c and c.finding_code), None)
    return {
        "id": row.public_id,
        "name": row.name,
        "platform": row.platform,
        "address": row.base_url,
        "state": summary.state,
        "since": worst.since if worst else None,
        "problem": worst.finding_code if worst else "",
        "last_fetch": row.last_poll_at,
        "next_attempt": summary.next_attempt_at,
        "orders_today": summary.orders_today,
        "in_shop": sum(one["theirs"] for one in row.counts) if row.compared_at else None,
        "here": sum(one["ours"] for one in row.counts) if row.compared_at else None,
        "checked_at": row.compared_at,
        "waiting_to_be_written": summary.pushes_open,
        "failing_to_be_written": summary.pushes_failing,
        "problems_open": summary.findings,
        "webhooks": webhooks.state_of(row, summary.webhook_channel),
    }


def _exchange_data(exchange: ExchangeRecord) -> dict[str, Any]:
    return {
        "id": exchange.public_id,
        "at": exchange.at,
        "purpose": exchange.purpose,
        "method": exchange.method,
        "url": exchange.url,
        "outcome": exchange.status or exchange.failure,
        "total_ms": exchange.total_ms,
        "address": exchange.address,
        "problem": exchange.finding_code,
    }


def _short(value: Any) -> object:
    return f"{value:%Y-%m-%d %H:%M:%S}" if hasattr(value, "strftime") else value
