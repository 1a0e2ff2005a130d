"""What the machine allows: the shop's answers from a file, decoded, hashed, and copied into bare tables.

No network, no lookup of what is there already, no second index, one transaction. What the hub costs beyond this is the
price of its promises.

python -m bench.runs.copy_limit orders.json orders.index 'dbname=…'
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from bench.runs.report import report
from bench.workload import Workload

PER_PAGE: Final = 100
TABLES: Final = """
DROP SCHEMA IF EXISTS bare CASCADE;
CREATE SCHEMA bare;
CREATE TABLE bare.orders (
    id bigint PRIMARY KEY, number text, status text, placed_at timestamp, modified_at timestamp, paid_at timestamp,
    currency text, total numeric, shipping_total numeric, tax_total numeric, shipping_method text, payment_method text,
    content_hash bytea);
CREATE TABLE bare.contacts (order_id bigint PRIMARY KEY, billing jsonb, shipping jsonb, customer_note text);
CREATE TABLE bare.lines (
    order_id bigint, id bigint, position int, product_id text, sku text, name text, quantity numeric, total numeric,
    PRIMARY KEY (order_id, id));
"""


class Contact(msgspec.Struct):
    first_name: str
    last_name: str
    company: str
    address_1: str
    address_2: str
    city: str
    state: str
    postcode: str
    country: str
    phone: str
    email: str = ""


class Line(msgspec.Struct):
    id: int
    product_id: int
    variation_id: int
    sku: str
    name: str
    quantity: int
    total: str


class ShippingLine(msgspec.Struct):
    method_title: str


class Order(msgspec.Struct):
    id: int
    number: str
    status: str
    date_created_gmt: str
    date_modified_gmt: str
    date_paid_gmt: str | None
    currency: str
    total: str
    shipping_total: str
    total_tax: str
    payment_method_title: str
    customer_note: str
    billing: Contact
    shipping: Contact
    line_items: list[Line]
    shipping_lines: list[ShippingLine]


encode = msgspec.json.Encoder().encode


def pages(source: Workload) -> Iterator[bytes]:
    offsets = source.read_index().offsets
    with source.text.open("rb") as file:
        for start in range(0, len(offsets) - 1, PER_PAGE):
            end = min(start + PER_PAGE, len(offsets) - 1)
            yield b"[" + file.read(offsets[end] - offsets[start])[:-1] + b"]"


def order_row(order: Order) -> tuple[Any, ...]:
    row = (
        order.id,
        order.number,
        order.status,
        order.date_created_gmt,
        order.date_modified_gmt,
        order.date_paid_gmt,
        order.currency,
        order.total,
        order.shipping_total,
        order.total_tax,
        ", ".join(line.method_title for line in order.shipping_lines),
        order.payment_method_title,
    )
    content = encode((row, order.billing, order.shipping, order.customer_note, order.line_items))
    return (*row, blake2b(content, digest_size=16).digest())


def contact_row(order: Order) -> tuple[Any, ...]:
    return order.id, encode(order.billing).decode(), encode(order.shipping).decode(), order.customer_note


def line_rows(order: Order) -> Iterator[tuple[Any, ...]]:
    for position, line in enumerate(order.line_items):
        product = f"{line.product_id}/{line.variation_id}" if line.variation_id else str(line.product_id)
        yield order.id, line.id, position, product, line.sku, line.name, line.quantity, line.total


def copy(cursor: psycopg.Cursor[Any], table: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY bare.{table} FROM STDIN") as target:
        for row in rows:
            target.write_row(row)


def main() -> None:
    text, index, database = sys.argv[1:]
    decode = msgspec.json.Decoder(list[Order]).decode
    count = 0
    with psycopg.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(TABLES)
        for page in pages(Workload(Path(text), Path(index))):
            orders = decode(page)
            copy(cursor, "orders", (order_row(order) for order in orders))
            copy(cursor, "contacts", (contact_row(order) for order in orders))
            copy(cursor, "lines", (row for order in orders for row in line_rows(order)))
            count += len(orders)
    report(orders=count)


if __name__ == "__main__":
    main()
