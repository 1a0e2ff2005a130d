"""What a person sees of a pretend shop: its orders with status and tracking, and the walls around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from varco.model.exchange import Request, Response
from varco.sandbox.amounts import written
from varco.sandbox.book import By, Question
from varco.sandbox.orders import Order, total
from varco.sandbox.pages import HTML
from varco.sandbox.walls import Wall

if TYPE_CHECKING:
    from varco.sandbox.shop import SandboxShop

_TRASH: Final = "trash"
_PER_PAGE: Final = 50
_REFRESH_S: Final = 4
_STYLE: Final = """
:root{--ink:#1d2327;--soft:#646970;--line:#dcdcde;--back:#f6f7f7;--brand:#6b3fa0;--good:#c6e1c6;--goodink:#2c4700}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
header{background:#1d2327;color:#fff;padding:.8rem 1.2rem;display:flex;gap:1rem;align-items:baseline;flex-wrap:wrap}
header a{color:#fff;text-decoration:none;font-weight:600}header small{color:#c3c4c7}
main{max-width:76rem;margin:1.2rem auto;padding:0 1rem}h1{font-size:1.4rem;margin:.2rem 0 1rem}h2{font-size:1rem}
a{color:var(--brand)}nav{margin:0 0 1rem;display:flex;gap:.3rem .9rem;flex-wrap:wrap}nav [aria-current]{font-weight:700;
color:var(--ink);text-decoration:none}.card{background:#fff;border:1px solid var(--line);border-radius:6px;padding:1rem;
margin-bottom:1rem}table{width:100%;border-collapse:collapse;background:#fff;border:1px solid var(--line)}
th,td{text-align:left;padding:.55rem .8rem;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);
font-weight:600}td.money{text-align:right;white-space:nowrap}.status{display:inline-block;padding:.05rem .6rem;
border-radius:4px;background:#e5e5e5;color:#454545;white-space:nowrap}.status.processing,.status.completed,.status.spedito
{background:var(--good);color:var(--goodink)}.status.on-hold{background:#f8dda7;color:#573b00}.status.failed,
.status.cancelled,.status.trash{background:#eba3a3;color:#570000}.number{font-family:ui-monospace,monospace}
.columns{display:grid;grid-template-columns:1fr 20rem;gap:1rem;align-items:start}
.note{background:#efefef;border-radius:4px;padding:.6rem .8rem;margin:0 0 .3rem;white-space:pre-line;
overflow-wrap:anywhere}
.note.customer{background:#d7cad2}
td.date{white-space:nowrap}td{overflow-wrap:anywhere}.card>:first-child{margin-top:0}.card>:last-child{margin-bottom:0}
.soft{color:var(--soft);font-size:.87rem}.wall{border-left:4px solid #d63638}.open{border-left:4px solid #00a32a}
button{font:inherit;padding:.4rem 1rem;border:0;border-radius:4px;background:var(--brand);color:#fff;cursor:pointer}
@media (max-width:46rem){.columns{grid-template-columns:1fr}table,tbody,tr,td{display:block}thead{display:none}
td.none{display:none}tr{border-bottom:2px solid var(--line)}td{border:0;padding:.2rem .8rem}td.money{text-align:left}}
"""


def page(shop: SandboxShop, request: Request) -> Response:
    """Orders, one order, or the switch of the walls; anything else leads to the orders."""
    shop.catch_up()
    path, office = inner_path(shop, request), shop.application.office
    if path == f"{office}/walls" and request.method == "POST":
        shop.walls.set(() if b"down" in request.body else shop.spec.walls)
        return _led_to(f"{_office(shop)}/")
    if path.startswith(f"{office}/orders/"):
        number = path.rpartition("/")[2]
        order = shop.state.order(int(number)) if number.isdigit() else None
        return _page(shop, 200, _order(shop, order)) if order else _page(shop, 404, "<p>There is no such order.</p>")
    if path in (office, f"{office}/"):
        return _page(shop, 200, _orders(shop, dict(parse_qsl(urlsplit(request.url).query))))
    return _led_to(f"{_office(shop)}/")


def _orders(shop: SandboxShop, query: dict[str, str]) -> str:
    state = shop.state
    status, place = query.get("status", ""), query.get("page", "1")
    statuses = frozenset((status,)) if status in (*state.statuses(), _TRASH) else frozenset(state.statuses())
    number = int(place) if place.isdigit() and place != "0" else 1
    found, count = state.book.page(
        Question(statuses=statuses, by=By.CREATED),
        descending=True,
        offset=(number - 1) * _PER_PAGE,
        limit=_PER_PAGE,
        now=state.clock.now(),
    )
    rows = "".join(_row(shop, order) for order in found)
    head = "<thead><tr><th>Order<th>Date<th>Status<th>Tracking<th>Ship to<th>Total</tr></thead>"
    return (
        f"{_walls(shop)}<h1>Orders</h1>{_tabs(shop, status)}"
        f"<table>{head}<tbody>{rows}</tbody></table>{_pager(number, count, status)}"
    )


def _row(shop: SandboxShop, order: Order) -> str:
    billing, shipping = order.billing, order.shipping
    who = escape(f"{billing.first_name} {billing.last_name}".strip() or "Guest")
    where = escape(", ".join(part for part in (shipping.city, shipping.country) if part) or "–")
    return (
        f'<tr><td><a href="{_office(shop)}/orders/{order.id}">#{order.id} {who}</a>'
        f"<td class=date>{_time(shop, order.created)}<td>{_status(shop, order)}{_numbers(shop, order)}<td>{where}"
        f"<td class=money>{_total(order)}</tr>"
    )


def _order(shop: SandboxShop, order: Order) -> str:
    lines = "".join(
        f"<tr><td>{escape(line.name)}<br><span class=soft>{escape(line.sku or 'no SKU')}</span><td>× {line.quantity}"
        f"<td class=money>{written(line.total)}</tr>"
        for line in order.lines
    )
    head = "<thead><tr><th>Item<th>Quantity<th>Cost</tr></thead>"
    note = f"<p><strong>Note by the customer:</strong> {escape(order.customer_note)}</p>" if order.customer_note else ""
    return (
        f'<p><a href="{_office(shop)}/">All orders</a></p>'
        f"<h1>Order #{order.id} {_status(shop, order)}</h1><div class=columns><div><div class=card>"
        f"<p class=soft>{_time(shop, order.created)} · {escape(order.payment_title)} · {_total(order)}</p>"
        f"<h2>Billing</h2>{_address(order.billing)}<h2>Shipping</h2>{_address(order.shipping)}{note}</div>"
        f"<table>{head}<tbody>{lines}</tbody></table></div>"
        f"<div><div class=card><h2>Tracking</h2>{_tracking(shop, order)}</div>"
        f"<div class=card><h2>Order notes</h2>{''.join(_note(shop, order))}</div></div></div>"
    )


def _address(address: Any) -> str:
    parts = (
        f"{address.first_name} {address.last_name}".strip(),
        address.company,
        address.address_1,
        address.address_2,
        f"{address.postcode} {address.city} {address.state}".strip(),
        address.country,
    )
    return f"<p>{'<br>'.join(escape(part) for part in parts if part) or '–'}</p>"


def _tracking(shop: SandboxShop, order: Order) -> str:
    items = shop.application.shown(order)
    if not items:
        return "<p class=soft>No tracking yet.</p>"
    return "".join(
        f"<p>{escape(carrier)}<br><span class=number>{escape(number)}</span>"
        + (f'<br><a href="{escape(link)}" rel="noreferrer">Follow the parcel</a></p>' if _is_web(link) else "</p>")
        for carrier, number, link in items
    )


def _is_web(link: str) -> bool:
    return link.startswith(("https://", "http://"))


def _note(shop: SandboxShop, order: Order) -> Iterable[str]:
    for note in reversed(order.notes):
        kind = "note customer" if note.to_customer else "note"
        to = " · to the customer" if note.to_customer else ""
        yield f'<p class="{kind}">{escape(note.text)}</p><p class=soft>{_time(shop, note.created)}{to}</p>'


def _tabs(shop: SandboxShop, chosen: str) -> str:
    counts = shop.backstage.counts()
    names = {"": "All", **shop.state.statuses(), _TRASH: "Trash"}
    links = []
    for slug, name in names.items():
        number = sum(count for status, count in counts.items() if status != _TRASH) if not slug else counts.get(slug, 0)
        if number or not slug:
            current = " aria-current=page" if slug == chosen else ""
            links.append(f'<a href="?status={slug}"{current}>{escape(name)} ({number})</a>')
    return f"<nav>{''.join(links)}</nav>"


def _pager(number: int, count: int, status: str) -> str:
    links = []
    if number > 1:
        links.append(f'<a href="?status={escape(status)}&amp;page={number - 1}">Newer orders</a>')
    if number * _PER_PAGE < count:
        links.append(f'<a href="?status={escape(status)}&amp;page={number + 1}">Older orders</a>')
    return f"<nav style='margin-top:1rem'>{''.join(links)}</nav>"


def _walls(shop: SandboxShop) -> str:
    """What stands before the shop, with a switch; nothing for a shop that has none."""
    if not shop.walls.walls and not shop.spec.walls:
        return ""
    action = f'<form method=post action="{_office(shop)}/walls">'
    if not shop.walls.walls:
        button = "<button name=walls value=up>Put the wall up again</button>"
        return f"<div class='card open'><p>The wall around this shop is down.</p>{action}{button}</form></div>"
    rows = "".join(f"<li>{escape(_wall(wall))}</li>" for wall in shop.walls.walls)
    button = "<button name=walls value=down>Take the wall down</button>"
    return f"<div class='card wall'><p>Before this shop stands a wall:</p><ul>{rows}</ul>{action}{button}</form></div>"


def _wall(wall: Wall) -> str:
    met = [f"whose method is {' or '.join(wall.methods)}"] if wall.methods else []
    met += [f"whose User-Agent is like “{wall.user_agent}”"] if wall.user_agent else []
    met += [f"that come from {' or '.join(wall.networks)}"] if wall.networks else []
    met += [f"whose path is like “{wall.path}”"] if wall.path else []
    return f"{wall.kind.value.replace('-', ' ')}: {'requests ' + ' and '.join(met) if met else 'every request'}"


def _numbers(shop: SandboxShop, order: Order) -> str:
    numbers = [f"<span class=number>{escape(number)}</span>" for _, number, _ in shop.application.shown(order)]
    return f"<td>{'<br>'.join(numbers)}" if numbers else "<td class=none>–"


def _status(shop: SandboxShop, order: Order) -> str:
    name = {**shop.state.statuses(), _TRASH: "Trash"}.get(order.status, order.status)
    return f'<span class="status {escape(order.status)}">{escape(name)}</span>'


def _total(order: Order) -> str:
    return f"{written(total(order))} {escape(order.currency)}"


def _time(shop: SandboxShop, moment: int) -> str:
    return datetime.fromtimestamp(moment, shop.state.zone).strftime("%Y-%m-%d %H:%M")


def inner_path(shop: SandboxShop, request: Request) -> str:
    """Below the shop's folder, doubled slashes taken for one (as nginx does)."""
    path = re.sub(r"/{2,}", "/", urlsplit(request.url).path) or "/"
    return path.removeprefix(urlsplit(shop.state.home).path) or "/"


def _office(shop: SandboxShop) -> str:
    return shop.spec.folder + shop.application.office


def _led_to(path: str) -> Response:
    return Response(status=303, headers=(("Content-Type", HTML), ("Location", path)))


def _page(shop: SandboxShop, status: int, content: str) -> Response:
    name = escape(shop.spec.name)
    body = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="refresh" content="{_REFRESH_S}"><style>{_STYLE}</style></head><body>'
        f'<header><a href="{_office(shop)}/">{name}</a>'
        f"<small>a pretend shop · {escape(shop.url)}</small></header>"
        f"<main>{content}</main></body></html>"
    )
    return Response(status=status, headers=(("Content-Type", HTML), ("Cache-Control", "no-store")), body=body.encode())
