"""From a finding, an identity and a list of addresses to the lines to paste. Needs neither Django nor a database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from varco.app.check import identity_named
from varco.app.language import Translate
from varco.fixes.addresses import addresses_in
from varco.fixes.base import REPAIR, SAVE, can, fix_from
from varco.fixes.causes import cause_of
from varco.fixes.paths import paths_of
from varco.fixes.registry import all_targets, target
from varco.model.errors import BadInput
from varco.model.exchange import Exchange, Request
from varco.model.fix import AppliedBy, Fix, FixRequest
from varco.model.identity import Identity
from varco.net.client import Client

PUBLISHED: Final = {
    "sendcloud": "https://support.sendcloud.com/hc/en-us/articles/35936346704017",
}
"""Where a platform says from which addresses it calls. They are given by whoever asks: never hard-coded."""
_LARGEST: Final = 1_000_000
"""Bytes of a list."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for, as he gives it."""

    identity: str
    platform: str
    addresses: str = ""
    """The list itself."""
    folder: str = ""
    finding: str = ""
    proxies: str = ""
    private: bool = False
    """Whether addresses of a network of one's own may be in the lists."""


async def read_list(source: str) -> str:
    """The text of a list that is given as itself, as a file or as a URL. `BadInput` if it cannot be read."""
    return await _fetched(source) if source.startswith(("http://", "https://")) else _of_file(source)


def _of_file(source: str) -> str:
    """What is no file is the list itself."""
    path = Path(source)
    if not _is_file(path):
        if "/" in source and not any(letter.isdigit() for letter in source):
            raise BadInput(f"There is no file {source}.")
        return source
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{source} cannot be read as a list of addresses: {error}.") from None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a long list is no name of a file
        return False


async def _fetched(url: str) -> str:
    async with Client() as client:
        return await text_of_list(url, partial(client.send, key="list"))


async def text_of_list(url: str, send: Callable[[Request], Awaitable[Exchange]]) -> str:
    """`BadInput` says why it cannot be read."""
    exchange = await send(Request(method="GET", url=url, headers=(("Accept", "text/plain, */*"),)))
    response = exchange.response
    if response is None:
        reason = exchange.failure.kind.value if exchange.failure else "no answer"
        raise BadInput(f"The list at {url} cannot be read: {reason}.")
    text = response.body[:_LARGEST].decode("utf-8", "replace")
    leads_to = response.header("Location") if 300 <= response.status < 400 else ""
    if leads_to:
        raise BadInput(f"The list at {url} is elsewhere now: {leads_to}. Give that address.")
    if response.status != 200:
        raise BadInput(f"The list at {url} cannot be read: the answer is {response.status}.")
    if text.lstrip().startswith("<"):
        raise BadInput(f"{url} is a web page and no list. Copy the addresses from it into a file, one on a line.")
    return text


def request_from(wanted: Wanted, identity: Identity | None = None) -> FixRequest:
    """`BadInput` says what cannot be. Without addresses it is good only for what needs none."""
    identity = identity or identity_named(wanted.identity)
    paths = paths_of(wanted.platform, wanted.folder)
    own = tuple(path for path in paths.prefixes if identity.name == "sendcloud" or "sendcloud" not in path)
    return FixRequest(
        identity=identity.name,
        addresses=addresses_in(wanted.addresses, private=wanted.private) if wanted.addresses else (),
        product=_product(identity),
        user_agents=identity.user_agents,
        methods=identity.methods,
        platform=wanted.platform,
        prefixes=own,
        exact=paths.exact,
        proxies=addresses_in(wanted.proxies, private=True) if wanted.proxies else (),
        cause=cause_of(wanted.finding),
    )


def _product(identity: Identity) -> str:
    """The word before the slash, which is the same in all its names but for capitals."""
    (product,) = {agent.partition("/")[0].lower() for agent in identity.user_agents}
    return product


def fix_for(name: str, request: FixRequest) -> Fix:
    """The lines for one target."""
    wanted = target(name)
    if wanted.needs_addresses and not request.addresses:
        raise BadInput(no_addresses(request.identity))
    return fix_from(wanted, request)


def no_addresses(identity: str) -> str:
    """A rule without addresses would let everybody in who uses the name."""
    where = PUBLISHED.get(identity)
    place = f"It publishes the list: {where}" if where else "Whoever runs the hub knows from which addresses it calls"
    return (
        f"Nothing is printed without the addresses of {identity}: such a rule would let in everybody who uses its "
        f"name. {place}. Give it with --ips, as a file, a URL or the addresses themselves."
    )


def targets_for(request: FixRequest) -> Sequence[str]:
    """The names of those that can do it: what the merchant can apply comes first, then what runs in our tests."""
    able = [one for one in all_targets().values() if can(one, request)]
    able = [one for one in able if request.addresses or not one.needs_addresses]
    order = list(AppliedBy)
    return [
        one.name for one in sorted(able, key=lambda one: (order.index(one.applied_by), not one.verified_on, one.name))
    ]


def allow(request: FixRequest) -> Iterator[Fix]:
    """The same for every target, without a finding."""
    for name in targets_for(request):
        try:
            yield fix_for(name, request)
        except BadInput:  # one target cannot take these addresses, and the others can
            continue


def in_words(fix: Fix, translate: Translate) -> Fix:
    """With its texts in the reader's language."""
    replace = msgspec.structs.replace
    steps = tuple(
        replace(
            step, what=translate(step.what), place=translate(step.place), text=_comments_in_words(step.text, translate)
        )
        for step in fix.steps
    )
    undo = translate(fix.undo) if fix.undo else ""
    return replace(fix, steps=steps, undo=undo, cautions=tuple(map(translate, fix.cautions)))


def _comments_in_words(text: str, translate: Translate) -> str:
    """What a `.htaccess` says to whoever opens it; all else that is pasted is nobody's language."""
    for comment in (SAVE, REPAIR):
        text = text.replace(f"# {comment}", f"# {translate(comment)}")
    return text


def whose(who: AppliedBy, _: Translate) -> str:
    return {
        AppliedBy.SHOP: _("for whoever administers the shop"),
        AppliedBy.FILES: _("for whoever can change the shop's files"),
        AppliedBy.PANEL: _("for whoever has the hosting panel"),
        AppliedBy.SERVICE: _("for whoever has the account at the service"),
        AppliedBy.HOST: _("for the hosting provider, or whoever is root on the server"),
    }[who]


def text_of(fix: Fix, _: Translate) -> str:
    """To be read on a terminal or in a mail, with everything that goes to paste at the left margin."""
    fix = in_words(fix, _)
    parts = [f"{fix.title} ({whose(fix.applied_by, _)})"]
    for number, step in enumerate(fix.steps, start=1):
        head = f"{number}. {step.what}.\n   {step.place}{':' if step.text else '.'}"
        parts.append(f"{head}\n\n{step.text}" if step.text else head)
    parts.append("\n".join(_about(fix, _)))
    return "\n\n".join(parts)


def _about(fix: Fix, _: Translate) -> Iterator[str]:
    either = _(" or ")
    if fix.check:
        yield _line(_("Test"), either.join(fix.check))
    if fix.reload:
        yield _line(_("Reload"), either.join(fix.reload))
    yield _line(_("Undo"), fix.undo)
    yield from opens_in_words(fix, _)
    for caution in fix.cautions:
        yield _line(_("Careful"), caution)
    if fix.verified_on:
        yield _line(_("Tried on"), ", ".join(fix.verified_on))
    else:
        yield _("Not run by us: from the product's documentation.")
    for source in fix.sources:
        yield _line(_("Source"), source)


def _line(name: str, value: str) -> str:
    return f"{name}: {value}"


def opens_in_words(fix: Fix, _: Translate) -> Iterator[str]:
    """What gets in, and what stays outside."""
    opens = fix.opens
    conditions = (
        (_("from the addresses"), opens.addresses),
        (_("under the name"), opens.user_agents),
        (_("with the methods"), opens.methods),
        (_("to the paths"), opens.paths),
    )
    held = [f"{word} {' '.join(values)}" for word, values in conditions if values]
    if not held:
        yield _line(_("Opens"), _("nothing by itself"))
        return
    yield _line(_("Opens"), _("calls {conditions}").format(conditions=", ".join(held)))
    if len(held) > 1:
        yield _line(_("Stays shut"), _("everything that lacks one of these, as before"))
