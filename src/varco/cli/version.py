"""`varco version`: what runs here."""

from __future__ import annotations

import platform

import click

from varco import __version__
from varco.cli.output import json_option, print_json, print_pairs


@click.command()
@json_option
def version(as_json: bool) -> None:
    """Tell the version of Varco, Python and the system: what a report of a fault needs."""
    told = {"varco": __version__, "python": platform.python_version(), "system": platform.platform()}
    if as_json:
        print_json(told)
    else:
        print_pairs(told)
