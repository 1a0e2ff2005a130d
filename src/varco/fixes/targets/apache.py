"""Apache's own configuration: a virtual host."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.apache_lines import NO_DOTS, mark, rules
from varco.fixes.base import BEHIND_PROXY, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_AT_THE_RULE = N_("In the virtual host, at the rule that stops the calls")


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="who",
            what=N_("Tell the platform's calls apart"),
            place=N_("At the top of the shop's <VirtualHost>, with mod_setenvif loaded"),
            language="apache",
            text=mark(request, NO_DOTS),
        ),
        *rules(_AT_THE_RULE),
    )


TARGET = Target(
    name="apache",
    title="Apache, virtual host",
    applied_by=AppliedBy.HOST,
    causes=frozenset(
        (Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.PASSWORD, Cause.MAINTENANCE, Cause.CONTENT),
    ),
    steps=steps,
    check=("apachectl configtest",),
    reload=("apachectl graceful",),
    cautions=(BEHIND_PROXY,),
    verified_on=("Apache httpd 2.4.71",),
    sources=(
        "https://httpd.apache.org/docs/2.4/mod/mod_setenvif.html#setenvifexpr",
        "https://httpd.apache.org/docs/2.4/expr.html",
    ),
)
