"""CSF with lfd, by its documentation. Allowing alone does not stop lfd from blocking again, so both lists are filled."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ALONE, ADDRESS_ONLY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    addresses = request.addresses
    ignored = "".join(f"echo '{address}' >> /etc/csf/csf.ignore\n" for address in addresses)
    return (
        Step(
            name="allow",
            what=N_("Allow the platform's addresses, keep lfd from blocking them, and lift what blocks them now"),
            place=N_("On the command line. “csf -g ADDRESS” shows what is in force for it"),
            language="sh",
            text=(
                "\n".join(f"csf -dr {address}\ncsf -tr {address}\ncsf -a {address} ship" for address in addresses)
                + f"\n{ignored}csf -ra"
            ),
        ),
        Step(
            name="undo",
            what=N_("To undo it, and take the addresses out of /etc/csf/csf.ignore"),
            place=N_("On the command line"),
            language="sh",
            text="\n".join(f"csf -ar {address}" for address in addresses),
        ),
    )


TARGET = Target(
    name="csf",
    title="CSF (ConfigServer Firewall)",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.ADDRESS, Cause.BAN)),
    steps=steps,
    sees=ADDRESS_ONLY,
    undo=N_("The lines under “To undo it”."),
    cautions=(
        ADDRESS_ALONE,
        N_("An allowed address may reach every port of the server. IPv6 needs IPV6 = 1 in csf.conf."),
    ),
    sources=("https://aetherinox.github.io/csf-firewall/usage/cheatsheet/structure",),
)
