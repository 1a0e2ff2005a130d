"""The real shop that the environment names, and the hands that change it as its owner would."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import msgspec
import pytest

from tests.contract.stages import Readable
from varco.model.clock import SYSTEM_CLOCK, Clock
from varco.model.errors import BadInput
from varco.model.exchange import Exchange, Request
from varco.model.order import Order
from varco.model.probe import AnsweredBy
from varco.model.secret import Secret
from varco.model.shipment import Publication, Published
from varco.net.client import Client
from varco.net.guard import networks
from varco.shops.base import Send, Shop, ShopAccess
from varco.shops.magento.api import Api as MagentoApi
from varco.shops.magento.criteria import Filter
from varco.shops.prestashop.api import Api as PrestashopApi
from varco.shops.prestashop.api import xml
from varco.shops.registry import connector
from varco.shops.woocommerce.api import Api as WooApi

T = TypeVar("T")
USER_AGENT: Final = "Varco/test"
NEEDED: Final = ("VARCO_TEST_SHOP_URL", "VARCO_TEST_SHOP_PLATFORM", "VARCO_TEST_SHOP_KEYS")


class Hands(Protocol):
    """What the shop's own people do in it, by its interface."""

    waiting: str
    """The status of an order that is to be shipped."""
    held_back: str
    """A status into which it may be put, and taken back."""
    written: str
    """A status that may be written over the one in which it waits."""
    ends_as: str
    """What an order is in the end of which every step was told."""

    def __init__(self, access: ShopAccess, send: Send) -> None: ...

    async def set_status(self, remote_id: str, status: str) -> None: ...

    async def put_away(self, remote_id: str) -> str:
        """Take an order out of sight, and say in what status it is then."""
        ...

    async def times_told(self, remote_id: str, number: str) -> Mapping[str, int]:
        """How often the tracking number stands in each place that the shop's people and customers look at."""
        ...


class WooHands:
    waiting = "processing"
    held_back = "on-hold"
    written = ends_as = "completed"

    def __init__(self, access: ShopAccess, send: Send) -> None:
        self._api = WooApi(access, send)

    async def set_status(self, remote_id: str, status: str) -> None:
        await self._api.post(f"orders/{remote_id}", {"status": status})

    async def put_away(self, remote_id: str) -> str:
        self._api.checked(await self._api.call("DELETE", f"orders/{remote_id}", {}))
        return "trash"

    async def times_told(self, remote_id: str, number: str) -> Mapping[str, int]:
        path = f"orders/{remote_id}"
        order = (await self._api.get(path, {"_fields": "meta_data"})).read(dict[str, Any])
        meta = [row["value"] for row in order["meta_data"] if row["key"] == "_wc_shipment_tracking_items"]
        told = {"note": await self._rows(f"{path}/notes", number), "meta": _times(meta, number)}
        index = (await self._api.get("")).read(dict[str, Any])
        if any("/fulfillments" in route for route in index["routes"]):
            told["fulfilment"] = await self._rows(f"{path}/fulfillments", number)
        return told

    async def _rows(self, path: str, number: str) -> int:
        """Rows that name it: a link may hold it a second time."""
        rows = (await self._api.get(path)).read(list[dict[str, Any]])
        return sum(number in msgspec.json.encode(row).decode() for row in rows)


class MagentoHands:
    """The shop needs a status `sent` of the state Processing: Magento has no other that may be written over it."""

    waiting = "processing"
    held_back = "holded"
    written = "sent"
    ends_as = "complete"

    def __init__(self, access: ShopAccess, send: Send) -> None:
        self._api = MagentoApi(access, send)

    async def set_status(self, remote_id: str, status: str) -> None:
        """An order cannot be given a status, but be put on hold, and let go."""
        await self._api.post(f"orders/{remote_id}/{'hold' if status == self.held_back else 'unhold'}", {})

    async def put_away(self, remote_id: str) -> str:
        """There is no trash. An order that is paid back is closed."""
        await self._api.post(f"order/{remote_id}/refund", {"notify": False})
        return "closed"

    async def times_told(self, remote_id: str, number: str) -> Mapping[str, int]:
        comments = (await self._api.get(f"orders/{remote_id}/comments")).read(dict[str, Any])["items"]
        shipments = await self._api.list("shipments", [Filter("order_id", "eq", remote_id)], "tracks[track_number]")
        return {
            "comment": sum(number in (row["comment"] or "") for row in comments),
            "track": _times([msgspec.json.decode(row) for row in shipments.rows], number),
        }


class PrestashopHands:
    """Its statuses are numbers: Payment accepted, Awaiting bank wire payment, Shipped, Canceled."""

    waiting = "2"
    held_back = "10"
    written = ends_as = "4"

    def __init__(self, access: ShopAccess, send: Send) -> None:
        self._api = PrestashopApi(access, send)

    async def set_status(self, remote_id: str, status: str) -> None:
        row = xml("order_history", {"id_order": remote_id, "id_order_state": status})
        await self._api.write("POST", "order_histories", row)

    async def put_away(self, remote_id: str) -> str:
        """There is no trash."""
        await self.set_status(remote_id, "6")
        return "6"

    async def times_told(self, remote_id: str, number: str) -> Mapping[str, int]:
        params = {"filter[id_order]": remote_id, "display": "[id,tracking_number]"}
        rows = await self._api.rows("order_carriers", dict[str, Any], params)
        return {"carrier": sum(str(row["tracking_number"]).count(number) for row in rows)}


def _times(value: Any, number: str) -> int:
    """As a whole value, wherever it stands."""
    if isinstance(value, dict | list):
        return sum(_times(part, number) for part in (value.values() if isinstance(value, dict) else value))
    return int(value == number)


HANDS: Final[Mapping[str, type[Hands]]] = {
    "magento": MagentoHands,
    "prestashop": PrestashopHands,
    "woocommerce": WooHands,
}


@dataclass(frozen=True)
class _Shelf:
    again: Callable[[], Shop]
    clock: Clock = SYSTEM_CLOCK

    @property
    def shop(self) -> Shop:
        return self.again()


class RealShop(AbstractContextManager["RealShop"]):
    """Every question is asked by a new connector, so that nothing is remembered between them."""

    def __init__(self, platform: str, access: ShopAccess, client: Callable[[], Client]) -> None:
        self.kind, self.hands = connector(platform), HANDS[platform]
        self.access = access
        self._client = client

    def __enter__(self) -> RealShop:
        self._runner = asyncio.Runner()
        self._open = self._runner.run(self._opened())
        return self

    async def _opened(self) -> Client:
        return await self._client().__aenter__()

    def __exit__(self, *_: object) -> None:
        async def close() -> None:
            await self._open.__aexit__(None, None, None)
            await asyncio.sleep(0.2)  # encrypted connections take leave after they were closed

        self._runner.run(close())
        self._runner.close()

    def ask(self, work: Callable[[Shop], Awaitable[T]], access: ShopAccess | None = None) -> T:
        """What the connector says, with other keys if given."""
        return self._run(work(self.kind(access or self.access, self._send)))

    def read(self, work: Callable[[Readable], Awaitable[T]]) -> T:
        """For a `Reader`."""
        return self._run(work(_Shelf(lambda: self.kind(self.access, self._send))))

    def order(self, remote_id: str) -> Order | None:
        return self.ask(lambda shop: shop.order(remote_id))

    def publish(self, publication: Publication) -> Published:
        return self.ask(lambda shop: shop.publish(publication))

    def let(self, work: Callable[[Hands], Awaitable[T]]) -> T:
        """What the shop's own people do."""
        return self._run(work(self.hands(self.access, self._send)))

    def set_status(self, remote_id: str, status: str) -> None:
        self.let(lambda hands: hands.set_status(remote_id, status))

    def probe(self, method: str) -> AnsweredBy:
        async def asked(shop: Shop) -> AnsweredBy:
            (probe,) = (probe for probe in shop.probes() if probe.request.method == method)
            return probe.answered_by(await self._send(probe.request))

        return self.ask(asked)

    async def _send(self, request: Request) -> Exchange:
        return await self._open.send(request, key="live")

    def _run(self, work: Awaitable[T]) -> T:
        async def done() -> T:
            return await work

        return self._runner.run(done())


def named_shop() -> RealShop:
    """Without the variables the collection ends, and says what is missing."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        pytest.fail(f"tests/live needs a real shop: set {', '.join(missing)} (docs/develop/tests.md).", pytrace=False)
    url, platform, file = (os.environ[name] for name in NEEDED)
    if platform not in HANDS:
        pytest.fail(f"VARCO_TEST_SHOP_PLATFORM: {platform} is none of {', '.join(sorted(HANDS))}.", pytrace=False)
    try:
        keys = msgspec.json.decode(Path(file).read_bytes(), type=dict[str, str])
        ca = os.environ.get("VARCO_EXTRA_CA")
        access = ShopAccess(
            base_url=url.rstrip("/"),
            credentials={name: Secret(value) for name, value in keys.items()},
            user_agent=USER_AGENT,
        )
        allowed = networks([text for text in os.environ.get("VARCO_ALLOWED_NETWORKS", "").split(",") if text])
        return RealShop(platform, access, lambda: Client(allowed_networks=allowed, extra_ca=Path(ca) if ca else None))
    except (OSError, ValueError, BadInput) as error:
        pytest.fail(f"tests/live: {error}", pytrace=False)
