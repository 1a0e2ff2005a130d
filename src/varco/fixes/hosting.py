"""Hosting providers: how one is told, what its customers can change themselves, and where they open a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import msgspec

from varco.fixes import providers


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    hosts: tuple[str, ...] = ()
    """Ends of the names that its servers' addresses bear."""
    name_servers: tuple[str, ...] = ()
    """Ends of the names of its name servers."""
    can: tuple[str, ...]
    """What its customers can change themselves: keys of the catalogue."""
    ticket: str
    """Where they ask for the rest."""
    sources: tuple[str, ...]
    seen_on: date
    """When the sources were read."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    provider: Provider
    by: str
    """The name that tells it."""
    is_sure: bool
    """By the server's own name. A domain's name servers may be at another provider than its shop."""


@cache
def all_providers() -> Mapping[str, Provider]:
    modules = sorted(module.name for module in iter_modules(providers.__path__))
    found: list[Provider] = [import_module(f"{providers.__name__}.{name}").PROVIDER for name in modules]
    return {provider.name: provider for provider in found}


def provider_by(host_names: Iterable[str], name_servers: Iterable[str]) -> Found | None:
    """The server's own name counts more than the domain's name servers."""
    known = all_providers().values()
    for names, is_sure in ((list(host_names), True), (list(name_servers), False)):
        for provider in known:
            ends = provider.hosts if is_sure else provider.name_servers
            by = next((name for name in names if _ends(name, ends)), "")
            if by:
                return Found(provider=provider, by=by, is_sure=is_sure)
    return None


def _ends(name: str, ends: Sequence[str]) -> bool:
    return any(name == end or name.endswith(f".{end}") for end in ends)
