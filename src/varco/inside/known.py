"""What this room knows of identities, paths and findings: handed over as data, since it imports none of the others.

The `varco` command makes it out of the sources themselves (`varco.app.inside`), and `varco-server.pyz` carries what was
made when it was built.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Mapping, Sequence


@dataclass(frozen=True)
class Who:
    """An identity: by which names and methods a platform calls."""

    product: str
    """The word before the slash of its User-Agents, in lower case: what follows changes."""
    user_agents: Sequence[str]
    methods: Sequence[str]
    addresses: Sequence[str] = ()


@dataclass(frozen=True)
class Paths:
    """Of a platform's interface, below the shop's folder."""

    prefixes: Sequence[str]
    exact: Sequence[str] = ()


@dataclass(frozen=True)
class Kind:
    """Of a finding."""

    title: str
    """English, a key of the catalogue."""
    targets: Sequence[str]
    """For which servers and services `varco fix` prints lines that mend it."""


@dataclass(frozen=True)
class Known:
    version: str
    identities: Mapping[str, Who]
    paths: Mapping[str, Paths]
    kinds: Mapping[str, Kind]

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)


def known_from(text: str) -> Known:
    """What `to_json` wrote."""
    data = json.loads(text)
    return Known(
        version=data["version"],
        identities={name: Who(**who) for name, who in data["identities"].items()},
        paths={name: Paths(**paths) for name, paths in data["paths"].items()},
        kinds={code: Kind(**kind) for code, kind in data["kinds"].items()},
    )
