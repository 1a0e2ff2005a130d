"""PHP behind nginx does not see the shop's keys: a list of `fastcgi_param` written by hand, without this one.

nginx's own `fastcgi_params` hands every header on. `fastcgi_pass_request_headers off`, or a list that sets
`HTTP_AUTHORIZATION` empty, takes it away. Measured on 1.22.1 with PHP 8.2 by FastCGI.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(_request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="header",
            what=N_("Hand the header with the shop's keys on to PHP (FPM)"),
            place=N_("In the block that passes PHP on (location ~ \\.php$), below its other fastcgi_param lines"),
            language="nginx",
            text="fastcgi_param HTTP_AUTHORIZATION $http_authorization if_not_empty;",
        ),
    )


TARGET = Target(
    name="nginx-php",
    title="PHP behind nginx: the Authorization header",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.HEADER,)),
    steps=steps,
    sees=frozenset(),
    check=("nginx -t",),
    reload=("nginx -s reload",),
    undo=N_("Remove the line, test, and reload."),
    cautions=(
        N_("It lets nobody in: the shop checks the keys as before."),
        N_("If a line there already sets HTTP_AUTHORIZATION, replace that one: of two lines PHP sees the last."),
    ),
    verified_on=("nginx 1.22.1", "PHP 8.2"),
    sources=("https://nginx.org/en/docs/http/ngx_http_fastcgi_module.html#fastcgi_param",),
    needs_addresses=False,
)
