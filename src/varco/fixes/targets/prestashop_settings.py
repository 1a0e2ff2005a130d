"""PrestaShop's own settings: the webservice, the option for PHP as CGI, and what the key may do."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_PAGE = N_("In PrestaShop: Advanced Parameters → Webservice")


def steps(_request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="webservice",
            what=N_("Switch on “Enable PrestaShop's webservice”, and save"),
            place=_PAGE,
            text="",
        ),
        Step(
            name="cgi",
            what=N_(
                "Where the keys do not arrive and PHP is no module of Apache (FPM, FastCGI, CGI): switch on “Enable CGI mode "
                "for PHP”; the shop then writes the line for it into its .htaccess"
            ),
            place=_PAGE,
            causes=frozenset((Cause.HEADER,)),
            text="",
        ),
        Step(
            name="key",
            what=N_(
                "Let the key view addresses, carriers, combinations, configurations, countries, currencies, customers, "
                "order_details, order_states, orders, products, states; view and modify order_carriers; view and add "
                "order_histories"
            ),
            place=N_("In PrestaShop: Advanced Parameters → Webservice → the key → Permissions"),
            causes=frozenset((Cause.SETTING,)),
            text="",
        ),
    )


TARGET = Target(
    name="prestashop-settings",
    title="PrestaShop's own settings",
    applied_by=AppliedBy.SHOP,
    causes=frozenset((Cause.SETTING, Cause.HEADER)),
    steps=steps,
    sees=frozenset(),
    platforms=frozenset(("prestashop",)),
    undo=N_("Switch off what was switched on, and save."),
    cautions=(N_("It lets nobody in: the shop checks the keys as before."),),
    sources=(
        "https://docs.prestashop-project.org/v.9-documentation/user-guide/configuring-shop/advanced-parameters/webservice.md",
        "https://docs.prestashop-project.org/functional-documentation/functional-documentation/ux-ui/back-office/configure/advanced-parameters/webservice",
    ),
    needs_addresses=False,
)
