"""PHP behind Apache does not see the shop's keys: the `Authorization` header is kept from it unless told otherwise.

Measured on 2.4.71 with PHP 8.2 by FastCGI: without a line PHP sees nothing; with either of these it does.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.apache_lines import in_htaccess
from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_TOP = N_("The first lines of the .htaccess in the shop's folder")


def steps(_request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="header",
            what=N_("Hand the header with the shop's keys on to PHP (FastCGI, FPM)"),
            place=_TOP,
            language="apache",
            text=in_htaccess(
                '<IfModule mod_setenvif.c>\nSetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1\n</IfModule>'
            ),
        ),
        Step(
            name="header-rewrite",
            what=N_("If that is not enough (PHP as CGI, or LiteSpeed): the same by mod_rewrite"),
            place=_TOP,
            language="apache",
            text=in_htaccess(
                "<IfModule mod_rewrite.c>\nRewriteEngine On\n"
                "RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]\n</IfModule>"
            ),
        ),
    )


TARGET = Target(
    name="php-authorization",
    title="PHP behind Apache: the Authorization header",
    applied_by=AppliedBy.FILES,
    causes=frozenset((Cause.HEADER,)),
    steps=steps,
    sees=frozenset(),
    undo=N_("Put the copy of the .htaccess back. It is in force at once."),
    cautions=(
        N_(
            "Save a copy of the .htaccess before you begin, and open the shop in a browser after each change. On error "
            "500 put the copy back at once: then the server does not allow this, and the hosting provider must do it."
        ),
        N_("It lets nobody in: the shop checks the keys as before."),
    ),
    verified_on=("Apache httpd 2.4.71", "PHP 8.2"),
    sources=("https://httpd.apache.org/docs/2.4/mod/core.html#cgipassauth",),
    needs_addresses=False,
)
