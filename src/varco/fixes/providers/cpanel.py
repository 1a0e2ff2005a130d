"""cPanel in general: told by nobody's name, chosen by whoever sees it."""

from __future__ import annotations

from datetime import date

from varco.fixes.base import N_
from varco.fixes.hosting import Provider

PROVIDER = Provider(
    name="cpanel",
    title="A provider with cPanel",
    can=(
        N_("The .htaccess in the shop's folder"),
        N_("In cPanel: Metrics → Errors, Security → IP Blocker, and ModSecurity as a whole, which should stay on"),
    ),
    ticket=N_("In the provider's client area: a ticket"),
    sources=(
        "https://docs.cpanel.net/cpanel/security/ip-blocker/",
        "https://docs.cpanel.net/cpanel/security/modsecurity/",
    ),
    seen_on=date(2026, 11, 25),
)
