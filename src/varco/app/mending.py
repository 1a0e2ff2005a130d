"""What of a report can be mended by lines to paste, and for which server or service, as far as it was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from varco.app.fixes import Wanted, fix_for, request_from, targets_for
from varco.app.trial import Trial, trial_for
from varco.doctor.report import Report, Told
from varco.fixes.causes import has_lines
from varco.fixes.paths import PATHS
from varco.model.errors import BadInput
from varco.model.exchange import header
from varco.model.finding import Severity
from varco.model.fix import Fix, FixRequest

_BY_CODE: Final[Mapping[str, str]] = {
    "methods-rule-set": "modsecurity",
    "methods-seven-g": "apache-htaccess",
    "names-refused": "modsecurity",
    "links-refused": "modsecurity",
    "brackets-refused": "modsecurity",
    "banned-meanwhile": "fail2ban",
    "cdn-methods": "cloudfront",
    "permalinks-plain": "woocommerce-settings",
    "webservice-off": "prestashop-settings",
}
"""What the finding itself says of who stops us."""
_BY_WORD: Final = (
    ("cloudflare", "cloudflare"),
    ("cloudfront", "aws-waf"),
    ("aws", "aws-waf"),
    ("sucuri", "sucuri"),
    ("imunify", "imunify360"),
    ("wordfence", "wordfence"),
    ("solid security", "solid-security"),
    ("siteground", "siteground"),
    ("azure", "azure-front-door"),
    ("akamai", "akamai"),
    ("imperva", "imperva"),
    ("fastly", "fastly"),
    ("hcdn", "hostinger"),
    ("litespeed", "litespeed"),
    ("varnish", "varnish"),
    ("haproxy", "haproxy"),
    ("caddy", "caddy"),
    ("lighttpd", "lighttpd"),
    ("nginx", "nginx"),
    ("apache", "apache-htaccess"),
)
"""What the name of a product, or of the server that answered, says of it: services before servers."""


class Mending(msgspec.Struct, frozen=True, kw_only=True):
    """For one finding."""

    finding: str
    command: str
    """The call that prints the lines, with the addresses left to whoever calls it."""
    fix: Fix | None = None
    """Where the addresses are known."""
    trial: Trial | None = None
    """How whoever tests is let in for it, where he says from where."""


def mendings(report: Report, addresses: str = "", *, tester: str = "", private: bool = False) -> Iterator[Mending]:
    """For each finding that lines can mend, the main one first; each code once."""
    done: set[str] = set()
    for told in report.findings:
        code = told.finding.code
        if code in done or told.severity is Severity.GREY or not has_lines(code):
            continue
        done.add(code)
        wanted = Wanted(
            identity=report.identity,
            platform=report.platform if report.platform in PATHS else "woocommerce",
            addresses=addresses,
            folder=folder_of(report),
            finding=code,
            private=private,
        )
        yield _mending(report, told, request_from(wanted), tester)


def folder_of(report: Report) -> str:
    """In which the shop lives; empty for the whole site."""
    return urlsplit(report.final_url or report.url).path.rstrip("/")


def _mending(report: Report, told: Told, request: FixRequest, tester: str) -> Mending:
    code, names = told.finding.code, _likely(report, told, request)
    words = [
        "varco fix",
        *(f"--for {name}" for name in names[:1]),
        f"--finding {code} --identity {request.identity} --platform {request.platform} --ips FILE",
        *(f"--folder {folder}" for folder in (folder_of(report),) if folder),
    ]
    command = " ".join(words)
    fix = fix_for(names[0], request) if names and request.addresses else None
    return Mending(finding=code, command=command, fix=fix, trial=_trial(fix, request, tester))


def _trial(fix: Fix | None, request: FixRequest, tester: str) -> Trial | None:
    """None also where the tester is one of the platform's addresses, or the lines have none."""
    try:
        return trial_for(fix, request, tester) if fix and tester else None
    except BadInput:
        return None


def _likely(report: Report, told: Told, request: FixRequest) -> Sequence[str]:
    """Those that stop us, most likely first, as far as they can mend it. Empty: it could not be seen."""
    seen = " ".join((str(told.finding.params.get("product", "")), *_servers(report, told))).lower()
    named = _BY_CODE.get(told.finding.code, "")
    if told.finding.code == "header-lost":
        named = "nginx-php" if "nginx" in seen else "php-authorization"
    names = [named, *(name for word, name in _BY_WORD if word in seen)]
    able = set(targets_for(msgspec.structs.replace(request, addresses=request.addresses or ("192.0.2.1",))))
    return [name for name in names if name in able]


def _servers(report: Report, told: Told) -> Iterator[str]:
    """What answered the calls that the finding rests on."""
    for call in report.calls:
        if call.number in told.evidence:
            yield header(call.headers, "Server")
