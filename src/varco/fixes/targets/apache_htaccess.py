"""Apache's `.htaccess`: what a shop owner can change without the hosting provider.

A directive that the server does not know, or does not allow there, takes the whole site down with error 500. So the
mark hides from servers that do not know it, and each further line is of a kind that stands beside it already.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from varco.fixes.apache_lines import guarded, in_htaccess, mark, rules
from varco.fixes.base import BEHIND_PROXY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_AT_THE_RULE = N_("In the .htaccess, at the rule that stops the calls")


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="who",
            what=N_(
                "Tell the platform's calls apart. Only where the file has lines with RewriteRule already (the shop's own are "
                "such): a server that allows those allows these"
            ),
            place=N_("The first lines of the .htaccess in the shop's folder"),
            language="apache",
            text=in_htaccess(guarded(mark(request))),
        ),
        *(msgspec.structs.replace(rule, text=in_htaccess(rule.text)) for rule in rules(_AT_THE_RULE)),
    )


TARGET = Target(
    name="apache-htaccess",
    title="Apache, .htaccess",
    applied_by=AppliedBy.FILES,
    causes=frozenset(
        (Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.PASSWORD, Cause.MAINTENANCE, Cause.CONTENT),
    ),
    steps=steps,
    undo=N_("Put the copy of the .htaccess back. It is in force at once."),
    cautions=(
        N_(
            "Save a copy of the .htaccess before you begin, and open the shop in a browser after each change. On error "
            "500 put the copy back at once: then the server does not allow this, and the hosting provider must do it."
        ),
        BEHIND_PROXY,
        N_("LiteSpeed reads .htaccess files too, but not all of these lines: see the target litespeed."),
    ),
    verified_on=("Apache httpd 2.4.71",),
    sources=(
        "https://httpd.apache.org/docs/2.4/mod/mod_setenvif.html#setenvifexpr",
        "https://httpd.apache.org/docs/2.4/expr.html",
    ),
)
