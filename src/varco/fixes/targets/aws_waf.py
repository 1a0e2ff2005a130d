"""AWS WAF, by its documentation: an IP set, and a rule that allows before the managed rules see the call."""

from __future__ import annotations

import json
from collections.abc import Sequence

from varco.fixes.base import N_, Target
from varco.model.fix import AppliedBy, Cause, FixRequest, Step


def _rule(request: FixRequest) -> dict[str, object]:
    clean = [{"Priority": 0, "Type": "URL_DECODE"}, {"Priority": 1, "Type": "NORMALIZE_PATH"}]
    sets = [
        {"IPSetReferenceStatement": {"ARN": f"ARN OF THE IP SET ship-{version}"}}
        for version, addresses in (("ipv4", request.ipv4), ("ipv6", request.ipv6))
        if addresses
    ]
    paths = [
        _text({"UriPath": {}}, path, clean, "EXACTLY" if path in request.exact else "STARTS_WITH")
        for path in (*request.prefixes, *request.exact)
    ]
    methods = [
        _text({"Method": {}}, method, [{"Priority": 0, "Type": "NONE"}], "EXACTLY") for method in request.methods
    ]
    name = _text(
        {"SingleHeader": {"Name": "user-agent"}},
        f"{request.product}/",
        [{"Priority": 0, "Type": "LOWERCASE"}],
        "STARTS_WITH",
    )
    return {
        "Name": "ship",
        "Priority": 0,
        "Action": {"Allow": {}},
        "Statement": {"AndStatement": {"Statements": [_any(sets), name, _any(methods), _any(paths)]}},
        "VisibilityConfig": {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "ship"},
    }


def _text(field: object, wanted: str, transformations: object, how: str) -> dict[str, object]:
    return {
        "ByteMatchStatement": {
            "FieldToMatch": field,
            "PositionalConstraint": how,
            "SearchString": wanted,
            "TextTransformations": transformations,
        }
    }


def _any(statements: Sequence[object]) -> object:
    return statements[0] if len(statements) == 1 else {"OrStatement": {"Statements": statements}}


def steps(request: FixRequest) -> Sequence[Step]:
    sets = [
        f"aws wafv2 create-ip-set --name ship-{version.lower()} --scope CLOUDFRONT --region us-east-1 "
        f"--ip-address-version {version} --addresses {' '.join(address if '/' in address else f'{address}/{width}' for address in addresses)}"
        for version, width, addresses in (("IPV4", 32, request.ipv4), ("IPV6", 128, request.ipv6))
        if addresses
    ]
    return (
        Step(
            name="set",
            what=N_("Make a list of the platform's addresses"),
            place=N_("On the command line (for a load balancer: --scope REGIONAL and its region)"),
            language="sh",
            text="\n".join(sets),
        ),
        Step(
            name="rule",
            what=N_("Make a rule of it that comes before all others"),
            place=N_(
                "In the console: the web ACL → Rules → Add rules → My own rules → Rule JSON editor, as the first in the order"
            ),
            language="json",
            text=json.dumps(_rule(request), indent=2),
        ),
    )


TARGET = Target(
    name="aws-waf",
    title="AWS WAF",
    applied_by=AppliedBy.SERVICE,
    causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ADDRESS, Cause.CONTENT, Cause.RATE, Cause.ROBOT_TEST)),
    steps=steps,
    undo=N_("Delete the rule “ship”, then the list of addresses."),
    cautions=(N_("Calls that the rule allows are not looked at by the rules after it."),),
    sources=(
        "https://docs.aws.amazon.com/waf/latest/developerguide/waf-rules.html",
        "https://docs.aws.amazon.com/waf/latest/developerguide/waf-ip-set-managing.html",
    ),
)
