"""Every finding that the door or the hub can make: severity, whose move, and its words. Found by listing the files."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from varco.model.finding import FindingKind


def _all() -> dict[str, FindingKind]:
    kinds: dict[str, FindingKind] = {}
    for module in iter_modules(__path__):
        for kind in import_module(f"{__name__}.{module.name}").KINDS:
            if kind.code in kinds:
                raise ValueError(f"the finding {kind.code} is told twice")
            kinds[kind.code] = kind
    return kinds


KINDS: Final[Mapping[str, FindingKind]] = _all()
