"""`varco demo`: the hub with two pretend shops, to look at and to try."""

from __future__ import annotations

import click

from varco.cli.hub import needs_hub
from varco.cli.output import json_option


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Of the hub's pages.")
@click.option("--fresh", is_flag=True, help="Throw the demo's data away and begin anew.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
@json_option
def demo(port: int | None, fresh: bool, open_browser: bool, as_json: bool) -> None:
    """Show Varco at work: a healthy shop with orders coming in, and one behind a wall. Ends with Ctrl-C."""
    needs_hub()
    from varco.hub import demo

    demo.run(port=port, fresh=fresh)
