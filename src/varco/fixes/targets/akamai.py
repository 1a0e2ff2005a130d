"""Akamai, by its documentation: a list of addresses that the firewall lets past, or an exception of a rule."""

from __future__ import annotations

import json
from collections.abc import Sequence

from varco.fixes.base import ADDRESS_ONLY, BYPASSES, N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="list",
            what=N_("Make a client list of the type IP with the platform's addresses, named “ship”, and activate it"),
            place=N_("In Akamai Control Center: Security → Client Lists"),
            text="\n".join(request.addresses),
        ),
        Step(
            name="bypass",
            what=N_("Put that list into the bypass list of the shop's security policy, and activate the configuration"),
            place=N_(
                "In Akamai Control Center: the security configuration → the policy → IP/Geo Firewall, and Bot Manager"
            ),
            text="",
        ),
        Step(
            name="terraform",
            another_way=True,
            what=N_("Or the same for Terraform (Web Application Protector)"),
            place=N_("In the configuration of the provider “akamai”"),
            language="hcl",
            text=(
                'resource "akamai_networklist_network_list" "ship" {\n  name        = "ship"\n  type        = "IP"\n'
                f'  description = "shipping platform"\n  list        = {json.dumps(list(request.addresses))}\n'
                '  mode        = "REPLACE"\n}\n'
                'resource "akamai_appsec_bypass_network_lists" "ship" {\n  config_id           = CONFIG_ID\n'
                '  security_policy_id  = "POLICY_ID"\n'
                "  bypass_network_list = [akamai_networklist_network_list.ship.uniqueid]\n}"
            ),
        ),
    )


TARGET = Target(
    name="akamai",
    title="Akamai",
    applied_by=AppliedBy.SERVICE,
    causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.CONTENT, Cause.RATE, Cause.ROBOT_TEST)),
    steps=steps,
    sees=ADDRESS_ONLY,
    undo=N_("Take the list out of the policy, and activate the configuration again."),
    cautions=(
        BYPASSES,
        N_(
            "The delivery property must let PUT, PATCH and DELETE through too: each has a behavior of its own (Allow PUT …)."
        ),
    ),
    sources=("https://techdocs.akamai.com/terraform/docs/as-rc-bypass-network-lists",),
)
