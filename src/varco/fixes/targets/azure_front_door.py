"""Azure Front Door's firewall, by its documentation: a custom rule that allows.

`SocketAddr` is who really calls; `RemoteAddr` is usually taken from `X-Forwarded-For`, which anybody can send
(https://learn.microsoft.com/en-us/azure/web-application-firewall/afds/waf-front-door-configure-ip-restriction).
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import N_, Target, paths_regex
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    common = "--resource-group $GROUP --policy-name $POLICY --name ship"
    add = f"az network front-door waf-policy rule match-condition add {common}"
    return (
        Step(
            name="rule",
            what=N_("Make a custom rule that comes before the managed ones"),
            place=N_("On the command line, with the names of the resource group and of the policy"),
            language="sh",
            text=(
                f"az network front-door waf-policy rule create {common} --priority 1 --rule-type MatchRule --action Allow --defer\n"
                f"{add} --match-variable SocketAddr --operator IPMatch --values {' '.join(request.addresses)}\n"
                f"{add} --match-variable RequestHeader.User-Agent --operator BeginsWith --transforms Lowercase "
                f"--values {request.product}/\n"
                f"{add} --match-variable RequestMethod --operator Equal --values {' '.join(request.methods)}\n"
                f"{add} --match-variable RequestUri --operator RegEx --values '{paths_regex(request).replace('^', '^[^?]*', 1)}'"
            ),
        ),
        Step(
            name="undo",
            what=N_("To undo it"),
            place=N_("On the command line"),
            language="sh",
            text=f"az network front-door waf-policy rule delete {common}",
        ),
    )


TARGET = Target(
    name="azure-front-door",
    title="Azure Front Door",
    applied_by=AppliedBy.SERVICE,
    causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.CONTENT, Cause.RATE)),
    steps=steps,
    undo=N_("The lines under “To undo it”."),
    cautions=(
        N_("“SocketAddr” and not “RemoteAddr”: the latter is what the caller claims to be."),
        N_("Calls that the rule allows are not looked at by the rules after it."),
    ),
    sources=(
        "https://learn.microsoft.com/en-us/azure/web-application-firewall/afds/waf-front-door-configure-ip-restriction",
        "https://learn.microsoft.com/en-us/azure/web-application-firewall/afds/waf-front-door-custom-rules",
    ),
)
