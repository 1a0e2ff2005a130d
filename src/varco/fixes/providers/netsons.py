"""Netsons: hosting with cPanel."""

from __future__ import annotations

from datetime import date

from varco.fixes.base import N_
from varco.fixes.hosting import Provider

PROVIDER = Provider(
    name="netsons",
    title="Netsons",
    hosts=(
        "netsons.net",
        "netsons.org",
    ),
    name_servers=(
        "netsons.net",
        "netsons.com",
    ),
    can=(
        N_("The .htaccess in the shop's folder"),
        N_("In cPanel: Metrics → Errors, Security → IP Blocker, and ModSecurity as a whole, which should stay on"),
    ),
    ticket=N_("In the client area: a ticket"),
    sources=("https://docs.cpanel.net/cpanel/security/ip-blocker/",),
    seen_on=date(2026, 11, 25),
)
