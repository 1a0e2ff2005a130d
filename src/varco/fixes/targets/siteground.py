"""SiteGround: its robot test answers with status 202 and “SG-Captcha: challenge”; its support makes the exception."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="ticket",
            what=N_(
                "Ask the support to take these addresses out of the robot test (its answers have status 202 and the header "
                "“SG-Captcha: challenge”) for the shop's interface"
            ),
            place=N_("In the client area: Help → Contact us; “varco letter” writes the text"),
            text="\n".join((*request.addresses, *request.prefixes)),
        ),
    )


TARGET = Target(
    name="siteground",
    title="SiteGround",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.ROBOT_TEST, Cause.ADDRESS)),
    steps=steps,
    sees=frozenset(("address", "path")),
    undo=N_("Ask the support to take the exception back."),
    sources=("https://github.com/woocommerce/woocommerce/issues/52896",),
)
