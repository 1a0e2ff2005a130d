"""The connectors, found by listing the files beside this one: a module or folder with a `CONNECTOR`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from varco import shops
from varco.model.errors import BadInput, ShopFault
from varco.shops.base import Recognition, Send, Shop, ShopAccess

_NOT_CONNECTORS = ("base", "registry")


@cache
def connectors() -> Mapping[str, type[Shop]]:
    """All of them by platform."""
    found: dict[str, type[Shop]] = {}
    for module in iter_modules(shops.__path__):
        if module.name not in _NOT_CONNECTORS:
            shop: type[Shop] = import_module(f"{shops.__name__}.{module.name}").CONNECTOR
            found[shop.platform] = shop
    return found


def connector(platform: str) -> type[Shop]:
    """`BadInput` names the platforms there are."""
    found = connectors().get(platform)
    if found is None:
        raise BadInput(f"There is no platform {platform}. Known: {', '.join(sorted(connectors()))}.")
    return found


async def recognise(url: str, user_agent: str, send: Send) -> Recognition:
    """Which platform answers there. Raises the `ShopFault` of the one that came nearest."""
    nearest: ShopFault | None = None
    for shop in connectors().values():
        access = ShopAccess(base_url=url, user_agent=user_agent.replace("{shop}", shop.name))
        try:
            return await shop(access, send).recognise()
        except ShopFault as fault:
            nearest = nearest or fault
    if nearest is None:
        raise BadInput("There are no connectors.")
    raise nearest
