"""OVHcloud's web hosting: its application firewall is switched for a domain as a whole; the support looks at the rest."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="see",
            what=N_("See which calls were refused, and by what: the error log of the day tells it"),
            place=N_("In the OVHcloud Control Panel: Web Cloud → Hosting plans → Statistics and logs"),
            text="",
        ),
        Step(
            name="ticket",
            what=N_("Ask the support to let these addresses through to the shop's interface"),
            place=N_("In the OVHcloud Control Panel: Help center → Create a ticket; “varco letter” writes the text"),
            text="\n".join((*request.addresses, *request.prefixes)),
        ),
    )


TARGET = Target(
    name="ovh",
    title="OVHcloud web hosting",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.METHOD, Cause.ADDRESS, Cause.CONTENT, Cause.BAN, Cause.RATE)),
    steps=steps,
    sees=frozenset(("address", "path")),
    undo=N_("Ask the support to take the exception back."),
    cautions=(
        N_(
            "The application firewall can be switched off for a domain as a whole. Do that only if the support makes no "
            "exception: it is then off for everybody."
        ),
    ),
    sources=(
        "https://github.com/ovh/docs/blob/149a8f56919661b94af090deebfb2f06ba665427/pages/web_cloud/web_hosting/multisites_modify_domain/guide.en-gb.md",
        "https://help.ovhcloud.com/csm/en-au-web-hosting-resolve-anomalous-activity?id=kb_article_view&sysparm_article=KB0072795",
    ),
)
