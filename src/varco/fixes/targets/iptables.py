"""iptables: our addresses, before the rule that drops. Measured on 1.8.9."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ALONE, ADDRESS_ONLY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def _lines(request: FixRequest, action: str) -> str:
    return "\n".join(
        f"{'ip6tables' if ':' in address else 'iptables'} {action} INPUT -s {address} -p tcp "
        "-m multiport --dports 80,443 -m comment --comment ship -j ACCEPT"
        for address in request.addresses
    )


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="accept",
            what=N_("Accept the platform's addresses before the rule that drops"),
            place=N_("On the command line. To last over a restart: netfilter-persistent save"),
            language="sh",
            text=_lines(request, "-I"),
        ),
        Step(
            name="undo",
            what=N_("To undo it"),
            place=N_("On the command line"),
            language="sh",
            text=_lines(request, "-D"),
        ),
    )


TARGET = Target(
    name="iptables",
    title="iptables",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.ADDRESS, Cause.BAN)),
    steps=steps,
    sees=ADDRESS_ONLY,
    check=("iptables -S INPUT", "ip6tables -S INPUT"),
    undo=N_("The same lines with -D instead of -I."),
    cautions=(ADDRESS_ALONE,),
    verified_on=("iptables 1.8.9",),
    sources=("https://www.netfilter.org/documentation/HOWTO/packet-filtering-HOWTO-7.html",),
)
