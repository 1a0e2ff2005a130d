"""LiteSpeed, by its documentation: it reads `.htaccess`, trusts addresses past its robot test, and may lack `SetEnvIfExpr`.

So the mark is set by mod_rewrite alone, which helps against rules of mod_rewrite only.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.apache_lines import in_htaccess
from varco.fixes.base import N_, Target, escaped, methods_regex, names_regex, paths_regex
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_TOP = N_("The first lines of the .htaccess in the shop's folder")


def steps(request: FixRequest) -> Sequence[Step]:
    trusted = ", ".join(f"[{address}]" if ":" in address else address for address in request.addresses)
    single = [address for address in request.ipv4 if "/" not in address]
    mark = Step(
        name="who",
        what=N_("Tell the platform's calls apart (only single IPv4 addresses can be written here)"),
        place=_TOP,
        language="apache",
        causes=frozenset((Cause.METHOD, Cause.NAME)),
        text=in_htaccess(
            "<IfModule mod_rewrite.c>\nRewriteEngine On\n"
            f"RewriteCond %{{REMOTE_ADDR}} ^(?:{'|'.join(map(escaped, single))})$\n"
            f"RewriteCond %{{HTTP_USER_AGENT}} {names_regex(request)} [NC]\n"
            f"RewriteCond %{{REQUEST_METHOD}} {methods_regex(request)}\n"
            f"RewriteCond %{{REQUEST_URI}} {paths_regex(request)}\n"
            "RewriteRule ^ - [E=SHIP_OK:1]\n</IfModule>"
        ),
    )
    rule = Step(
        name="rewrite",
        what=N_("Where a RewriteRule with [F], [R=405] or [R=503] stops calls: add these lines right above that rule"),
        place=N_("In the .htaccess, at the rule that stops the calls"),
        language="apache",
        causes=frozenset((Cause.METHOD, Cause.NAME)),
        text=in_htaccess("RewriteCond %{ENV:SHIP_OK} !=1\nRewriteCond %{ENV:REDIRECT_SHIP_OK} !=1"),
    )
    return (
        Step(
            name="trusted",
            what=N_("Where its robot test (CAPTCHA) or its limits stop calls: trust the platform's addresses"),
            place=_TOP,
            language="apache",
            causes=frozenset((Cause.ROBOT_TEST, Cause.RATE, Cause.BAN)),
            text=in_htaccess(f"<IfModule LiteSpeed>\nTrusted {trusted}\n</IfModule>"),
        ),
        *((mark, rule) if single else ()),
    )


TARGET = Target(
    name="litespeed",
    title="LiteSpeed, .htaccess",
    applied_by=AppliedBy.FILES,
    causes=frozenset((Cause.METHOD, Cause.NAME, Cause.ROBOT_TEST, Cause.RATE, Cause.BAN)),
    steps=steps,
    undo=N_("Put the copy of the .htaccess back. It is in force at once."),
    cautions=(
        N_(
            "Save a copy of the .htaccess before you begin, and open the shop in a browser after each change. On error "
            "500 put the copy back at once: then the server does not allow this, and the hosting provider must do it."
        ),
        N_("“Trusted” knows addresses only: it holds for every path and name."),
        N_("Look for [E=verifycaptcha] in the .htaccess: such a rule sends calls to the robot test."),
    ),
    sources=(
        "https://docs.litespeedtech.com/lsws/recaptcha/",
        "https://www.litespeedtech.com/support/wiki/doku.php/litespeed_wiki:config:recaptcha",
    ),
)
