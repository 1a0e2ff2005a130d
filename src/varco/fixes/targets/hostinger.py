"""Hostinger, by its help centre: the security level of its CDN tests callers; “I'm Under Attack!” stops interfaces."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="level",
            what=N_(
                "See the security level of the CDN: “I'm Under Attack!” tests every caller and stops interfaces; “Medium” is "
                "the usual one"
            ),
            place=N_("In hPanel: Websites → Dashboard → Performance → CDN → Manage"),
            text="",
        ),
        Step(
            name="ticket",
            what=N_("Where that does not help: ask the support to let these addresses through to the shop's interface"),
            place=N_("In hPanel: Help; “varco letter” writes the text"),
            text="\n".join((*request.addresses, *request.prefixes)),
        ),
    )


TARGET = Target(
    name="hostinger",
    title="Hostinger",
    applied_by=AppliedBy.PANEL,
    causes=frozenset((Cause.ROBOT_TEST, Cause.ADDRESS, Cause.NAME, Cause.METHOD, Cause.CONTENT, Cause.RATE)),
    steps=steps,
    sees=frozenset(("address", "path")),
    undo=N_("Put the security level back as it was; ask the support to take the exception back."),
    cautions=(N_("A lower security level holds for everybody who calls this shop."),),
    sources=("https://support.hostinger.com/en/articles/10695636-hostinger-cdn-security-levels",),
)
