"""Solid Security (once iThemes Security), by its documentation: addresses that are never locked out."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ONLY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="list",
            what=N_("Add the platform's addresses to the authorized ones, one on a line, and save"),
            place=N_(
                "In WordPress: Security → Settings → Global Settings → Authorized IPs (or Firewall → IP Management)"
            ),
            text="\n".join(request.addresses),
        ),
    )


TARGET = Target(
    name="solid-security",
    title="Solid Security",
    applied_by=AppliedBy.SHOP,
    causes=frozenset((Cause.ADDRESS, Cause.BAN)),
    steps=steps,
    sees=ADDRESS_ONLY,
    platforms=frozenset(("woocommerce",)),
    undo=N_("Take the addresses out of the list, and save."),
    cautions=(
        N_("It prevents lockouts only. Banned names stand in the .htaccess or the nginx settings: see those targets."),
    ),
    sources=("https://solidwp.com/docs/",),
)
