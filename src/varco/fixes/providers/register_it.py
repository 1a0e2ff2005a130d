"""Register.it: hosting with cPanel, as its service order says."""

from __future__ import annotations

from datetime import date

from varco.fixes.base import N_
from varco.fixes.hosting import Provider

PROVIDER = Provider(
    name="register-it",
    title="Register.it",
    hosts=("register.it",),
    name_servers=("register.it",),
    can=(
        N_("The .htaccess in the shop's folder"),
        N_("In cPanel: Metrics → Errors, Security → IP Blocker, and ModSecurity as a whole, which should stay on"),
    ),
    ticket=N_("In the control panel: support"),
    sources=(
        "https://register.it/company/legal/ods-web-hosting/?lang=en",
        "https://docs.cpanel.net/cpanel/security/ip-blocker/",
    ),
    seen_on=date(2026, 11, 25),
)
