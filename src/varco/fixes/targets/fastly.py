"""Fastly, by its documentation: a request rule of its Next-Gen WAF that allows what meets all conditions."""

from __future__ import annotations

import json
from collections.abc import Sequence

from varco.fixes.base import N_, Target, methods_regex, names_regex, paths_regex
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    conditions = [
        {"field": "ip", "operator": "inList", "value": "site.ship"},
        {"field": "useragent", "operator": "matches", "value": f"(?i){names_regex(request)}"},
        {"field": "method", "operator": "matches", "value": methods_regex(request)},
        {"field": "path", "operator": "matches", "value": paths_regex(request)},
    ]
    return (
        Step(
            name="list",
            what=N_("Make a list of the type IP, named “ship”, with the platform's addresses"),
            place=N_("In the Next-Gen WAF: the site (workspace) → Rules → Lists → Add list"),
            text="\n".join(request.addresses),
        ),
        Step(
            name="rule",
            what=N_("Make a request rule with these conditions, all together, and the action “Allow”"),
            place=N_("In the Next-Gen WAF: the site (workspace) → Rules → Site rules → Add site rule → Request"),
            language="json",
            text=json.dumps({"type": "request", "groupOperator": "all", "conditions": conditions}, indent=2),
        ),
    )


TARGET = Target(
    name="fastly",
    title="Fastly",
    applied_by=AppliedBy.SERVICE,
    causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.CONTENT, Cause.RATE)),
    steps=steps,
    undo=N_("Delete the rule, then the list."),
    cautions=(
        N_(
            "A rule of the service's own VCL is none of the firewall: there an ACL with the addresses is asked in vcl_recv."
        ),
    ),
    sources=(
        "https://www.fastly.com/documentation/guides/next-gen-waf/rules/about-rules",
        "https://docs.fastly.com/en/ngwaf/working-with-request-rules",
    ),
)
