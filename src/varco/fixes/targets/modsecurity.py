"""ModSecurity 2 and 3 with the OWASP Core Rule Set 3 and 4: the rules stay on for our calls, at paranoia level 1.

The rule runs before file 901, which fills only what is empty
(https://github.com/coreruleset/coreruleset/blob/v4.0.0/rules/REQUEST-901-INITIALIZATION.conf). Measured with 3.3.4 and 4.28.0 on
ModSecurity 2.9.7 and 3.0.9.
"""

from __future__ import annotations

from collections.abc import Sequence

from varco.fixes.base import BEHIND_PROXY, N_, Target, indented, names_regex, paths_regex
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

_LEVELS = "paranoia_level executing_paranoia_level blocking_paranoia_level detection_paranoia_level".split()
_PLACE = N_(
    "The file REQUEST-900-EXCLUSION-RULES-BEFORE-CRS.conf: loaded after crs-setup.conf and before the rules (Debian: "
    "/etc/modsecurity/crs/)"
)


def steps(request: FixRequest) -> Sequence[Step]:
    methods = f"setvar:'tx.allowed_methods={' '.join(request.methods)}'"
    levels = ",\\\n".join((methods, *(f"setvar:tx.{name}=1" for name in _LEVELS)))
    return (
        Step(
            name="methods",
            what=N_("Allow the methods for the platform's calls. All other rules stay as they are"),
            place=_PLACE,
            language="apache",
            causes=frozenset((Cause.METHOD,)),
            text=_rule(request, methods),
        ),
        Step(
            name="content",
            what=N_(
                "Or, where the paranoia level is 2 or higher, this rule instead of that one: the rules take links, "
                "apostrophes and brackets for attacks there, so the platform's calls are looked at on level 1"
            ),
            place=_PLACE,
            language="apache",
            causes=frozenset((Cause.CONTENT, Cause.METHOD)),
            text=_rule(request, levels),
        ),
        *_consent(request),
        Step(
            name="size",
            what=N_(
                "Where calls are too large or have too many fields: wider limits for the interface's path (ModSecurity "
                "2 on Apache; they know no address)"
            ),
            place=N_("In the shop's <VirtualHost>"),
            language="apache",
            causes=frozenset((Cause.SIZE,)),
            text=(
                f'<LocationMatch "{paths_regex(request)}">\n'
                "    SecArgumentsLimit 20000\n    SecRequestBodyNoFilesLimit 1048576\n</LocationMatch>"
            ),
        ),
    )


def _rule(request: FixRequest, actions: str) -> str:
    return (
        f'SecRule REMOTE_ADDR "@ipMatch {",".join(request.addresses)}" \\\n'
        '    "id:10100,phase:1,pass,nolog,t:none,chain"\n'
        f'    SecRule REQUEST_HEADERS:User-Agent "@rx (?i){names_regex(request)}" "t:none,chain"\n'
        f'        SecRule REQUEST_FILENAME "@rx {paths_regex(request)}" \\\n'
        f'            "t:none,t:urlDecodeUni,t:normalizePath,\\\n{indented(actions, " " * 12)}"'
    )


def _consent(request: FixRequest) -> tuple[Step, ...]:
    """WooCommerce's page on which a merchant lets a platform in: opened by his own browser, from anywhere."""
    if request.platform != "woocommerce":
        return ()
    folder = request.prefixes[0].removesuffix("/wp-json/wc/")
    return (
        Step(
            name="consent",
            what=N_(
                "At paranoia level 2 or 3 also this: the merchant's own browser opens the shop's consent page, whose two "
                "addresses lead to the platform by design"
            ),
            place=_PLACE,
            language="apache",
            causes=frozenset((Cause.CONTENT,)),
            text=(
                f'SecRule REQUEST_FILENAME "@beginsWith {folder}/wc-auth/v1/authorize" \\\n'
                '    "id:10110,phase:1,pass,nolog,t:none,t:normalizePath,\\\n'
                "    ctl:ruleRemoveTargetById=931130;ARGS:return_url,\\\n"
                '    ctl:ruleRemoveTargetById=931130;ARGS:callback_url"'
            ),
        ),
    )


TARGET = Target(
    name="modsecurity",
    title="ModSecurity with the OWASP Core Rule Set",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.METHOD, Cause.CONTENT, Cause.SIZE)),
    steps=steps,
    check=("apachectl configtest", "nginx -t"),
    reload=("apachectl graceful", "systemctl reload nginx"),
    undo=N_("Remove the rules 10100 and 10110, test, and reload."),
    cautions=(
        N_("If the rule number 10100 or 10110 is taken, choose another one below 99999."),
        N_(
            "A call that ModSecurity refuses often becomes a ban by fail2ban some calls later: mend this first, then lift "
            "the ban."
        ),
        BEHIND_PROXY,
    ),
    verified_on=(
        "ModSecurity 2.9.7 (Apache 2.4.71) with CRS 3.3.4 and 4.28.0",
        "ModSecurity 3.0.9 (nginx 1.22.1) with CRS 3.3.4 and 4.28.0",
    ),
    sources=("https://coreruleset.org/docs/2-how-crs-works/2-3-false-positives-and-tuning/",),
)
