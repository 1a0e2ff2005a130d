"""cPanel, by its documentation: what a customer can do himself, and what he should not."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(_request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="see",
            what=N_("See what refuses the calls: a line with “ModSecurity” has the number of the rule behind “id”"),
            place=N_("In cPanel: Metrics → Errors"),
            text="",
        ),
        Step(
            name="blocker",
            what=N_("See whether the platform's addresses are denied there, and take them out"),
            place=N_("In cPanel: Security → IP Blocker"),
            causes=frozenset((Cause.ADDRESS,)),
            text="",
        ),
        Step(
            name="letter",
            what=N_(
                "Send the hosting provider the number of the rule and the lines of the target modsecurity: with cPanel a "
                "customer can only switch ModSecurity off as a whole, which nobody should"
            ),
            place=N_("A ticket; “varco letter” writes it"),
            causes=frozenset((Cause.METHOD, Cause.CONTENT)),
            text="",
        ),
    )


TARGET = Target(
    name="cpanel",
    title="cPanel",
    applied_by=AppliedBy.PANEL,
    causes=frozenset((Cause.ADDRESS, Cause.METHOD, Cause.CONTENT)),
    steps=steps,
    sees=frozenset(),
    undo=N_("Nothing is left behind: it only removes what denied the addresses."),
    cautions=(N_("Do not switch ModSecurity off for the domain: it would be off for everybody."),),
    sources=(
        "https://docs.cpanel.net/cpanel/security/modsecurity/",
        "https://docs.cpanel.net/cpanel/security/ip-blocker/",
    ),
    needs_addresses=False,
)
