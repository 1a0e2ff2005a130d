"""nginx behind a proxy or CDN: see the caller's address, trusting that proxy alone.

Measured on 1.22.1: with `set_real_ip_from 0.0.0.0/0` anybody who sends `X-Forwarded-For` is taken for us.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    trusted = "".join(f"set_real_ip_from {proxy};\n" for proxy in request.proxies)
    return (
        Step(
            name="real-ip",
            what=N_("Let the server see who calls through the proxy. It changes nothing else"),
            place=N_("A new file /etc/nginx/conf.d/ship-real-ip.conf"),
            language="nginx",
            text=f"{trusted}real_ip_header X-Forwarded-For;\nreal_ip_recursive on;",
        ),
    )


TARGET = Target(
    name="nginx-real-ip",
    title="nginx behind a proxy",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.ADDRESS, Cause.METHOD, Cause.NAME, Cause.RATE)),
    steps=steps,
    sees=frozenset(),
    check=("nginx -t",),
    reload=("systemctl reload nginx",),
    undo=N_("Remove the file, test, and reload."),
    cautions=(
        N_("Name the proxy's own addresses only: whoever is trusted can claim to be any address."),
        N_("Allow and deny lists, bans and logs see the callers' addresses from then on, not the proxy's."),
    ),
    verified_on=("nginx 1.22.1",),
    sources=("https://nginx.org/en/docs/http/ngx_http_realip_module.html",),
    needs_proxies=True,
    needs_addresses=False,
)
