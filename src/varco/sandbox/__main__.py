"""`python -m varco.sandbox`: pretend shops to try things on, until Ctrl-C or until the parent is gone."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from varco.sandbox.control import Ready
from varco.sandbox.server import Server
from varco.sandbox.spec import ShopSpec

_LOOK_EVERY_S: Final = 1.0


def main() -> None:
    options = _options()
    if options.from_parent:
        specs = msgspec.json.decode(sys.stdin.buffer.readline(), type=list[ShopSpec])
    else:
        specs = _specs(options)
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="varco-sandbox-")))
        asyncio.run(_serve(specs, folder, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m varco.sandbox", description="Pretend shops to try things on.")
    parser.add_argument("--folder", type=Path, help="where things are kept for the next run (default: nowhere)")
    parser.add_argument("--specs", type=Path, help="a JSON file with a list of shops (see varco.sandbox.ShopSpec)")
    parser.add_argument("--platform", default="woocommerce", help="the one shop's software (default: woocommerce)")
    parser.add_argument("--orders", type=int, default=300, help="how many orders the one shop has (default: 300)")
    parser.add_argument("--port", type=int, default=0, help="the one shop's port (default: a free one)")
    parser.add_argument("--every", type=float, default=0, help="a new order comes in every so many seconds")
    parser.add_argument("--plain", action="store_true", help="without TLS")
    parser.add_argument("--control-port", type=int, default=0, help="the control port (default: a free one)")
    parser.add_argument("--keep-orders", action="store_true", help="keep the orders in --folder for the next run")
    parser.add_argument("--from-parent", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _specs(options: argparse.Namespace) -> list[ShopSpec]:
    if options.specs:
        return msgspec.json.decode(options.specs.read_bytes(), type=list[ShopSpec])
    return [
        ShopSpec(
            platform=options.platform,
            orders=options.orders,
            port=options.port,
            tls=not options.plain,
            arrivals_every_s=options.every,
        )
    ]


async def _serve(specs: Sequence[ShopSpec], folder: Path, options: argparse.Namespace) -> None:
    server = Server(specs, folder, options.control_port, keep_orders=options.keep_orders)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.ended.set)
    async with server as ready:
        _tell(ready, for_parent=options.from_parent)
        if options.from_parent:
            loop.add_reader(sys.stdin.fileno(), _on_parent, server)
        parent = os.getppid()
        while not server.ended.is_set():
            await _a_while(server)
            server.save(changed_only=True)
            if options.from_parent and os.getppid() != parent:
                break


def _on_parent(server: Server) -> None:
    """Nothing more is sent: it can only be the end."""
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        server.ended.set()


async def _a_while(server: Server) -> None:
    try:
        await asyncio.wait_for(server.ended.wait(), _LOOK_EVERY_S)
    except TimeoutError:
        return


def _tell(ready: Ready, *, for_parent: bool) -> None:
    if for_parent:
        sys.stdout.buffer.write(msgspec.json.encode(ready) + b"\n")
    else:
        lines = [f"Certificate authority: {ready.ca_file}", f"Control: {ready.control_url} {ready.control_token}"]
        for shop in ready.shops:
            lines += ["", shop.name, f"  address         {shop.url}", f"  for a browser   {shop.page_url}"]
            lines += [f"  {name.replace('_', ' '):<15} {value}" for name, value in shop.credentials.items()]
        sys.stdout.buffer.write("\n".join([*lines, ""]).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
