"""Plesk in general: told by nobody's name, chosen by whoever sees it."""

from __future__ import annotations

from datetime import date

from varco.fixes.base import N_
from varco.fixes.hosting import Provider

PROVIDER = Provider(
    name="plesk",
    title="A provider with Plesk",
    can=(
        N_("The .htaccess in the shop's folder"),
        N_(
            "In Plesk: the logs, and single rules of the web application firewall: Websites & Domains → Web "
            "Application Firewall → Switch off security rules"
        ),
    ),
    ticket=N_("In the provider's client area: a ticket"),
    sources=(
        "https://www.grintahosting.it/index.php?rp=%2Fknowledgebase%2F142%2FCome-identificare-e-sbloccare-un-errore-del-WAF-ModSecurity-su-Plesk.html",
    ),
    seen_on=date(2026, 11, 25),
)
