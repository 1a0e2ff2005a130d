"""Magento's own settings: the integration's resources; and since 2.4.4 a bearer token alone is taken only if allowed.

Varco signs its calls (OAuth 1.0a) and needs no such permission; platforms that send the token alone do.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(_request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="resources",
            what=N_(
                "Give the integration what it needs (Sales, with orders and shipments; Catalog), and activate it anew"
            ),
            place=N_("In Magento: System → Extensions → Integrations → the integration → API"),
            text="",
        ),
        Step(
            name="bearer",
            what=N_(
                "Only for a platform that sends the access token alone: set “Allow OAuth Access Tokens to be used as "
                "standalone Bearer tokens” to “Yes”"
            ),
            place=N_(
                "In Magento: Stores → Configuration → Services → OAuth → Consumer Settings; or on the command line of the "
                "server"
            ),
            language="sh",
            text="bin/magento config:set oauth/consumer/enable_integration_as_bearer 1\nbin/magento cache:flush",
        ),
    )


TARGET = Target(
    name="magento-settings",
    title="Magento's own settings",
    applied_by=AppliedBy.SHOP,
    causes=frozenset((Cause.SETTING, Cause.HEADER)),
    steps=steps,
    sees=frozenset(),
    platforms=frozenset(("magento",)),
    undo=N_("Set it to “No” again; take the resources away from the integration."),
    cautions=(
        N_("A token alone never ends and can be used by whoever has seen it: allow it only where nothing else works."),
    ),
    sources=("https://developer.adobe.com/commerce/webapi/get-started/authentication/gs-authentication-token/",),
    needs_addresses=False,
)
