"""ufw: our addresses, before all other rules. Measured on 0.36.2: `insert 1` fails for IPv6, `prepend` does not."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ALONE, ADDRESS_ONLY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def _rule(address: str) -> str:
    return f"allow proto tcp from {address} to any port 80,443"


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="allow",
            what=N_("Accept the platform's addresses before all other rules"),
            place=N_("On the command line. It lasts over a restart"),
            language="sh",
            text="\n".join(f"ufw prepend {_rule(address)} comment ship" for address in request.addresses),
        ),
        Step(
            name="undo",
            what=N_("To undo it"),
            place=N_("On the command line"),
            language="sh",
            text="\n".join(f"ufw delete {_rule(address)}" for address in request.addresses),
        ),
    )


TARGET = Target(
    name="ufw",
    title="ufw",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.ADDRESS, Cause.BAN, Cause.RATE)),
    steps=steps,
    sees=ADDRESS_ONLY,
    check=("ufw status numbered",),
    undo=N_("The lines under “To undo it”."),
    cautions=(ADDRESS_ALONE,),
    verified_on=("ufw 0.36.2",),
    sources=("https://manpages.debian.org/bookworm/ufw/ufw.8.en.html",),
)
