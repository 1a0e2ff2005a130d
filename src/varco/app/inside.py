"""What the room that looks from the inside knows of the others, as data: it imports none of them."""

from __future__ import annotations

from collections.abc import Sequence

from varco import __version__
from varco.app.check import IDENTITIES, identity_named
from varco.app.words import kinds
from varco.fixes.causes import cause_of, has_lines
from varco.fixes.paths import PATHS
from varco.fixes.registry import all_targets
from varco.inside.known import Kind, Known, Paths, Who


def known() -> Known:
    identities = {name: identity_named(name) for name in IDENTITIES}
    return Known(
        version=__version__,
        identities={
            name: Who(
                product=one.user_agents[0].partition("/")[0].lower(),
                user_agents=one.user_agents,
                methods=one.methods,
                addresses=one.addresses,
            )
            for name, one in identities.items()
        },
        paths={name: Paths(prefixes=one.prefixes, exact=one.exact) for name, one in PATHS.items()},
        kinds={code: Kind(title=kind.title, targets=_targets(code)) for code, kind in kinds().items()},
    )


def _targets(finding: str) -> Sequence[str]:
    if not has_lines(finding):
        return ()
    cause = cause_of(finding)
    return tuple(name for name, one in all_targets().items() if cause is None or cause in one.causes)
