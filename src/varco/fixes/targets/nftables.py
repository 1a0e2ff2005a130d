"""nftables: our addresses, before the rule that drops. Measured on 1.0.6."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ALONE, ADDRESS_ONLY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    lines = [
        f"nft insert rule inet filter input {family} saddr '{{ {', '.join(addresses)} }}' "
        "tcp dport '{ 80, 443 }' accept comment '\"ship\"'"
        for family, addresses in (("ip", request.ipv4), ("ip6", request.ipv6))
        if addresses
    ]
    return (
        Step(
            name="accept",
            what=N_("Accept the platform's addresses before the rule that drops"),
            place=N_(
                "On the command line; “nft list ruleset” shows the real names of table and chain. To last over a restart, "
                "write the rules into /etc/nftables.conf too"
            ),
            language="sh",
            text="\n".join(lines),
        ),
    )


TARGET = Target(
    name="nftables",
    title="nftables",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.ADDRESS, Cause.BAN)),
    steps=steps,
    sees=ADDRESS_ONLY,
    check=("nft list chain inet filter input",),
    undo=N_(
        "“nft --handle list chain inet filter input” shows the number of each rule with the comment “ship”; then “nft "
        "delete rule inet filter input handle NUMBER”."
    ),
    cautions=(ADDRESS_ALONE,),
    verified_on=("nftables 1.0.6",),
    sources=("https://wiki.nftables.org/wiki-nftables/index.php/Simple_rule_management",),
)
