"""The pretend shop of the benches: a process of its own that answers from spelled orders, at hardly any cost.

It knows what the hub and the programs that it is compared with ask for, and refuses the rest, so that no figure rests
on an answer that a real shop would not give.

    python -m bench.shop --folder .cache/bench --orders 10000 [--certificate PEM --addresses 100 --ports 20]

Its first line is JSON: the addresses that it listens on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import mmap
import socket
import ssl
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from bench.workload import PRODUCT_IDS, Workload, name_of, php_json, variation_of, workload
from varco.shops.woocommerce.payload import ORDER_FIELDS, PRODUCT_FIELDS

PREFIX: Final = "/wp-json/wc/v3/"
_SIGNING: Final = ("oauth_", "consumer_")
_LISTED_BY: Final = ("id", "date", "modified")
"""All three give the same order here: what was made first was also changed first."""


class NotLikeThis(Exception):
    """The question is none that this shop was made for."""


@dataclass(frozen=True)
class Answer:
    body: bytes
    total: int | None = None
    status: str = "200 OK"


@dataclass
class Orders:
    """The list of orders, in one spelling."""

    source: Workload
    _rows: dict[str, Sequence[int]] = field(default_factory=dict)

    @cached_property
    def text(self) -> mmap.mmap:
        with self.source.text.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __post_init__(self) -> None:
        self.index = self.source.read_index()

    def answer(self, question: Mapping[str, str]) -> Answer:
        rows = self._after(self._with_status(question.get("status", "any")), question)
        start, count = _page(question)
        return Answer(self._spelled(rows[start : start + count]), len(rows))

    def _with_status(self, wanted: str) -> Sequence[int]:
        if wanted not in self._rows:
            names, statuses = frozenset(wanted.split(",")), self.index.statuses
            whole = wanted == "any" or names >= frozenset(statuses)
            self._rows[wanted] = (
                range(len(statuses)) if whole else [row for row, status in enumerate(statuses) if status in names]
            )
        return self._rows[wanted]

    def _after(self, rows: Sequence[int], question: Mapping[str, str]) -> Sequence[int]:
        """Strictly after a moment, as WooCommerce has it."""
        for name, times in (("after", self.index.created), ("modified_after", self.index.modified)):
            if name in question:
                rows = rows[bisect_right(rows, _utc(question[name]), key=times.__getitem__) :]
        return rows

    def _spelled(self, rows: Sequence[int]) -> bytes:
        offsets, text = self.index.offsets, self.text
        if not rows:
            return b"[]"
        if rows[-1] - rows[0] == len(rows) - 1:
            return b"[" + text[offsets[rows[0]] : offsets[rows[-1] + 1] - 1] + b"]"
        return b"[" + b",".join(text[offsets[row] : offsets[row + 1] - 1] for row in rows) + b"]"


def _page(question: Mapping[str, str]) -> tuple[int, int]:
    count = int(question.get("per_page", "10"))
    page = int(question.get("page", "1"))
    return int(question.get("offset", count * (page - 1))), count


def _utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@dataclass
class Shop:
    """`narrow` answers the connector's `_fields`, `whole` a question without them; either may be missing."""

    narrow: Orders
    whole: Orders | None

    def answer(self, path: str, question: Mapping[str, str]) -> Answer:
        if not path.startswith(PREFIX):
            raise NotLikeThis(path)
        match path.removeprefix(PREFIX).split("/"):
            case ["orders"]:
                return self._orders(question)
            case ["products"]:
                return _products(question, 0)
            case ["products", parent, "variations"]:
                return _products(question, int(parent))
            case _:
                raise NotLikeThis(path)

    def _orders(self, question: Mapping[str, str]) -> Answer:
        known = "status after modified_after dates_are_gmt per_page page offset orderby order _fields".split()
        _refuse(question, known)
        if question.get("orderby", "date") not in _LISTED_BY or question.get("order", "desc") != "asc":
            raise NotLikeThis("orders are listed from the first to the last only")
        if question.get("_fields") == ORDER_FIELDS:
            return self.narrow.answer(question)
        if "_fields" in question or self.whole is None:
            raise NotLikeThis("these _fields")
        return self.whole.answer(question)


def _products(question: Mapping[str, str], parent: int) -> Answer:
    _refuse(question, ["include", "per_page", "_fields"])
    if question.get("_fields") != PRODUCT_FIELDS:
        raise NotLikeThis("these _fields of products")
    wanted = sorted(int(text) for text in question["include"].split(","))
    there = [variation_of(parent)] if parent else PRODUCT_IDS
    return Answer(php_json([_product(product_id, parent) for product_id in wanted if product_id in there]))


def _product(product_id: int, parent: int) -> dict[str, Any]:
    return {
        "id": product_id,
        "parent_id": parent,
        "name": name_of(product_id),
        "sku": f"SKU-{product_id:05d}",
        "global_unique_id": "",
        "weight": f"{0.1 + product_id % 40 / 20:.2f}",
        "meta_data": [],
    }


def _refuse(question: Mapping[str, str], known: Sequence[str]) -> None:
    strange = [name for name in question if name not in known and not name.startswith(_SIGNING)]
    if strange:
        raise NotLikeThis(", ".join(strange))


class Server(asyncio.Protocol):
    """HTTP/1.1, GET only, kept connections; one question after the other."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._read = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while self._transport is not None and (end := self._read.find(b"\r\n\r\n")) >= 0:
            head, self._read = self._read[:end], self._read[end + 4 :]
            self._transport.write(_spelled(self._answer(head.split(b"\r\n", 1)[0].decode("latin-1"))))

    def _answer(self, line: str) -> Answer:
        method, target, _ = line.split(" ")
        parts = urlsplit(target)
        try:
            if method != "GET":
                raise NotLikeThis(method)
            return self._shop.answer(parts.path, dict(parse_qsl(parts.query)))
        except (NotLikeThis, ValueError, KeyError) as error:
            words = {"code": "bench_not_like_this", "message": f"{line}: {error}", "data": {"status": 400}}
            return Answer(json.dumps(words).encode(), status="400 Bad Request")


def _spelled(answer: Answer) -> bytes:
    total = "" if answer.total is None else f"X-WP-Total: {answer.total}\r\n"
    head = (
        f"HTTP/1.1 {answer.status}\r\nServer: nginx/1.22.1\r\nDate: {_date(int(time.time()))}\r\n"
        f"Content-Type: application/json; charset=UTF-8\r\nContent-Length: {len(answer.body)}\r\n"
        "X-Robots-Tag: noindex\r\nX-Content-Type-Options: nosniff\r\n"
        "Access-Control-Expose-Headers: X-WP-Total, X-WP-TotalPages, Link\r\n"
        "Access-Control-Allow-Headers: Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type\r\n"
        f"{total}Allow: GET, POST\r\nExpires: Wed, 11 Jan 1984 05:00:00 GMT\r\n"
        "Cache-Control: no-cache, must-revalidate, max-age=0, no-store, private\r\n\r\n"
    )
    return head.encode("latin-1") + answer.body


def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def addresses(count: int) -> list[str]:
    """Loopback addresses, one for each pretend machine. Linux answers on all of 127.0.0.0/8."""
    return [f"127.10.{number // 250}.{number % 250 + 1}" for number in range(count)]


async def _listen(make: Callable[[], Server], hosts: Sequence[str], context: ssl.SSLContext | None) -> int:
    """On one free port of all these addresses."""
    loop = asyncio.get_running_loop()
    first = await loop.create_server(make, hosts[0], 0, ssl=context)
    port: int = first.sockets[0].getsockname()[1]
    if hosts[1:]:
        await loop.create_server(make, hosts[1:], port, ssl=context, family=socket.AF_INET)
    return port


async def serve(shop: Shop, certificate: Path | None, hosts: Sequence[str], ports: int) -> None:
    def make() -> Server:
        return Server(shop)

    plain = f"http://127.0.0.1:{await _listen(make, ['127.0.0.1'], None)}"
    many: list[str] = []
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        numbers = [await _listen(make, hosts, context) for _ in range(ports)]
        many = [f"https://{host}:{port}" for port in numbers for host in hosts]
    print(json.dumps({"plain": plain, "many": many}), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--narrow-only", action="store_true")
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--addresses", type=int, default=0)
    parser.add_argument("--ports", type=int, default=0)
    given = parser.parse_args()
    whole = None if given.narrow_only else Orders(workload(given.folder, given.orders))
    shop = Shop(Orders(workload(given.folder, given.orders, ORDER_FIELDS)), whole)
    asyncio.run(serve(shop, given.certificate, addresses(given.addresses), given.ports))


if __name__ == "__main__":
    main()
