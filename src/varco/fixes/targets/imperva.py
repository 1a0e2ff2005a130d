"""Imperva Cloud WAF, by its documentation: exceptions of its rules by address, path and name together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_RULES: Final = ("api.threats.bot_access_control", "api.threats.cross_site_scripting", "api.threats.sql_injection")


def steps(request: FixRequest) -> Sequence[Step]:
    paths = ",".join((*request.prefixes, *request.exact))
    return (
        Step(
            name="exception",
            what=N_(
                "Add an exception with all of these conditions together to the rule that stops the calls (the event in the "
                "log names it)"
            ),
            place=N_("In Imperva: the site → Security → WAF (or the policy) → the rule → Exceptions"),
            text=f"IP: {', '.join(request.addresses)}\nURL: {paths}\nUser Agent: {request.product}/",
        ),
        Step(
            name="terraform",
            another_way=True,
            what=N_("Or the same for Terraform"),
            place=N_("In the configuration of the provider “incapsula”, with the id of the site"),
            language="hcl",
            text="\n".join(
                f'resource "incapsula_security_rule_exception" "ship_{number}" {{\n  site_id     = SITE_ID\n'
                f'  rule_id     = "{rule}"\n  ips         = {json.dumps(",".join(request.addresses))}\n'
                f'  urls        = {json.dumps(paths)}\n  user_agents = "{request.product}/"\n}}'
                for number, rule in enumerate(_RULES, start=1)
            ),
        ),
    )


TARGET = Target(
    name="imperva",
    title="Imperva Cloud WAF",
    applied_by=AppliedBy.SERVICE,
    causes=frozenset((Cause.NAME, Cause.ADDRESS, Cause.CONTENT, Cause.ROBOT_TEST)),
    steps=steps,
    sees=frozenset(("address", "name", "path")),
    undo=N_("Delete the exceptions."),
    cautions=(N_("The web server behind Imperva must let Imperva's own addresses in."),),
    sources=("https://www.pulumi.com/registry/packages/incapsula/api-docs/securityruleexception",),
)
