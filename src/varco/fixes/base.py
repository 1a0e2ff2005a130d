"""What a target is: a server, a firewall or a service, and the lines for it. One file in `targets/` with a `TARGET`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from varco.model.errors import BadInput
from varco.model.fix import AppliedBy, Cause, Fix, FixRequest, Opens, Step

EVERYTHING: Final = frozenset(("address", "name", "method", "path"))
ADDRESS_ONLY: Final = frozenset(("address",))


def N_(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is shown."""
    return text


UNDO_LINES: Final = N_("Remove the lines that begin with or hold “ship”, and reload.")
BEHIND_PROXY: Final = N_(
    "If calls reach this server through a proxy or a CDN, it sees the proxy's address, and the rule is without effect "
    "until the server takes the caller's address from the proxy (mod_remoteip, real_ip: targets apache-remoteip and "
    "nginx-real-ip)."
)
ADDRESS_ALONE: Final = N_(
    "This layer sees addresses only, so everything from these addresses gets past it: keep the rule at the web server."
)
SAVE: Final = N_("Save a copy of this file first, under a name such as htaccess-copy.txt.")
REPAIR: Final = N_("Error 500 on the site now? Put the copy back at once: the server does not allow these lines here.")
"""Comments within what is pasted into a `.htaccess`: the only ones in the reader's language."""
BYPASSES: Final = N_("This list lets the addresses past every rule of the product, on every path.")


class Target(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    applied_by: AppliedBy
    causes: frozenset[Cause]
    steps: Callable[[FixRequest], Sequence[Step]]
    sees: frozenset[str] = EVERYTHING
    check: tuple[str, ...] = ()
    reload: tuple[str, ...] = ()
    undo: str = UNDO_LINES
    cautions: tuple[str, ...] = ()
    verified_on: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    platforms: frozenset[str] = frozenset()
    """Where it makes sense; empty: with each."""
    needs_proxies: bool = False
    needs_addresses: bool = True


def fix_from(target: Target, request: FixRequest) -> Fix:
    """`BadInput` if the target cannot do what is asked."""
    _refuse_impossible(target, request)
    steps = tuple(step for step in target.steps(request) if _is_wanted(step, request.cause))
    return Fix(
        target=target.name,
        title=target.title,
        applied_by=target.applied_by,
        steps=steps,
        check=target.check,
        reload=target.reload,
        undo=target.undo,
        opens=opens(target, request),
        cautions=target.cautions,
        verified_on=target.verified_on,
        sources=target.sources,
    )


def can(target: Target, request: FixRequest) -> bool:
    try:
        _refuse_impossible(target, request)
    except BadInput:
        return False
    return True


def _refuse_impossible(target: Target, request: FixRequest) -> None:
    if request.cause is not None and request.cause not in target.causes:
        raise BadInput(f"{target.title} can do nothing about this problem ({request.cause}). Choose another target.")
    if target.platforms and request.platform not in target.platforms:
        raise BadInput(f"{target.title} is about {', '.join(sorted(target.platforms))}, not about {request.platform}.")
    if target.needs_proxies and not request.proxies:
        raise BadInput(
            f"{target.title} needs to know through which proxies calls come: give their addresses with --proxies. "
            "Trusting any other address would let everybody claim to be us."
        )


def _is_wanted(step: Step, cause: Cause | None) -> bool:
    return cause is None or step.causes is None or cause in step.causes


def opens(target: Target, request: FixRequest) -> Opens:
    """What gets through that did not before, as far as the target can tell calls apart."""
    return Opens(
        addresses=request.addresses if "address" in target.sees else (),
        user_agents=(f"{request.product}/…",) if "name" in target.sees else (),
        methods=request.methods if "method" in target.sees else (),
        paths=(*request.prefixes, *request.exact) if "path" in target.sees else (),
    )


def names_regex(request: FixRequest) -> str:
    """To be matched without regard to case: our name at the beginning, with any version."""
    return f"^{request.product}/[0-9]"


def paths_regex(request: FixRequest, end: str = "$") -> str:
    """`end` is where a path ends: in some servers the query follows."""
    exact = [f"{escaped(path).rstrip('/')}/?{end}" for path in request.exact]
    return f"^(?:{'|'.join([*map(escaped, request.prefixes), *exact])})"


def escaped(path: str) -> str:
    """Of the signs that a path may have here, only the dot means something in a regular expression."""
    return path.replace(".", r"\.")


def methods_regex(request: FixRequest) -> str:
    return f"^(?:{'|'.join(request.methods)})$"


def quoted(texts: Sequence[str], separator: str = ", ") -> str:
    return separator.join(f'"{text}"' for text in texts)


def indented(text: str, by: str = "    ") -> str:
    return "\n".join(by + line if line else line for line in text.splitlines())
