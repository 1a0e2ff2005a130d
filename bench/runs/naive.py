"""What a shop owner's developer writes: the `woocommerce` client page by page, SQLite, an INSERT per row.

python -m bench.runs.naive http://127.0.0.1:1234 orders.sqlite
"""

from __future__ import annotations

import json
import sqlite3
import sys
from typing import Any

from woocommerce import API

from bench.runs.report import report

TABLES = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, number TEXT, status TEXT, total TEXT, currency TEXT, created TEXT,
                     modified TEXT, email TEXT, billing TEXT, shipping TEXT);
CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER, sku TEXT, name TEXT, quantity INTEGER, total TEXT);
"""


def store(database: sqlite3.Connection, order: dict[str, Any]) -> None:
    database.execute(
        "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            order["id"],
            order["number"],
            order["status"],
            order["total"],
            order["currency"],
            order["date_created_gmt"],
            order["date_modified_gmt"],
            order["billing"]["email"],
            json.dumps(order["billing"]),
            json.dumps(order["shipping"]),
        ),
    )
    for line in order["line_items"]:
        database.execute(
            "INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?, ?, ?)",
            (line["id"], order["id"], line["sku"], line["name"], line["quantity"], line["total"]),
        )


def main() -> None:
    url, path = sys.argv[1:]
    shop = API(url=url, consumer_key="ck_bench", consumer_secret="cs_bench", version="wc/v3", timeout=60)
    database = sqlite3.connect(path)
    database.executescript(TABLES)
    page = 1
    while True:
        params = {"per_page": 100, "page": page, "orderby": "date", "order": "asc"}
        orders = shop.get("orders", params=params).json()
        if not orders:
            break
        for order in orders:
            store(database, order)
        database.commit()
        page += 1
    (count,) = database.execute("SELECT count(*) FROM orders").fetchone()
    report(orders=count)


if __name__ == "__main__":
    main()
