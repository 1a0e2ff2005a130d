"""Pretend shops and the walls that block them, faithful to recordings of real ones. For tests, the demo and trying out.

In one process, without a socket (unit tests)::

    shop = SandboxShop(ShopSpec(orders=300, seed=7), clock=clock)
    send = send_to(shop)                       # a varco.shops.base.Send
    access = ShopAccess(base_url=shop.url, credentials=shop.credentials(), user_agent="Varco/0")
    shop.backstage.set_walls([Wall(kind=Kind.REFUSED, methods=("PUT",))])
    shop.backstage.order(42).notes             # what stands in the shop

`shop.backstage` (see `Backstage`) is how tests make orders come, change, vanish, and read what the shop holds.
A plan lets things happen while somebody reads page by page: `Step(after=3, do="trash", arguments={"ids": [41]})`.
"""

from varco.sandbox.backstage import Arrived, Backstage, Brief, Held, Seen, Step
from varco.sandbox.send import send_to
from varco.sandbox.shop import SandboxShop
from varco.sandbox.spec import Key, ShopSpec
from varco.sandbox.walls import Kind, Wall
from varco.sandbox.woocommerce.making import Oddity

__all__ = [
    "Arrived",
    "Backstage",
    "Brief",
    "Held",
    "Key",
    "Kind",
    "Oddity",
    "SandboxShop",
    "Seen",
    "ShopSpec",
    "Step",
    "Wall",
    "send_to",
]
