"""Sucuri, by its documentation: a list of addresses, in its dashboard or by its interface for programs."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ONLY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def _calls(addresses: Sequence[str], action: str) -> str:
    return "\n".join(
        'curl \'https://waf.sucuri.net/api?v2\' --data "k=$SUCURI_API_KEY" --data "s=$SUCURI_API_SECRET" '
        f"--data 'a={action}' --data 'ip={address}'"
        for address in addresses
    )


def steps(request: FixRequest) -> Sequence[Step]:
    single = [address for address in request.addresses if "/" not in address]
    return (
        Step(
            name="list",
            what=N_("Add the platform's addresses to the allowed ones"),
            place=N_("In the Sucuri dashboard: Firewall → Access Control → Allowlist IP Addresses"),
            text="\n".join(request.addresses),
        ),
        *(
            Step(
                name=name,
                what=what,
                place=N_("On the command line, with the key and the secret of your site"),
                language="sh",
                another_way=True,
                text=_calls(single, action),
            )
            for name, what, action in (
                ("api", N_("Or the same for single addresses by Sucuri's interface for programs"), "allowlist_ip"),
                ("undo", N_("To undo it"), "delete_allowlist_ip"),
            )
            if single
        ),
    )


TARGET = Target(
    name="sucuri",
    title="Sucuri Website Firewall",
    applied_by=AppliedBy.SERVICE,
    causes=frozenset((Cause.ADDRESS, Cause.NAME, Cause.METHOD, Cause.CONTENT, Cause.RATE)),
    steps=steps,
    sees=ADDRESS_ONLY,
    undo=N_("Take the addresses out of the list."),
    cautions=(
        N_("Addresses on this list may also open admin pages that are closed to others."),
        N_("The web server behind Sucuri must let Sucuri's own addresses in."),
    ),
    sources=("https://docs.sucuri.net/", "https://sucuri.net/demo/firewall/settings-api"),
)
