"""Lists of addresses that a platform publishes: read when lines are made, and every day after."""

from __future__ import annotations

from varco.app.fixes import text_of_list
from varco.fixes.addresses import addresses_in
from varco.hub.store import kept_lines
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Door
from varco.model.errors import BadInput
from varco.model.exchange import Exchange, Request


async def read(door: Door, url: str) -> list[str]:
    """`BadInput` says what is wrong with the list, or with an address in it: nobody publishes private ones."""

    async def send(request: Request) -> Exchange:
        return await door.client.send(request, key="list")

    return list(addresses_in(await text_of_list(url, send)))


async def read_again(door: Door, source: str) -> None:
    """What cannot be read leaves the lines as they are, and the reason beside them."""
    try:
        found = await read(door, source)
    except BadInput as error:
        await db(kept_lines.not_read, source, str(error))
    else:
        await db(kept_lines.compare, source, found)
