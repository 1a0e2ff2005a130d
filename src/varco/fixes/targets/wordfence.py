"""Wordfence, by its documentation: a list of addresses that pass every rule of the plug-in."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ONLY, BYPASSES, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="list",
            what=N_("Add the platform's addresses to “Allowlisted IP addresses that bypass all rules”, and save"),
            place=N_("In WordPress: Wordfence → Firewall → All Firewall Options → Advanced Firewall Options"),
            text=", ".join(request.addresses),
        ),
        Step(
            name="source",
            what=N_(
                "If the shop stands behind a proxy or a CDN, see that Wordfence knows the callers' real addresses: the "
                "choice must suit that proxy, or anybody can claim to be on the list"
            ),
            place=N_("In WordPress: Wordfence → All Options → General Wordfence Options → How does Wordfence get IPs"),
            text="",
        ),
    )


TARGET = Target(
    name="wordfence",
    title="Wordfence",
    applied_by=AppliedBy.SHOP,
    causes=frozenset((Cause.NAME, Cause.ADDRESS, Cause.CONTENT, Cause.RATE, Cause.BAN, Cause.METHOD)),
    steps=steps,
    sees=ADDRESS_ONLY,
    platforms=frozenset(("woocommerce",)),
    undo=N_("Take the addresses out of the list, and save."),
    cautions=(BYPASSES,),
    sources=("https://www.wordfence.com/help/firewall/options/",),
)
