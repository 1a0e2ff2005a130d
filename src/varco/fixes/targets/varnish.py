"""Varnish: a mark on our calls, which the rule that stops them asks for. Measured on 7.1.1.

The mark is a header of Varnish's own, removed from whatever arrives before it is set. `req.url` is as it was sent:
without the condition on dots, `/wp-json/wc/../../wp-admin/` would bear the mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Final

from varco.fixes.base import N_, Target, methods_regex, names_regex, paths_regex
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_END: Final = r"(?:\?|$)"


def steps(request: FixRequest) -> Sequence[Step]:
    addresses = " ".join(map(_entry, request.addresses))
    return (
        Step(
            name="who",
            what=N_("Tell the platform's calls apart"),
            place=N_("In the VCL, above its sub vcl_recv"),
            text=(
                f"acl ship_ips {{ {addresses} }}\n\n"
                "sub vcl_recv {\n    unset req.http.X-Ship-Ok;\n"
                f'    if (client.ip ~ ship_ips && req.http.User-Agent ~ "(?i){names_regex(request)}"\n'
                f'        && req.method ~ "{methods_regex(request)}"\n'
                f'        && req.url ~ "{paths_regex(request, _END)}"\n'
                r'        && req.url !~ "(?i)(?:\.|%2e){2}") {' + "\n"
                '        set req.http.X-Ship-Ok = "1";\n    }\n}'
            ),
        ),
        Step(
            name="rule",
            what=N_("Add the last condition to the rule that stops the calls"),
            place=N_("In the sub vcl_recv of the VCL"),
            text='if (req.method !~ "^(GET|HEAD|POST)$" && !req.http.X-Ship-Ok) { return (synth(405)); }',
        ),
    )


def _entry(address: str) -> str:
    network = ip_network(address)
    return f'"{network.network_address}"/{network.prefixlen};' if "/" in address else f'"{address}";'


TARGET = Target(
    name="varnish",
    title="Varnish",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.PASSWORD, Cause.MAINTENANCE)),
    steps=steps,
    check=("varnishd -C -f /etc/varnish/default.vcl >/dev/null",),
    reload=("varnishreload",),
    cautions=(N_("Behind a TLS terminator or a CDN, “client.ip” is the caller's only with the PROXY protocol."),),
    verified_on=("Varnish 7.1.1",),
    sources=("https://varnish-cache.org/docs/7.1/reference/vcl.html",),
)
