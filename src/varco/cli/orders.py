"""`varco orders`: the list of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from varco.cli.hub import hub, organisation_named, organisation_option
from varco.cli.integration import integration_named
from varco.cli.output import json_option, print_json, print_table
from varco.model.errors import BadInput

if TYPE_CHECKING:
    from varco.hub.models import Order


@click.command()
@click.argument("text", nargs=-1)
@click.option("--integration", "shop", default="", help="Only this shop's, by its name here or its id.")
@click.option("--status", default="", help="Only in this status of the shop.")
@click.option("--shown", type=click.Choice(["open", "shipped", "all"]), default="open", show_default=True)
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="How many, newest first.")
@click.option(
    "--csv",
    "csv_form",
    is_flag=False,
    flag_value="plain",
    type=click.Choice(["plain", "sendcloud"]),
    help="Write all open orders as CSV, in a form of our own or for Sendcloud's upload.",
)
@click.option("--part", type=click.IntRange(1), help="With --csv: a thousand rows, which is what one upload takes.")
@organisation_option
@json_option
def orders(
    text: tuple[str, ...],
    shop: str,
    status: str,
    shown: Any,
    limit: int,
    csv_form: Any,
    part: int | None,
    organisation: str,
    as_json: bool,
) -> None:
    """List orders, newest first. TEXT finds numbers, names, companies, e-mails, SKUs and tracking numbers."""
    if csv_form:
        if text or status or shown != "open" or as_json:
            raise BadInput("--csv writes all open orders: only --integration and --part go with it.")
        _write_csv(csv_form, shop, organisation, part)
        return
    with hub():
        from varco.hub.store import orders as store

        whose = organisation_named(organisation)
        page = store.search(
            whose,
            text=" ".join(text),
            integration=integration_named(whose, shop) if shop else None,
            status=status,
            shown=shown,
            limit=limit,
        )
        rows = [_data(order) for order in page.orders]
    if as_json:
        print_json({"orders": rows, "more": page.more})
        return
    columns = ("number", "shop", "status_name", "placed_at", "recipient", "country", "total", "pieces", "shipped_at")
    shown_rows = [[_short(row[column]) for column in columns] for row in rows]
    heads = [column.removesuffix("_name").replace("_", " ") for column in columns]
    print_table(heads, shown_rows, empty="No order found.")
    if page.more:
        click.echo("There are more: raise --limit, or search.", err=True)


def _write_csv(form: Any, shop: str, organisation: str, part: int | None) -> None:
    with hub():
        from varco.hub.store import exports

        whose = organisation_named(organisation)
        text = exports.csv_of(whose, form, integration_named(whose, shop) if shop else None, part=part)
    click.echo(text.encode(), nl=False)


def _data(order: Order) -> dict[str, Any]:
    from varco.hub.wording import status_name

    address = order.contact.shipping
    return {
        "id": order.public_id,
        "number": order.number,
        "shop": order.integration.name,
        "status": order.status,
        "status_name": status_name(order.integration, order.status),
        "placed_at": order.placed_at,
        "recipient": address.get("name") or address.get("company") or "",
        "country": address.get("country", ""),
        "total": f"{order.total:.2f} {order.currency}",
        "pieces": f"{getattr(order, 'pieces', 0):f}".rstrip("0").rstrip("."),
        "shipped_at": order.shipped_at,
        "has_problem": getattr(order, "has_problem", False),
        "shop_not_told_yet": getattr(order, "is_untold", False),
    }


def _short(value: Any) -> object:
    return f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "strftime") else value
