"""Aruba's shared hosting, by its guide: a protection that answers 429 to an address that asks much, for a while.

Its guide tells no exception for single addresses: the support must make it, and switching the whole protection off is the
last resort.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="ticket",
            what=N_(
                "Ask the support to take these addresses out of the DDoS protection, which answers too many requests with "
                "“429 Too Many Requests” for a while"
            ),
            place=N_("In the Aruba customer area: Assistance; “varco letter” writes the text"),
            text="\n".join(request.addresses),
        ),
    )


TARGET = Target(
    name="aruba",
    title="Aruba hosting",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.RATE, Cause.BAN)),
    steps=steps,
    sees=frozenset(("address",)),
    undo=N_("Ask the support to take the exception back."),
    cautions=(
        N_(
            "The protection can be switched off in the hosting panel as a whole. Do that only if the support makes no "
            "exception: it is then off for everybody."
        ),
    ),
    sources=("https://guide.hosting.aruba.it/hosting/linux/rendere-sicuro-il-sito-web/protezione-ddos.aspx",),
)
