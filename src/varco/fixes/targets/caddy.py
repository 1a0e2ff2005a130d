"""Caddy: a matcher for our calls, handled before the shop's own rules. Measured on 2.6.2."""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target, names_regex
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_SITE = N_("In the shop's block of the Caddyfile")


def steps(request: FixRequest) -> Sequence[Step]:
    exact = [form for path in request.exact for form in (path, path.rstrip("/"))]
    paths = " ".join([*(f"{prefix}*" for prefix in request.prefixes), *exact])
    return (
        Step(
            name="who",
            what=N_("Tell the platform's calls apart"),
            place=_SITE,
            text=(
                "@ship {\n"
                f"    remote_ip {' '.join(request.addresses)}\n"
                f"    header_regexp User-Agent (?i){names_regex(request)}\n"
                f"    method {' '.join(request.methods)}\n"
                f"    path {paths}\n"
                "}"
            ),
        ),
        Step(
            name="rules",
            what=N_(
                "Give those calls to the shop, and move all the rules that stood in the block into the second part. The "
                "line in the first is the one that leads to the shop (reverse_proxy, php_fastcgi)"
            ),
            place=_SITE,
            text=(
                "handle @ship {\n    reverse_proxy 127.0.0.1:8080\n}\n"
                "handle {\n    @others not method GET HEAD POST\n    respond @others 405\n"
                "    reverse_proxy 127.0.0.1:8080\n}"
            ),
        ),
    )


TARGET = Target(
    name="caddy",
    title="Caddy",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.PASSWORD, Cause.MAINTENANCE)),
    steps=steps,
    check=("caddy validate --config /etc/caddy/Caddyfile",),
    reload=("systemctl reload caddy",),
    undo=N_("Take the rules out of the second part, remove “@ship” with its part, test, and reload."),
    cautions=(N_("Behind a proxy or a CDN, “remote_ip” is the proxy's address: then the rule belongs to the proxy."),),
    verified_on=("Caddy 2.6.2",),
    sources=("https://caddyserver.com/docs/caddyfile/matchers",),
)
