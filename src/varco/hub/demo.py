"""The demo: the hub on a data folder of its own, with two pretend shops in a process beside it.

The second shop is let go behind its wall once it is connected, as it happens in life: it worked until somebody
installed a firewall.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from varco.hub import postgres
from varco.hub.config import Config, default_data_dir
from varco.hub.postgres.locks import FileLock
from varco.model.errors import BadInput
from varco.sandbox import Kind, Running, RunningShop, ShopSpec, Wall, sandbox_process

if TYPE_CHECKING:
    from varco.hub.models import Organisation

EMAIL: Final = "demo@varco.example"
MARK: Final = "demo.json"
"""In a demo's data folder, and in no other."""
LOCK: Final = "demo.lock"
ORDERS: Final = 300
ARRIVE_EVERY_S: Final = 20.0
POLL_EVERY_S: Final = 60
_AUTOMATIC: Final = r"varco|sendcloud|python|curl|java|okhttp|go-http|wget"
_WALLS: Final = (
    Wall(kind=Kind.REFUSED, user_agent=_AUTOMATIC),
    Wall(kind=Kind.METHOD_NOT_ALLOWED, methods=("PUT", "PATCH", "DELETE")),
)
OPEN: Final = ShopSpec(name="Bottega Aperta", seed=11, orders=ORDERS, arrivals_every_s=ARRIVE_EVERY_S)
WALLED: Final = ShopSpec(name="Bottega Murata", seed=12, orders=40, walls=_WALLS)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What must be the same at the next start."""

    password: str
    ports: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Shown:
    """What whoever started the demo needs."""

    address: str
    email: str
    password: str
    shops: Sequence[RunningShop]
    folder: Path


def run(base: Config, *, port: int | None, fresh: bool, shown: Callable[[Shown], None]) -> None:
    """Until told to end. `BadInput` if the folder or the port cannot be had."""
    from varco.hub import serve

    folder = folder_of(base)
    with ExitStack() as stack:
        stack.enter_context(_alone(folder))
        kept = _kept(folder, base.db_account, fresh=fresh)
        running = stack.enter_context(_shops(folder, kept))
        _keep(folder, msgspec.structs.replace(kept, ports=tuple(map(_port, running.shops))))
        config = _config(base, folder, running, port)

        def prepare() -> None:
            _prepare(kept.password, running)

        def started(told: serve.Started) -> None:
            shown(Shown(told.address, EMAIL, kept.password, running.shops, folder))

        serve.serve(config, started, prepare=prepare)


def folder_of(config: Config) -> Path:
    """`VARCO_DATA_DIR` if it is set, else beside the default one: a demo never touches real data."""
    default = default_data_dir()
    return config.data_dir if config.data_dir != default else default.with_name(f"{default.name}-demo")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One demo per folder; `BadInput` if the folder is not a demo's."""
    try:
        names = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
        if names - {LOCK} and MARK not in names:
            raise BadInput(f"{folder} holds data that is not a demo's. Set VARCO_DATA_DIR to an empty folder.")
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK)
    except OSError as error:
        raise BadInput(f"The demo's folder {folder} cannot be used: {error.strerror}. Set VARCO_DATA_DIR.") from None
    try:
        if not lock.is_last():
            raise BadInput(f"A demo runs already with the data in {folder}. End it first, or set VARCO_DATA_DIR.")
        yield
    finally:
        lock.close()


def _kept(folder: Path, account: str, *, fresh: bool) -> Kept:
    mark = folder / MARK
    if fresh and mark.exists():
        _stop_database(folder, account)
        _empty(folder)
    if mark.exists():
        return msgspec.json.decode(mark.read_bytes(), type=Kept)
    kept = Kept(password=secrets.token_urlsafe(9))
    _keep(folder, kept)
    return kept


def _stop_database(folder: Path, account: str) -> None:
    """A demo that was killed left it running. What cannot be started needs no stopping."""
    with suppress(BadInput):
        postgres.start(folder, account=account).release()


def _empty(folder: Path) -> None:
    """All but the lock that we hold, and the mark last: cut short, it is still a demo's folder."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name == MARK):
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != LOCK:
            entry.unlink()


def _keep(folder: Path, kept: Kept) -> None:
    descriptor = os.open(folder / MARK, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(kept))


@contextmanager
def _shops(folder: Path, kept: Kept) -> Iterator[Running]:
    """At the ports of the last time where they are free: the hub knows the shops by their address."""
    ports = [port if _is_free(port) else 0 for port in kept.ports]
    specs = [msgspec.structs.replace(spec, port=port) for spec, port in zip((OPEN, WALLED), ports, strict=True)]
    with sandbox_process(specs, folder / "shops", keep_orders=True) as running:
        yield running


def _config(base: Config, folder: Path, running: Running, port: int | None) -> Config:
    """The demo's own database and keys, whatever else is set for a real hub on this machine."""
    host, usual = base.listen
    return dataclasses.replace(
        base,
        data_dir=folder,
        database_url=None,
        secret_keys=(),
        public_url="",
        listen=(host, port or (usual if _is_free(usual, host) else _free_port(host))),
        allowed_networks=(*base.allowed_networks, ip_network("127.0.0.0/8")),
        extra_ca=running.ca_file,
        poll_interval_s=POLL_EVERY_S,
        demo=True,
    )


def _prepare(password: str, running: Running) -> None:
    """The account and both shops, unless they are there from the last time."""
    from varco.hub.models import Organisation
    from varco.hub.store import accounts, integrations

    if not accounts.any_user():
        _set_up(password)
    organisation = Organisation.objects.get()
    known = {row.name: row for row in integrations.live(organisation)}
    for place, shop in enumerate(running.shops):
        row = known.get(shop.name)
        if row is None:
            _connect(organisation, running, place)
        elif row.base_url != shop.url:
            integrations.replace_access(row, base_url=shop.url)


def _set_up(password: str) -> None:
    from varco.hub.models import NumberRange
    from varco.hub.store import accounts
    from varco.model.address import Address

    sender = Address(
        name="Anna Rossi",
        company="Bottega Aperta",
        line1="Via Roma 1",
        postcode="20121",
        city="Milano",
        country="IT",
    )
    organisation = accounts.NewOrganisation(name="Bottega Aperta", time_zone="Europe/Rome", sender=sender)
    user = accounts.set_up(EMAIL, password, name="Anna Rossi", organisation=organisation)
    NumberRange.objects.create(
        organisation=user.memberships.get().organisation,
        name="Corriere Demo",
        carrier_name="Corriere Demo",
        link_template="https://corriere.example/segui/{number}",
        prefix="CD",
        digits=9,
    )


def _connect(organisation: Organisation, running: Running, place: int) -> None:
    """Through its own wizard's steps, with the wall open meanwhile."""
    from varco.hub.jobs.context import open_door
    from varco.hub.store import integrations
    from varco.hub.sync.connect import connect
    from varco.model.secret import Secret

    shop, backstage = running.shops[place], running.control.shop(place)
    new = integrations.NewIntegration(
        platform="woocommerce",
        name=shop.name,
        base_url=shop.url,
        credentials={"consumer_key": Secret(shop.consumer_key), "consumer_secret": Secret(shop.consumer_secret)},
    )
    row = integrations.create(organisation, new)

    async def try_keys() -> None:
        async with open_door() as door:
            await connect(door, row)

    walls = (OPEN, WALLED)[place].walls
    backstage.set_walls([])
    try:
        asyncio.run(try_keys())
    finally:
        backstage.set_walls(walls)
    row.refresh_from_db()
    integrations.start(row, integrations.choices_of(row))


def _port(shop: RunningShop) -> int:
    return int(shop.url.rpartition(":")[2])


def _is_free(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return False
    return True


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as found:
        return int(found.getsockname()[1])
