"""`varco ship`: make a shipment of one or more orders, with the own label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import click

from varco.cli.exits import Problem
from varco.cli.hub import ACTOR, hub, needs_worker, organisation_named, organisation_option
from varco.cli.integration import integration_named
from varco.cli.output import json_option, print_json
from varco.cli.waiting import follow, sentence_of
from varco.model.errors import BadInput

if TYPE_CHECKING:
    from varco.hub.models import Integration, NumberRange, Operation, Order, Organisation


@click.command()
@click.argument("orders", nargs=-1, required=True)
@click.option("--carrier", default="", help="Who carries it; that of the number range if one is given.")
@click.option("--number", "numbers", multiple=True, help="Tracking number, one per parcel.")
@click.option("--range", "range_name", default="", help="Take the numbers from this number range instead.")
@click.option("--parcels", type=click.IntRange(1, 50), default=1, show_default=True, help="With --range: how many.")
@click.option("--weight", "weight_g", type=click.IntRange(1), help="Of each parcel, in grams.")
@click.option("--link", default="", help="Tracking link with {number} in it.")
@click.option(
    "--line", "lines", multiple=True, metavar="SKU=QUANTITY", help="Only these lines; otherwise all that is left."
)
@click.option("--reference", default="", help="Your own note on the label.")
@click.option("--integration", "shop", default="", help="Whose orders, where two shops have the same numbers.")
@click.option("--unread-ok", is_flag=True, help="Ship even if the order cannot be read again in the shop just now.")
@organisation_option
@json_option
def ship(
    orders: tuple[str, ...],
    carrier: str,
    numbers: tuple[str, ...],
    range_name: str,
    parcels: int,
    weight_g: int | None,
    link: str,
    lines: tuple[str, ...],
    reference: str,
    shop: str,
    unread_ok: bool,
    organisation: str,
    as_json: bool,
) -> None:
    """Ship ORDERS (their numbers or ids) together in one shipment. The shop is told by itself."""
    with hub():
        from varco.hub.models import Shipment
        from varco.hub.store import ship_requests

        whose = organisation_named(organisation)
        of_shop = integration_named(whose, shop) if shop else None
        rows = [_order_named(whose, name, of_shop) for name in orders]
        range_ = _range_named(whose, range_name) if range_name else None
        texts = list(numbers) or [""] * parcels
        params = {
            "orders": [str(row.public_id) for row in rows],
            "lines": _lines(rows, lines),
            "carrier_name": carrier or (range_.carrier_name if range_ else ""),
            "parcels": [{"number": number, "weight_g": weight_g} for number in texts],
            "request_key": str(uuid4()),
            "link_template": link,
            "number_range": str(range_.public_id) if range_ else None,
            "reference": reference,
            "seen_hashes": {str(row.public_id): bytes(row.content_hash).hex() for row in rows},
            "unread_ok": unread_ok,
        }
        needs_worker()
        done = follow(ship_requests.ask(whose, params, by=ACTOR), f"Shipping {', '.join(orders)}")
        result = _result(done)
        shipment = Shipment.objects.of(whose).get(public_id=UUID(result["shipment"]))
        data = _data(shipment)
    if as_json:
        print_json(data)
        return
    for parcel in data["parcels"]:
        click.echo(f"Shipped with {data['carrier']}: {parcel['tracking_number']} {parcel['tracking_url']}".rstrip())


def _result(done: Operation) -> dict[str, Any]:
    """`Problem` says what stopped it, and whether it can be shipped all the same."""
    if done.state == done.DONE:
        result: dict[str, Any] = done.result
        return result
    sentence = sentence_of(done.finding_code, done.finding_params)
    about_order = done.finding_code in ("order-changed", "order-closed", "cannot-ship", "not-possible")
    raise Problem(sentence if about_order else f"{sentence} Add --unread-ok to ship without asking the shop.")


def _order_named(organisation: Organisation, name: str, shop: Integration | None) -> Order:
    from varco.hub.models import Order

    rows = Order.objects.of(organisation).select_related("integration")
    try:
        rows = rows.filter(public_id=UUID(name))
    except ValueError:
        rows = rows.filter(number=name.removeprefix("#"))
    if shop is not None:
        rows = rows.filter(integration=shop)
    found: list[Order] = list(rows.order_by("-placed_at")[:5])
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadInput(f"There is no order {name}.")
    shops = ", ".join(sorted({row.integration.name for row in found}))
    raise BadInput(f"More than one order has the number {name} (in: {shops}): say --integration, or give its id.")


def _range_named(organisation: Organisation, name: str) -> NumberRange:
    from varco.hub.models import NumberRange

    rows = NumberRange.objects.of(organisation)
    found: NumberRange | None = rows.filter(name__iexact=name).first()
    if found is None:
        names = ", ".join(rows.order_by("name").values_list("name", flat=True)) or "none"
        raise BadInput(f"There is no number range {name}. There are: {names}.")
    return found


def _lines(orders: Sequence[Order], wanted: Sequence[str]) -> dict[str, str]:
    """Order line's key to its quantity."""
    from varco.hub.models import OrderLine

    chosen: dict[str, str] = {}
    for text in wanted:
        sku, _, quantity = text.rpartition("=")
        found = list(OrderLine.objects.filter(order__in=orders, sku=sku, gone_at=None)[:2])
        if len(found) != 1 or not quantity.replace(".", "", 1).isdigit():
            raise BadInput(f"--line {text}: give the SKU of one line of the order and a quantity, as in SKU=2.")
        chosen[str(found[0].pk)] = quantity
    return chosen


def _data(shipment: Any) -> dict[str, Any]:
    return {
        "id": shipment.public_id,
        "carrier": shipment.carrier_name,
        "parcels": [
            {
                "tracking_number": parcel.tracking_number,
                "tracking_url": parcel.tracking_url,
                "weight_g": parcel.weight_g,
            }
            for parcel in shipment.parcels.order_by("position")
        ],
    }
