"""HAProxy: the rule that denies gets one more condition.

Measured on 2.6.12: `path_reg` sees the path as it was sent, so a path with `..` must be left out by a condition of its
own.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target, names_regex, paths_regex
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_FRONTEND = N_("In the frontend of the shop, before its http-request rules")


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="who",
            what=N_("Tell the platform's calls apart"),
            place=_FRONTEND,
            text=(
                f"acl ship_ip src {' '.join(request.addresses)}\n"
                f"acl ship_ua hdr_reg(user-agent) -i {names_regex(request)}\n"
                f"acl ship_method method {' '.join(request.methods)}\n"
                f"acl ship_path path_reg {paths_regex(request)}\n"
                "acl ship_dots path,url_dec -m sub ..\n"
                "http-request set-var(txn.ship) bool(true) if ship_ip ship_ua ship_method ship_path !ship_dots"
            ),
        ),
        Step(
            name="deny",
            what=N_(
                "Add the last condition to the rule that stops the calls (deny, return, reject, tarpit, silent-drop, auth)"
            ),
            place=_FRONTEND,
            text="http-request deny if !{ method GET HEAD POST } !{ var(txn.ship) -m bool }",
        ),
    )


TARGET = Target(
    name="haproxy",
    title="HAProxy",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.PASSWORD, Cause.MAINTENANCE, Cause.RATE)),
    steps=steps,
    check=("haproxy -c -f /etc/haproxy/haproxy.cfg",),
    reload=("systemctl reload haproxy",),
    cautions=(
        N_("A rule “tcp-request connection” knows no name and no path: move it to “http-request” first."),
        N_("Where its conditions are joined with “or”, write the rule once for each of them."),
        N_("Behind a CDN, “src” is the CDN's address: then the rule belongs to the CDN."),
    ),
    verified_on=("HAProxy 2.6.12",),
    sources=("https://docs.haproxy.org/2.6/configuration.html",),
)
