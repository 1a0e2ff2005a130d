"""`varco secrets`: the keys that encrypt what must not be read in a stolen database."""

from __future__ import annotations

import click

from varco.cli.hub import hub, needs_hub
from varco.cli.output import json_option, print_json


@click.group()
def secrets() -> None:
    """Make and change the encryption keys."""


@secrets.command()
@json_option
def new(as_json: bool) -> None:
    """Print a new key, for VARCO_SECRET_KEYS. Nothing is stored: keep it apart from the backups."""
    needs_hub()
    from varco.hub.keys import new_key

    key = new_key().reveal()
    if as_json:
        print_json({"key": key})
    else:
        click.echo(key)


@secrets.command()
@json_option
def rotate(as_json: bool) -> None:
    """Encrypt everything anew with the newest key. The hub may go on working meanwhile.

    With keys kept beside the data a new one is made first. With VARCO_SECRET_KEYS, put the new key first, restart the
    hub everywhere, run this, and then take the old keys out.
    """
    with hub() as state:
        from varco.hub import keys, runtime
        from varco.hub.store import secrets as store

        config = state.config
        kept_beside_data = config.embedded and not config.secret_keys
        if kept_beside_data:
            keys.prepend(config.data_dir, keys.new_key())
            fresh = keys.load_or_make(config.data_dir, (), embedded=True)
            runtime.use(runtime.Runtime(config=config, keys=fresh, database=state.database, pooled=state.pooled))
        count = store.rotate()
    if as_json:
        print_json({"sealed_anew": count, "new_key_made": kept_beside_data})
        return
    click.echo(f"{count} secrets are encrypted with the newest key.")
    if kept_beside_data:
        click.echo(
            f"Keep a copy of {config.data_dir / keys.FILE} apart from the backups; older backups need its old keys."
        )
    else:
        click.echo("The older keys may be taken out of VARCO_SECRET_KEYS; older backups still need them.")
