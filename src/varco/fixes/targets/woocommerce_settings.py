"""WooCommerce's own settings: readable permalinks, and a key that may read and write."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(_request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="permalinks",
            what=N_(
                "Choose any structure but “Plain”, and save: WordPress then writes its own rules into the .htaccess anew"
            ),
            place=N_("In WordPress: Settings → Permalinks"),
            text="",
        ),
        Step(
            name="key",
            what=N_(
                "Make a new key with the permissions “Read/Write”, for a user who may manage the shop, and put it in"
            ),
            place=N_("In WordPress: WooCommerce → Settings → Advanced → REST API → Add key"),
            text="",
        ),
    )


TARGET = Target(
    name="woocommerce-settings",
    title="WooCommerce's own settings",
    applied_by=AppliedBy.SHOP,
    causes=frozenset((Cause.SETTING, Cause.HEADER)),
    steps=steps,
    sees=frozenset(),
    platforms=frozenset(("woocommerce",)),
    undo=N_("Choose the old structure again; revoke the key."),
    cautions=(N_("It lets nobody in: the shop checks the keys as before."),),
    sources=(
        "https://developer.woocommerce.com/docs/apis/rest-api/",
        "https://woocommerce.com/document/woocommerce-rest-api/",
    ),
    needs_addresses=False,
)
