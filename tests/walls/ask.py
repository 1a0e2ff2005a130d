"""`python -m tests.walls.ask URL RCODE`: prints what comes of a call while the name server on port 53 answers RCODE.

A program of its own, because it runs in another network; RCODE `none` leaves the port closed.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from threading import Thread

from tests.walls.calls import door, outcome_of

_ANSWER = 0x8180
"""It is an answer, recursion was wanted and is there (RFC 1035, section 4.1.1)."""


def answer_all(listening: socket.socket, rcode: int) -> None:
    """Every question alike, with no address."""
    while True:
        question, sender = listening.recvfrom(512)
        end = question.index(b"\0", 12) + 5  # the name, its type and class
        flags = (_ANSWER | rcode).to_bytes(2, "big")
        listening.sendto(question[:2] + flags + b"\0\1" + b"\0" * 6 + question[12:end], sender)


async def main(url: str, rcode: str) -> None:
    if rcode != "none":
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening.bind(("127.0.0.1", 53))
        Thread(target=answer_all, args=(listening, int(rcode)), daemon=True).start()
    async with door() as client:
        sys.stdout.write(await outcome_of(client, url) + "\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
