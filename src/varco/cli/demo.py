"""`varco demo`: the hub with two pretend shops, to look at and to try."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from varco.cli.hub import needs_hub
from varco.cli.output import json_option, print_json
from varco.cli.run import end_process

if TYPE_CHECKING:
    from varco.hub.demo import Shown


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Of the hub's pages.")
@click.option("--fresh", is_flag=True, help="Throw the demo's data away and begin anew.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
@json_option
def demo(port: int | None, fresh: bool, open_browser: bool, as_json: bool) -> None:
    """Show Varco at work: a healthy shop with orders coming in, and one behind a wall. Ends with Ctrl-C.

    The next start goes on with the same data.
    """
    needs_hub()
    from varco.hub import config
    from varco.hub.demo import run

    def shown(what: Shown) -> None:
        _tell(what, as_json=as_json)
        if open_browser:
            click.launch(what.address)

    run(config.read(), port=port, fresh=fresh, shown=shown)
    end_process()


def _tell(what: Shown, *, as_json: bool) -> None:
    if as_json:
        shops = [{"name": shop.name, "address": shop.url, "page": shop.page_url} for shop in what.shops]
        print_json({"address": what.address, "email": what.email, "password": what.password, "shops": shops})
    else:
        healthy, walled = what.shops
        click.echo(f"""
Varco is at   {what.address}
Log in with   {what.email}
Password      {what.password}

The shops' own pages, as their shopkeepers see them:
  {healthy.name:<16}{healthy.page_url}   a new order comes in every 20 seconds
  {walled.name:<16}{walled.page_url}   behind a wall

The data is in {what.folder}; `varco demo --fresh` begins anew. Ctrl-C ends the demo.""")
    sys.stdout.flush()
