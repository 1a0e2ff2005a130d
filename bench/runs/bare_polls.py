"""The least that asking shops "anything new?" can cost with this HTTP library: a new TLS connection each, no guard,
nothing kept, nothing written.

python -m bench.runs.bare_polls urls.json ca.pem
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import aiohttp

from bench.runs.report import report
from varco.shops.woocommerce.payload import ORDER_FIELDS

AT_ONCE: Final = 200
QUESTION: Final = (
    "/wp-json/wc/v3/orders?status=any&modified_after=2026-11-23T19:00:00&dates_are_gmt=true&orderby=id&order=asc"
    f"&per_page=100&offset=0&_fields={ORDER_FIELDS}"
)
HEADERS: Final = {
    "Accept": "application/json",
    "User-Agent": "bench",
    "Authorization": "Basic Y2tfYmVuY2g6Y3NfYmVuY2g=",
}


async def ask(session: aiohttp.ClientSession, urls: Iterator[str]) -> int:
    count = 0
    for url in urls:
        async with session.get(url + QUESTION) as answer:
            if await answer.read() != b"[]":
                raise RuntimeError(f"{url} has news")
        count += 1
    return count


async def main(urls: Iterator[str]) -> None:
    connector = aiohttp.TCPConnector(limit=0, force_close=True, ssl=ssl.create_default_context(cafile=sys.argv[2]))
    async with aiohttp.ClientSession(connector=connector, headers=HEADERS) as session:
        counts = await asyncio.gather(*(ask(session, urls) for _ in range(AT_ONCE)))
    report(polls=sum(counts))


asyncio.run(main(iter(json.loads(Path(sys.argv[1]).read_text(encoding="ascii")))))
