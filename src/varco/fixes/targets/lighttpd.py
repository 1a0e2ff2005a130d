"""lighttpd: a later condition takes the refusal back for our calls. Measured on 1.4.69.

A condition on the address takes one network at a time. The path is seen as cleaned by lighttpd's defaults
(`url-path-dotseg-remove`), so `..` leads nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import BEHIND_PROXY, N_, Target, methods_regex, names_regex, paths_regex
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="allow",
            what=N_("Take the refusal back for the platform's calls"),
            place=N_("Below the rule that stops the calls, in the same block. “~” is what lighttpd refuses by default"),
            text="\n".join(_block(request, address) for address in request.addresses),
        ),
    )


def _block(request: FixRequest, address: str) -> str:
    return (
        f'$HTTP["remote-ip"] == "{address}" {{\n'
        f'    $HTTP["user-agent"] =~ "(?i){names_regex(request)}" {{\n'
        f'        $HTTP["url"] =~ "{paths_regex(request)}" {{\n'
        f'            $HTTP["request-method"] =~ "{methods_regex(request)}" {{ url.access-deny = ("~") }}  # ship\n'
        "        }\n    }\n}"
    )


TARGET = Target(
    name="lighttpd",
    title="lighttpd",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS)),
    steps=steps,
    check=("lighttpd -tt -f /etc/lighttpd/lighttpd.conf",),
    reload=("systemctl restart lighttpd",),
    undo=N_("Remove the blocks that hold “ship”, test, and restart."),
    cautions=(BEHIND_PROXY,),
    verified_on=("lighttpd 1.4.69",),
    sources=("https://redmine.lighttpd.net/projects/lighttpd/wiki/Docs_Configuration",),
)
