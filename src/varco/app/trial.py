"""For the test only: the tester's own address let in by the lines for a while, and how that is taken back.

A platform's addresses are not ours, so the right lines keep us outside. Made by the target itself with one address
more, so that what is tested is what will be in force.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from difflib import SequenceMatcher
from functools import partial
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import msgspec

from varco.app.fixes import fix_for, in_words
from varco.app.language import Translate
from varco.fixes.addresses import addresses_in
from varco.model.errors import BadInput
from varco.model.exchange import Exchange, Request
from varco.model.fix import Fix, FixRequest, Step
from varco.net.client import Client
from varco.net.guard import is_allowed

AUTO: Final = "auto"
_ECHO: Final = "https://checkip.amazonaws.com/"
"""Says from which address it is called, and nothing else."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One step, with one address more."""

    number: int
    text: str
    """Lines to add; or, where `whole`, what stands instead of the step's lines during the test."""
    whole: bool
    below: str = ""
    """The line of the step under which they are added."""
    is_undo: bool


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    addresses: tuple[str, ...]
    begin: tuple[Change, ...]
    end: tuple[Change, ...]
    """Commands that take it back; empty where the lines are put back as they were."""


def trial_for(fix: Fix, request: FixRequest, tester: str) -> Trial:
    """`BadInput` where the tester is in the list already, or the target knows no addresses."""
    addresses = addresses_in(tester, private=True)
    new = [address for address in addresses if address not in request.addresses]
    if not new:
        raise BadInput(f"{', '.join(addresses)} is one of the platform's addresses already: no test needs it let in.")
    wider = msgspec.structs.replace(request, addresses=addresses_in(" ".join((*request.addresses, *new)), private=True))
    pairs = enumerate(zip(fix.steps, fix_for(fix.target, wider).steps, strict=True), start=1)
    changes = [_change(number, before, after) for number, (before, after) in pairs if before.text != after.text]
    if not changes:
        raise BadInput(f"{fix.title} has no lines with addresses: nobody can be let in for a test.")
    begin = tuple(change for change in changes if not change.is_undo)
    return Trial(addresses=tuple(new), begin=begin, end=tuple(change for change in changes if change.is_undo))


def _change(number: int, before: Step, after: Step) -> Change:
    old, new = before.text.splitlines(), after.text.splitlines()
    edits = [code for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if code[0] != "equal"]
    kind, begin, _, start, end = edits[0]
    whole = len(edits) > 1 or kind != "insert" or begin == 0
    return Change(
        number=number,
        text=after.text if whole else "\n".join(new[start:end]),
        whole=whole,
        below="" if whole else old[begin - 1].strip(),
        is_undo=before.name == "undo",
    )


def text_of(trial: Trial, fix: Fix, _: Translate) -> str:
    told = in_words(fix, _)
    parts = [
        _("For the test only: this lets {address} in as well, as if it were the platform.").format(
            address=", ".join(trial.addresses)
        )
    ]
    parts += [_shown(change, told, _) for change in trial.begin]
    parts.append(_("When the test is done, take it out again:"))
    parts += list(_back(trial, told, _))
    return "\n\n".join(parts)


def _shown(change: Change, fix: Fix, _: Translate) -> str:
    how = _("Instead of the lines of step {number}") if change.whole else _("In step {number}, below “{line}”")
    told = how.format(number=change.number, line=change.below)
    return f"{told} ({fix.steps[change.number - 1].place}):\n\n{change.text}"


def _back(trial: Trial, fix: Fix, _: Translate) -> Iterator[str]:
    for change in trial.end:
        yield change.text
    for change in trial.begin if not trial.end else ():
        if change.whole:
            how = _("Put the lines of step {number} back:").format(number=change.number)
            yield f"{how}\n\n{fix.steps[change.number - 1].text}"
        else:
            yield _("Remove what came into step {number}: {lines}").format(
                number=change.number, lines=" ".join(change.text.split())
            )
    commands = (*fix.check[:1], *fix.reload[:1])
    if commands:
        yield _("Then: {commands}").format(commands=" && ".join(commands))


async def address_of_tester(given: str, url: str = "", *, echo: str = _ECHO) -> str:
    """`auto` finds out from where we call: by IPv4, and by IPv6 where the shop has it. `BadInput` if it cannot."""
    if given != AUTO:
        return " ".join(addresses_in(given, private=True))
    local = await asyncio.to_thread(_local_addresses, url) if url else []
    found = [address for address in local if is_allowed(ip_address(address))]
    if local and not found and not await asyncio.to_thread(_is_public, url):
        found = local
    elif not any(":" not in address for address in found):
        async with Client() as client:
            found.append(await _echoed(echo, partial(client.send, key="address")))
    return " ".join(addresses_in(" ".join(found), private=True))


def _local_addresses(url: str) -> list[str]:
    """Those that this machine would take towards the shop; nothing is sent."""
    found = []
    for family, address in _leads_to(url):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(address)
            except OSError:
                continue
            found.append(str(probe.getsockname()[0]))
    return list(dict.fromkeys(found))


def _is_public(url: str) -> bool:
    return any(is_allowed(ip_address(address[0])) for _, address in _leads_to(url))


def _leads_to(url: str) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    try:
        infos = socket.getaddrinfo(urlsplit(url).hostname or "", 443, type=socket.SOCK_DGRAM)
    except OSError:
        return []
    return [(info[0], (str(info[4][0]), 443)) for info in infos]


async def _echoed(echo: str, send: Callable[[Request], Awaitable[Exchange]]) -> str:
    exchange = await send(Request(method="GET", url=echo))
    text = exchange.response.body[:100].decode("ascii", "replace").strip() if exchange.response else ""
    try:
        return addresses_in(text)[0]
    except BadInput:
        raise BadInput(
            "From which address this machine calls could not be found out: give it, as in --test-from 203.0.113.9."
        ) from None
