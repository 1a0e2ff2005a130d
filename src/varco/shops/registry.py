"""The connectors, found by listing the files beside this one: a module or folder with a `CONNECTOR`.

An installed package adds one by an entry point of the group `varco.shops` that names its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Final

from varco import shops
from varco.model.errors import BadInput, ShopFault
from varco.model.exchange import FailureKind, Phase
from varco.model.finding import UNKNOWN_CODE
from varco.shops.base import Recognition, Send, Shop, ShopAccess

ENTRY_POINTS: Final = "varco.shops"
_NOT_CONNECTORS = ("base", "fields", "registry")
_OTHER_SOFTWARE: Final = ("not-a-shop", "interface-not-found", "page-instead-of-data", UNKNOWN_CODE)


@cache
def connectors() -> Mapping[str, type[Shop]]:
    """All of them by platform. A plug-in of another package may bring a platform of its own, but take none over."""
    listed = [
        import_module(f"{shops.__name__}.{module.name}").CONNECTOR
        for module in iter_modules(shops.__path__)
        if module.name not in _NOT_CONNECTORS
    ]
    return _by_platform([*listed, *(entry.load() for entry in entry_points(group=ENTRY_POINTS))])


def _by_platform(found: Iterable[type[Shop]]) -> dict[str, type[Shop]]:
    known: dict[str, type[Shop]] = {}
    for shop in found:
        if shop.platform in known:
            raise BadInput(f"Two connectors call themselves {shop.platform}: uninstall the package with the second.")
        known[shop.platform] = shop
    return known


def connector(platform: str) -> type[Shop]:
    """`BadInput` names the platforms there are."""
    found = connectors().get(platform)
    if found is None:
        raise BadInput(f"There is no platform {platform}. Known: {', '.join(sorted(connectors()))}.")
    return found


async def recognise(url: str, user_agent: str, send: Send) -> Recognition:
    """Which platform answers there. Raises the `ShopFault` of the one that came nearest: not one that says that
    another software answers, if a wall or a switched-off interface was met too.
    """
    faults: list[ShopFault] = []
    for shop in connectors().values():
        access = ShopAccess(base_url=url, user_agent=user_agent.replace("{shop}", shop.name))
        try:
            return await shop(access, send).recognise()
        except ShopFault as fault:
            faults.append(fault)
            if _nobody_answers(fault):
                break
    if not faults:
        raise BadInput("There are no connectors.")
    raise next((fault for fault in faults if fault.finding.code not in _OTHER_SOFTWARE), faults[0])


def _nobody_answers(fault: ShopFault) -> bool:
    """Then asking for other software would only take as long again."""
    failure = fault.exchange.failure if fault.exchange is not None else None
    if failure is None:
        return False
    return failure.kind is FailureKind.TIMEOUT or failure.phase in (Phase.DNS, Phase.CONNECT, Phase.TLS)
