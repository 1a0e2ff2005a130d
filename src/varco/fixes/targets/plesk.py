"""Plesk, by its documentation: fail2ban's trusted addresses, and a single rule of its web application firewall."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ALONE, ADDRESS_ONLY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="trusted",
            what=N_("Never ban the platform's addresses"),
            place=N_(
                "On the command line of the server, or in Plesk: Tools & Settings → IP Address Banning (Fail2Ban) → Trusted "
                "IP Addresses"
            ),
            language="sh",
            causes=frozenset((Cause.BAN, Cause.ADDRESS)),
            text="\n".join(f"plesk bin ip_ban --add-trusted {address}" for address in request.addresses),
        ),
        Step(
            name="rule",
            what=N_(
                "Where the web application firewall refuses calls: switch off the one rule whose number stands in its log, for "
                "this shop only (911100 is the one about methods). Better, have the host add the lines of the target modsecurity"
            ),
            place=N_("In Plesk: Websites & Domains → Web Application Firewall → Switch off security rules"),
            causes=frozenset((Cause.METHOD, Cause.CONTENT)),
            text="",
        ),
        Step(
            name="undo",
            what=N_("To undo it"),
            place=N_("On the command line"),
            language="sh",
            causes=frozenset((Cause.BAN, Cause.ADDRESS)),
            text="\n".join(f"plesk bin ip_ban --remove-trusted {address}" for address in request.addresses),
        ),
    )


TARGET = Target(
    name="plesk",
    title="Plesk",
    applied_by=AppliedBy.PANEL,
    causes=frozenset((Cause.BAN, Cause.ADDRESS, Cause.METHOD, Cause.CONTENT)),
    steps=steps,
    sees=ADDRESS_ONLY,
    undo=N_("The lines under “To undo it”; take the rule's number out again."),
    cautions=(
        ADDRESS_ALONE,
        N_("A rule that is switched off is off for everybody who calls this shop."),
        N_(
            "A call that ModSecurity refuses often becomes a ban by fail2ban some calls later: mend this first, then lift the ban."
        ),
    ),
    sources=(
        "https://docs.plesk.com/en-US/obsidian/cli-linux/using-command-line-utilities/ip_ban-ip-address-banning-fail2ban.73594/",
    ),
)
