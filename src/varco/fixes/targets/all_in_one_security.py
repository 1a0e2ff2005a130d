"""All-In-One Security (AIOS), by its documentation: its rules for the REST interface, for bots and for addresses."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ONLY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="rest",
            what=N_(
                "See that the REST interface is not closed to visitors: the platform's calls have keys and no login"
            ),
            place=N_("In WordPress: WP Security → Firewall → WP REST API"),
            causes=frozenset((Cause.CONTENT, Cause.METHOD, Cause.ADDRESS)),
            text="",
        ),
        Step(
            name="bots",
            what=N_(
                "Where calls are refused by their name or their method: switch off the 6G rule that stops them and the rules "
                "about bots, one after the other, testing after each"
            ),
            place=N_("In WordPress: WP Security → Firewall → 6G firewall rules, and → Internet bots"),
            causes=frozenset((Cause.NAME, Cause.METHOD, Cause.CONTENT)),
            text="",
        ),
        Step(
            name="list",
            what=N_("Take the platform's addresses out of the blacklist, and out of the locked ones"),
            place=N_(
                "In WordPress: WP Security → Firewall → Blacklist, and WP Security → Dashboard → Locked IP addresses"
            ),
            causes=frozenset((Cause.ADDRESS, Cause.BAN)),
            text="\n".join(request.addresses),
        ),
    )


TARGET = Target(
    name="all-in-one-security",
    title="All-In-One Security (AIOS)",
    applied_by=AppliedBy.SHOP,
    causes=frozenset((Cause.NAME, Cause.METHOD, Cause.CONTENT, Cause.ADDRESS, Cause.BAN)),
    steps=steps,
    sees=ADDRESS_ONLY,
    platforms=frozenset(("woocommerce",)),
    undo=N_("Switch the rules on again, and save."),
    cautions=(
        N_("A rule that is switched off is off for everybody who calls this shop."),
        N_(
            "It writes its rules into the .htaccess too: there the lines of the target apache-htaccess make an exception."
        ),
    ),
    sources=("https://mbrsolution.com/security/all-in-one-wp-security-and-firewall-rules.php",),
)
