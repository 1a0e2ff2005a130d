"""Cloudflare, by its documentation: a custom rule that skips what it can skip, and the truth about what it cannot.

Bot Fight Mode of the free plan cannot be skipped; it does not run where an IP Access rule allows the address
(https://developers.cloudflare.com/bots/get-started/bot-fight-mode/).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from varco.fixes.base import N_, Target, quoted
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_RULES = N_("In the Cloudflare dashboard: Security → Security rules → Create rule → Custom rules, first in the order")
_PRODUCTS = ("bic", "uaBlock", "securityLevel", "hot", "zoneLockdown", "rateLimit", "waf")
_PHASES = ("http_request_sbfm", "http_request_firewall_managed", "http_ratelimit")


def expression(request: FixRequest) -> str:
    paths = [f'starts_with(http.request.uri.path, "{path}")' for path in request.prefixes]
    paths += [f'http.request.uri.path eq "{path}"' for path in request.exact]
    return (
        f"(ip.src in {{{' '.join(request.addresses)}}}"
        f' and starts_with(lower(http.user_agent), "{request.product}/")'
        f" and http.request.method in {{{quoted(request.methods, ' ')}}}"
        f" and ({' or '.join(paths)}))"
    )


def steps(request: FixRequest) -> Sequence[Step]:
    parameters = {"ruleset": "current", "phases": _PHASES, "products": _PRODUCTS}
    rule = {
        "description": "shipping platform (ship)",
        "expression": expression(request),
        "action": "skip",
        "action_parameters": parameters,
        "logging": {"enabled": True},
    }
    return (
        Step(
            name="expression",
            what=N_(
                "Make a custom rule with this expression and the action “Skip”, and tick everything that can be skipped: "
                "all remaining custom rules, all rate limiting rules, all managed rules, all Super Bot Fight Mode rules, "
                "and under “More components” all of them"
            ),
            place=_RULES,
            text=expression(request),
        ),
        Step(
            name="access-rules",
            what=N_(
                "Only where Bot Fight Mode of the free plan is switched on: no custom rule can skip it. It does not test "
                "addresses that an IP Access rule allows: make one with the action “Allow” for each of these. Where that does "
                "not help either, Bot Fight Mode must be switched off"
            ),
            place=N_("In the Cloudflare dashboard: Security → WAF → Tools → IP Access Rules"),
            text="\n".join(request.addresses),
        ),
        Step(
            name="api",
            another_way=True,
            what=N_("Or the same custom rule by Cloudflare's interface for programs"),
            place=N_(
                "On the command line, with the ids of the zone and of its ruleset “http_request_firewall_custom”; move the "
                "rule to the first place afterwards"
            ),
            language="sh",
            text=(
                'curl "https://api.cloudflare.com/client/v4/zones/$ZONE_ID/rulesets/$RULESET_ID/rules" \\\n'
                "  --header \"Authorization: Bearer $CLOUDFLARE_API_TOKEN\" --json @- <<'END'\n"
                f"{json.dumps(rule, indent=2)}\nEND"
            ),
        ),
        Step(
            name="terraform",
            another_way=True,
            what=N_("Or the same for Terraform (provider 5)"),
            place=N_(
                "First in the list “rules” of the cloudflare_ruleset with the phase “http_request_firewall_custom”"
            ),
            language="hcl",
            text=(
                '{\n  ref         = "ship"\n  description = "shipping platform"\n'
                f"  expression  = {json.dumps(expression(request))}\n"
                '  action      = "skip"\n  action_parameters = {\n    ruleset  = "current"\n'
                f"    phases   = [{quoted(_PHASES)}]\n    products = [{quoted(_PRODUCTS)}]\n  }}\n"
                "  logging = { enabled = true }\n}"
            ),
        ),
    )


TARGET = Target(
    name="cloudflare",
    title="Cloudflare",
    applied_by=AppliedBy.SERVICE,
    causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.CONTENT, Cause.RATE, Cause.ROBOT_TEST)),
    steps=steps,
    undo=N_("Delete the custom rule, and the IP Access rules if you made any."),
    cautions=(
        N_(
            "An IP Access rule lets these addresses past all of Cloudflare's tests, on every path: make it only where needed."
        ),
        N_(
            "The web server behind Cloudflare sees Cloudflare's addresses: a rule there needs apache-remoteip or nginx-real-ip."
        ),
        N_(
            "The path is compared after Cloudflare has cleaned it: leave “URL normalization” switched on, as it is by default."
        ),
    ),
    sources=(
        "https://developers.cloudflare.com/waf/custom-rules/skip/options/",
        "https://developers.cloudflare.com/waf/custom-rules/skip/api-examples/",
        "https://developers.cloudflare.com/bots/get-started/bot-fight-mode/",
        "https://developers.cloudflare.com/waf/tools/ip-access-rules/",
    ),
)
