"""Imunify360, by its documentation: the host's white list."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ONLY, BYPASSES, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    def lines(action: str) -> str:
        return "\n".join(
            f"imunify360-agent ip-list local {action} --purpose white {address}" for address in request.addresses
        )

    return (
        Step(
            name="list",
            what=N_("Put the platform's addresses on the white list"),
            place=N_("On the command line of the server, or in the panel: Imunify360 → Firewall → White List"),
            language="sh",
            text=lines("add"),
        ),
        Step(name="undo", what=N_("To undo it"), place=N_("On the command line"), language="sh", text=lines("delete")),
    )


TARGET = Target(
    name="imunify360",
    title="Imunify360",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.ADDRESS, Cause.ROBOT_TEST, Cause.BAN, Cause.CONTENT, Cause.NAME)),
    steps=steps,
    sees=ADDRESS_ONLY,
    undo=N_("The lines under “To undo it”."),
    cautions=(BYPASSES,),
    sources=("https://docs.imunify360.com/command_line_interface/",),
)
