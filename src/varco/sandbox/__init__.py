"""Pretend shops and the walls that block them, faithful to recordings of real ones. For tests, the demo and trying out.

In one process, without a socket (unit tests)::

    shop = SandboxShop(ShopSpec(orders=300, seed=7), clock=clock)
    send = send_to(shop)                       # a varco.shops.base.Send
    access = ShopAccess(base_url=shop.url, credentials=shop.credentials(), user_agent="Varco/0")
    shop.backstage.set_walls([Wall(kind=Kind.REFUSED, methods=("PUT",))])
    shop.backstage.order(42).notes             # what stands in the shop

`shop.backstage` (see `Backstage`) is how tests make orders come, change, vanish, and read what the shop holds.
On real sockets, in a process of its own that ends with its parent (tests, demo, bench)::

    with sandbox_process([ShopSpec(name="Bottega", orders=300, arrivals_every_s=20)]) as running:
        running.shops[0].url                   # https://127.0.0.1:<port>; .consumer_key, .consumer_secret
        running.shops[0].page_url              # the shop's own page, by plain http, for a person
        running.ca_file                        # what a client must trust
        running.control.shop(0).add_orders(5)  # the same methods as shop.backstage

By hand: `python -m varco.sandbox --orders 300 --every 20`.

A plan lets things happen while somebody reads page by page: `Step(after=3, do="trash", arguments={"ids": [41]})`.
"""

from varco.sandbox.backstage import Arrived, Backstage, Brief, Held, Message, Seen, Step
from varco.sandbox.control import Control, RunningShop
from varco.sandbox.oddity import Oddity
from varco.sandbox.process import Running, sandbox_process
from varco.sandbox.send import send_to
from varco.sandbox.shop import SandboxShop
from varco.sandbox.spec import Key, ShopSpec
from varco.sandbox.walls import Kind, Wall

__all__ = [
    "Arrived",
    "Backstage",
    "Brief",
    "Control",
    "Held",
    "Key",
    "Kind",
    "Message",
    "Oddity",
    "Running",
    "RunningShop",
    "SandboxShop",
    "Seen",
    "ShopSpec",
    "Step",
    "Wall",
    "sandbox_process",
    "send_to",
]
