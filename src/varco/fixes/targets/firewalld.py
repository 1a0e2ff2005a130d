"""firewalld: a rich rule for our addresses. Measured on 1.3.3: it goes into the zone that holds the caller's address."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ALONE, ADDRESS_ONLY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def _lines(request: FixRequest, action: str) -> str:
    return "\n".join(
        f"firewall-cmd --permanent --zone=public --{action}-rich-rule="
        f'\'rule family="{"ipv6" if ":" in address else "ipv4"}" source address="{address}" '
        f'port port="{port}" protocol="tcp" accept\''
        for address in request.addresses
        for port in (80, 443)
    )


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="accept",
            what=N_("Accept the platform's addresses"),
            place=N_(
                "On the command line. “firewall-cmd --get-active-zones” shows the zone: the one that lists the addresses as "
                "sources (often drop or block), or else the one of the network card"
            ),
            language="sh",
            text=_lines(request, "add"),
        ),
        Step(
            name="undo",
            what=N_("To undo it"),
            place=N_("On the command line, with a reload after it"),
            language="sh",
            text=_lines(request, "remove"),
        ),
    )


TARGET = Target(
    name="firewalld",
    title="firewalld",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.ADDRESS, Cause.BAN)),
    steps=steps,
    sees=ADDRESS_ONLY,
    check=("firewall-cmd --check-config",),
    reload=("firewall-cmd --reload",),
    undo=N_("The lines under “To undo it”."),
    cautions=(ADDRESS_ALONE,),
    verified_on=("firewalld 1.3.3",),
    sources=("https://firewalld.org/documentation/man-pages/firewalld.richlanguage.html",),
)
