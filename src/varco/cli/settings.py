"""`varco config`: the settings in force."""

from __future__ import annotations

import click

from varco.cli.hub import needs_hub
from varco.cli.output import json_option, print_json, print_table


@click.command()
@json_option
def config(as_json: bool) -> None:
    """Show every setting, its value in force, and what it is for; secrets as ***.

    Settings are environment variables. A secret VARCO_X can also be given as VARCO_X_FILE, a file that holds it.
    """
    needs_hub()
    from varco.hub.config import read, settings, shown

    values = shown(read())
    if as_json:
        print_json(values)
        return
    rows = [(variable, values[variable], help_) for _, variable, help_ in settings()]
    print_table(("setting", "value", "what it is for"), rows, empty="")
