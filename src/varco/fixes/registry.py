"""The targets, found by listing the files of `targets/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from varco.fixes import targets
from varco.fixes.base import Target
from varco.model.errors import BadInput


@cache
def all_targets() -> Mapping[str, Target]:
    """By name: those that we run first, then those by documentation."""
    modules = sorted(module.name for module in iter_modules(targets.__path__))
    found: list[Target] = [import_module(f"{targets.__name__}.{name}").TARGET for name in modules]
    return {target.name: target for target in sorted(found, key=lambda target: (not target.verified_on, target.name))}


def target(name: str) -> Target:
    """`BadInput` names those there are."""
    found = all_targets().get(name)
    if found is None:
        raise BadInput(f"There are no lines for {name}. Known: {', '.join(all_targets())}.")
    return found
