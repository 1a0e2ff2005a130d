"""The shop software behind the walls: what differs from platform to platform.

`varco.sandbox.<platform>.application` holds one as `APPLICATION`; a shop takes the one that its spec names. Walls,
sockets, the control port, the office's pages and the book of orders are the same for all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module
from random import Random
from typing import Any, ClassVar

import msgspec

from varco.model.errors import BadInput
from varco.model.exchange import Request, Response
from varco.model.secret import Secret
from varco.sandbox.oddity import Oddity
from varco.sandbox.orders import Order
from varco.sandbox.post import Delivery
from varco.sandbox.spec import Key, ShopSpec
from varco.sandbox.state import State
from varco.sandbox.walls import Wall

Shown = tuple[str, str, str]
"""One parcel: carrier, number, link."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an order holds of shipping, by the places where a platform keeps it; `Held` says what each is."""

    notes: tuple[str, ...] = ()
    notes_to_customer: tuple[str, ...] = ()
    meta: Mapping[str, Any] = {}
    fulfilments: tuple[Mapping[str, Any], ...] = ()
    customer_note: str = ""
    tracking_numbers: tuple[str, ...] = ()


class Application(ABC):
    office: ClassVar[str]
    """Where a person sees the shop from inside: `/wp-admin`."""
    notice: ClassVar[bytes]
    """What PHP prints before an answer when something in the shop is amiss."""
    proof: ClassVar[str] = "authorization"
    """The header that says who calls, in lower case."""
    paid: ClassVar[str] = "processing"
    """The status of an order that just came in and is paid."""
    order_type: ClassVar[type[Order]] = Order

    def __init__(self, state: State) -> None:
        self.state = state

    @classmethod
    @abstractmethod
    def statuses_of(cls, spec: ShopSpec) -> dict[str, str]:
        """Those that an order can have: word and name."""

    @classmethod
    def keys_of(cls, spec: ShopSpec) -> tuple[Key, ...]:
        """Those of the spec, or one made out of its seed."""
        return spec.all_keys()

    @abstractmethod
    def credentials(self) -> dict[str, Secret]:
        """The first key, as a connector takes it."""

    # Its answers

    @abstractmethod
    def answer(self, request: Request) -> Response: ...

    @abstractmethod
    def own_page(self, wall: Wall, request: Request) -> Response:
        """What the software itself says when it is under maintenance, crashes or has no database."""

    @abstractmethod
    def crashed(self, request: Request) -> Response:
        """What it says when it breaks off after the work was done."""

    @abstractmethod
    def is_list(self, request: Request) -> bool:
        """Whether it reads a page of orders: `Backstage.plan` counts them."""

    @abstractmethod
    def order_meant(self, request: Request) -> int | None:
        """The order that a write is about, if it is about one that is there."""

    # What people do in it

    @abstractmethod
    def new_order(self, created: int, *, status: str, oddities: Sequence[Oddity] | None, random: Random) -> Order: ...

    @abstractmethod
    def edit(self, order: Order, fields: Mapping[str, Any]) -> None:
        """As somebody in the shop's office does. `customer_note` and `shipping.address_1` are known everywhere."""

    @abstractmethod
    def set_status(self, order: Order, status: str) -> None: ...

    @abstractmethod
    def trash(self, order: Order) -> None:
        """Put it away, where the platform has such a place; otherwise cancel it."""

    @abstractmethod
    def restore(self, order: Order) -> None: ...

    def delete(self, order: Order) -> None:
        """For good."""
        self.state.book.remove(order)

    @abstractmethod
    def add_note(self, order: Order, text: str, *, to_customer: bool) -> None: ...

    def act(self, name: str, _arguments: Mapping[str, Any]) -> Any:
        """What only people of this platform can do. Raises `BadInput` for what they cannot."""
        raise BadInput(f"Nobody in this pretend shop can {name!r}.")

    def came(self, order: Order) -> None:  # noqa: B027  most platforms tell nobody
        """An order was placed and stands in the book now."""

    def delivered(self, delivery: Delivery, *, taken: bool) -> None:  # noqa: B027  most platforms send nothing
        """A webhook's message was sent; whether it was answered with a good status."""

    # What stands in it

    @abstractmethod
    def told(self, order: Order) -> Told: ...

    @abstractmethod
    def shown(self, order: Order) -> list[Shown]:
        """Its parcels, as the office's page shows them."""


def application_of(platform: str) -> type[Application]:
    """Raises `BadInput` for a platform that has no pretend shop."""
    if not platform.isidentifier():
        raise BadInput(f"There is no pretend shop of the platform {platform!r}.")
    try:
        found: type[Application] = import_module(f"varco.sandbox.{platform}.application").APPLICATION
    except ModuleNotFoundError:
        raise BadInput(f"There is no pretend shop of the platform {platform!r}.") from None
    return found
