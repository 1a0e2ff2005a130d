"""What happens in a shop besides its interface: people order and edit, clocks go wrong, walls go up.

The same methods work in this process (`shop.backstage`) and through the control port (`Control.shop(0)`): they take and
give what JSON can carry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec

from varco.model.errors import BadInput
from varco.model.exchange import Request
from varco.sandbox.application import Told
from varco.sandbox.oddity import Oddity
from varco.sandbox.orders import Order
from varco.sandbox.walls import Wall

if TYPE_CHECKING:
    from varco.sandbox.shop import SandboxShop


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    status: str
    created_at: datetime
    modified_at: datetime


class Held(Brief, frozen=True, kw_only=True):
    """Everything that an order holds of shipping."""

    notes: tuple[str, ...]
    notes_to_customer: tuple[str, ...]
    meta: Mapping[str, Any]
    fulfilments: tuple[Mapping[str, Any], ...]
    """The meta data of each that is not deleted."""
    customer_note: str
    tracking_numbers: tuple[str, ...]
    """From the meta data of the tracking plug-ins, with repetitions."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """How often one tracking number stands in the shop, by where."""

    notes: int = 0
    meta: int = 0
    fulfilments: int = 0


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """One request as the shop saw it."""

    method: str
    path: str
    """With its query; keys and signatures are left out."""
    user_agent: str
    status: int
    at: datetime


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a webhook says."""

    url: str
    headers: Mapping[str, str]
    body: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happens while somebody reads the list of orders page by page."""

    after: int
    """Right after so many list requests were answered, counted from when the plan was made."""
    do: str
    """The name of a method of `Backstage`."""
    arguments: Mapping[str, Any] = {}


class Backstage:
    def __init__(self, shop: SandboxShop) -> None:
        self._shop = shop
        self._state = shop.state
        self._application = shop.application

    def add_orders(
        self,
        count: int,
        *,
        days: float = 30,
        at: datetime | None = None,
        status: str = "",
        oddities: Sequence[Oddity] | None = None,
        visible_in_s: int = 0,
        modified_at: datetime | None = None,
        seed: int | None = None,
    ) -> list[int]:
        """Their numbers, oldest first. Spread over so many days back, or all placed at one moment (`at`).

        `visible_in_s` keeps them out of every list for so long, as a slow transaction does. Without `oddities` a few
        come by chance, with an empty list none.
        """
        random = self._state.random if seed is None else Random(seed)
        now = self._state.clock.now()
        moments = [int(at.timestamp())] * count if at else _spread(random, count, now, days)
        make = self._application.new_order
        orders = [make(moment, status=status, oddities=oddities, random=random) for moment in moments]
        for order in orders:
            order.visible_from = now + visible_in_s if visible_in_s else 0
            order.modified = int(modified_at.timestamp()) if modified_at else order.modified
        self._state.book.add(orders)
        for order in orders:
            self._application.came(order)
        return [order.id for order in orders]

    def edit(self, ids: Sequence[int], fields: Mapping[str, Any]) -> None:
        """As somebody in the shop's office does; `fields` as the interface takes them."""
        for order in self._all(ids):
            self._application.edit(order, fields)

    def set_status(self, ids: Sequence[int], status: str) -> None:
        for order in self._all(ids):
            self._application.set_status(order, status)

    def set_modified(self, ids: Sequence[int], at: datetime) -> None:
        """Write the date itself: many in one second, in the future, or in the past."""
        for order in self._all(ids):
            self._state.book.changed(order, int(at.timestamp()))

    def trash(self, ids: Sequence[int]) -> None:
        for order in self._all(ids):
            self._application.trash(order)

    def restore(self, ids: Sequence[int]) -> None:
        for order in self._all(ids):
            self._application.restore(order)

    def delete(self, ids: Sequence[int]) -> None:
        """For good, as by emptying the trash."""
        for order in self._all(ids):
            self._application.delete(order)

    def add_note(self, order_id: int, text: str, *, to_customer: bool = False) -> None:
        for order in self._all([order_id]):
            self._application.add_note(order, text, to_customer=to_customer)

    def act(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """What only this platform's people can do: its `Application.act` says what there is. Raises `BadInput`."""
        return self._application.act(name, arguments)

    def deliveries(self, *, again: bool = False) -> list[Message]:
        """The webhooks' messages that are due and that no server has sent; with `again` all that ever went out."""
        ready = self._state.post.due()
        chosen = self._state.post.sent() if again else ready
        return [_message(delivery.request) for delivery in chosen]

    def orders(self) -> list[Brief]:
        """All of them, trashed and unfinished ones too, by number."""
        return sorted((_brief(order) for order in self._state.book), key=lambda brief: brief.id)

    def counts(self) -> dict[str, int]:
        """How many orders there are, by status."""
        found: dict[str, int] = {}
        for order in self._state.book:
            found[order.status] = found.get(order.status, 0) + 1
        return found

    def order(self, order_id: int) -> Held | None:
        order = self._state.order(order_id)
        return None if order is None else self._held(order)

    def tracking(self, numbers: Sequence[str]) -> dict[str, Seen]:
        """How often each of these stands in the whole shop."""
        held = [self._held(order) for order in self._state.book]
        return {number: _seen(held, number) for number in numbers}

    def set_walls(self, walls: Sequence[Wall]) -> None:
        """These and no others, from the next request on."""
        self._shop.walls.set(tuple(walls))

    def set_up(self, changed: Mapping[str, Any]) -> None:
        """Change settings of `ShopSpec` that may change while it runs: `hpos`, `fulfilments`, `woocommerce`, ..."""
        spec = msgspec.convert({**msgspec.to_builtins(self._state.spec), **changed}, type=type(self._state.spec))
        self._state.spec = spec

    def move_clock(self, seconds: int) -> None:
        """Put the shop's own clock so much ahead of where it is (negative: back)."""
        self._state.clock.offset_s += seconds

    def requests(self) -> list[Arrived]:
        """The last thousand, oldest first."""
        return list(self._shop.arrived)

    def request_count(self) -> int:
        """All since the start or since `forget_requests`."""
        return self._shop.request_count

    def forget_requests(self) -> None:
        self._shop.arrived.clear()
        self._shop.request_count = 0

    def plan(self, steps: Sequence[Step]) -> None:
        """Let these happen while the list of orders is read; takes the place of an earlier plan."""
        self._shop.plan(steps)

    def _held(self, order: Order) -> Held:
        return _held(order, self._application.told(order))

    def _all(self, ids: Sequence[int]) -> list[Order]:
        """Those that are still there."""
        return [order for order_id in ids if (order := self._state.order(order_id)) is not None]


def run(backstage: Backstage, name: str, arguments: Mapping[str, Any]) -> Any:
    """Call the method of that name with arguments as JSON carries them. Raises `BadInput`."""
    method = getattr(Backstage, name, None)
    if method is None or name.startswith("_"):
        raise BadInput(f"The pretend shop cannot do {name!r}.")
    hints = get_type_hints(method)
    try:
        given = {key: msgspec.convert(value, type=hints[key]) for key, value in arguments.items()}
        return method(backstage, **given)
    except (KeyError, TypeError, msgspec.ValidationError) as error:
        raise BadInput(f"The pretend shop cannot do {name!r} with these arguments: {error}") from None


def _spread(random: Random, count: int, now: int, days: float) -> list[int]:
    return sorted(now - random.randrange(1, max(2, int(days * 86_400))) for _ in range(count))


def _brief(order: Order) -> Brief:
    return Brief(id=order.id, status=order.status, created_at=_at(order.created), modified_at=_at(order.modified))


def _held(order: Order, told: Told) -> Held:
    return Held(
        id=order.id,
        status=order.status,
        created_at=_at(order.created),
        modified_at=_at(order.modified),
        notes=told.notes,
        notes_to_customer=told.notes_to_customer,
        meta=told.meta,
        fulfilments=told.fulfilments,
        customer_note=told.customer_note,
        tracking_numbers=told.tracking_numbers,
    )


def _seen(held: Sequence[Held], number: str) -> Seen:
    return Seen(
        notes=sum(number in note for order in held for note in order.notes),
        meta=sum(order.tracking_numbers.count(number) for order in held),
        fulfilments=sum(shown.get("_tracking_number") == number for order in held for shown in order.fulfilments),
    )


def _message(request: Request) -> Message:
    return Message(url=request.url, headers=dict(request.headers), body=request.body.decode())


def _at(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
