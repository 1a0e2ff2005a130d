"""Apache behind a proxy or CDN: see the caller's address, trusting that proxy alone.

Measured on 2.4.71: with a stranger's network trusted, his `X-Forwarded-For` makes him one of us.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    trusted = "\n".join(f"RemoteIPInternalProxy {proxy}" for proxy in request.proxies)
    return (
        Step(
            name="real-ip",
            what=N_("Let the server see who calls through the proxy. It changes nothing else"),
            place=N_(
                "A new file /etc/apache2/conf-enabled/ship-remoteip.conf, with mod_remoteip loaded (a2enmod remoteip)"
            ),
            language="apache",
            text=f"RemoteIPHeader X-Forwarded-For\n{trusted}",
        ),
    )


TARGET = Target(
    name="apache-remoteip",
    title="Apache behind a proxy",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.ADDRESS, Cause.METHOD, Cause.NAME, Cause.RATE)),
    steps=steps,
    sees=frozenset(),
    check=("apachectl configtest",),
    reload=("apachectl graceful",),
    undo=N_("Remove the file, test, and reload."),
    cautions=(
        N_("Name the proxy's own addresses only: whoever is trusted can claim to be any address."),
        N_("Allow and deny lists, bans and logs see the callers' addresses from then on, not the proxy's."),
    ),
    verified_on=("Apache httpd 2.4.71",),
    sources=("https://httpd.apache.org/docs/2.4/mod/mod_remoteip.html",),
    needs_proxies=True,
    needs_addresses=False,
)
