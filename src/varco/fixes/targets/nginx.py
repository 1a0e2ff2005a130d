"""nginx: `geo` and `map` tell our calls apart, and the rule that stops them asks for that.

`$uri` is what nginx has decoded and cleaned (https://nginx.org/en/docs/http/ngx_http_core_module.html#var_uri), so that
a path with `..` is what it leads to. Measured on 1.22.1: `limit_except` cannot ask for a variable, and an empty key of
`limit_req_zone` is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import BEHIND_PROXY, N_, Target, names_regex, paths_regex
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_IN_SERVER = N_("In the server { } of the shop")
_HTTP = N_("A new file /etc/nginx/conf.d/ship.conf")


def steps(request: FixRequest) -> Sequence[Step]:
    return (_who(request), *_rules(), _addresses(request), *_limits(request))


def _who(request: FixRequest) -> Step:
    addresses = "".join(f"    {address} 1;\n" for address in request.addresses)
    methods = " ".join(f"{method} 1;" for method in request.methods)
    return Step(
        name="who",
        what=N_("Tell the platform's calls apart"),
        place=_HTTP,
        language="nginx",
        text=(
            f"geo $ship_ip {{\n    default 0;\n{addresses}}}\n"
            f'map $http_user_agent $ship_ua {{ default 0; "~*{names_regex(request)}" 1; }}\n'
            f"map $request_method $ship_method {{ default 0; {methods} }}\n"
            f'map $uri $ship_path {{ default 0; "~{paths_regex(request)}" 1; }}\n'
            'map "$ship_ip$ship_ua$ship_method$ship_path" $ship_ok { default 0; 1111 1; }'
        ),
    )


def _rules() -> tuple[Step, ...]:
    return (
        Step(
            name="if",
            what=N_(
                "Where an “if” stops calls: put its condition and its status into these lines, and remove the old one"
            ),
            place=_IN_SERVER,
            language="nginx",
            causes=frozenset((Cause.METHOD, Cause.NAME, Cause.MAINTENANCE)),
            text=(
                "set $ship_deny 0;\n"
                "if ($request_method !~ ^(GET|HEAD|POST)$) { set $ship_deny 1; }  # your own condition\n"
                "if ($ship_ok) { set $ship_deny 0; }\n"
                "if ($ship_deny) { return 405; }  # your own status"
            ),
        ),
        Step(
            name="limit-except",
            what=N_("Where a “limit_except” stops methods: it cannot make an exception, so these lines replace it"),
            place=_IN_SERVER,
            language="nginx",
            causes=frozenset((Cause.METHOD,)),
            text=(
                "set $ship_limit 0;\n"
                "if ($request_method !~ ^(GET|HEAD|POST)$) { set $ship_limit 1; }  # the methods that it named\n"
                "if ($ship_ok) { set $ship_limit 0; }\n"
                "if ($ship_limit) { return 403; }"
            ),
        ),
        Step(
            name="password-realm",
            what=N_("Where “auth_basic” asks for a password: choose what it asks"),
            place=_HTTP,
            language="nginx",
            causes=frozenset((Cause.PASSWORD,)),
            text='map $ship_ok $ship_realm { 1 off; default "Staging"; }',
        ),
        Step(
            name="password",
            what=N_("and let “auth_basic” ask that"),
            place=_IN_SERVER,
            language="nginx",
            causes=frozenset((Cause.PASSWORD,)),
            text="auth_basic $ship_realm;",
        ),
    )


def _addresses(request: FixRequest) -> Step:
    allow = "".join(f"allow {address};\n" for address in request.addresses)
    return Step(
        name="addresses",
        what=N_(
            "Where “allow” and “deny” stop addresses: put these lines above them; the second part keeps other calls from "
            "the same addresses outside. Leave it out where only single addresses were denied"
        ),
        place=_IN_SERVER,
        language="nginx",
        causes=frozenset((Cause.ADDRESS,)),
        text=f'{allow}set $ship_gate "$ship_ip$ship_ok";\nif ($ship_gate = 10) {{ return 403; }}',
    )


def _limits(request: FixRequest) -> tuple[Step, ...]:
    locations = "\n".join(
        f"location ^~ {prefix} {{\n    client_max_body_size 8m;\n"
        "    # and what stands in the location that serves the shop (try_files, proxy_pass, fastcgi_pass …)\n}"
        for prefix in request.prefixes
    )
    return (
        Step(
            name="rate-zone",
            what=N_(
                "Where “limit_req” slows calls: an empty key is not counted, and the platform gets a wider limit of its own"
            ),
            place=_HTTP,
            language="nginx",
            causes=frozenset((Cause.RATE,)),
            text=(
                'map $ship_ok $ship_others { 1 ""; default $binary_remote_addr; }\n'
                'map $ship_ok $ship_ours { 1 $binary_remote_addr; default ""; }\n'
                "limit_req_zone $ship_others zone=ship_others:10m rate=1r/s;  # your own rate\n"
                "limit_req_zone $ship_ours zone=ship_ours:1m rate=20r/s;"
            ),
        ),
        Step(
            name="rate",
            what=N_("and these lines replace the old “limit_req”"),
            place=_IN_SERVER,
            language="nginx",
            causes=frozenset((Cause.RATE,)),
            text="limit_req zone=ship_others burst=5;  # your own burst\nlimit_req zone=ship_ours burst=100 nodelay;",
        ),
        Step(
            name="size",
            what=N_(
                "Where calls are too large: a wider limit for the interface's path only (it cannot ask for the name)"
            ),
            place=_IN_SERVER,
            language="nginx",
            causes=frozenset((Cause.SIZE,)),
            text=locations,
        ),
    )


TARGET = Target(
    name="nginx",
    title="nginx",
    applied_by=AppliedBy.HOST,
    causes=frozenset(
        (
            Cause.METHOD,
            Cause.NAME,
            Cause.ADDRESS,
            Cause.PASSWORD,
            Cause.MAINTENANCE,
            Cause.RATE,
            Cause.SIZE,
        )
    ),
    steps=steps,
    check=("nginx -t",),
    reload=("systemctl reload nginx",),
    undo=N_("Put the old rule back, remove /etc/nginx/conf.d/ship.conf and what names “ship”, test, and reload."),
    cautions=(BEHIND_PROXY,),
    verified_on=("nginx 1.22.1",),
    sources=(
        "https://nginx.org/en/docs/http/ngx_http_geo_module.html",
        "https://nginx.org/en/docs/http/ngx_http_map_module.html",
    ),
)
