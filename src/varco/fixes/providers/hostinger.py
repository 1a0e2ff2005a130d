"""Hostinger, by its help centre."""

from __future__ import annotations

from datetime import date

from varco.fixes.base import N_
from varco.fixes.hosting import Provider

PROVIDER = Provider(
    name="hostinger",
    title="Hostinger",
    hosts=(
        "hstgr.io",
        "hstgr.cloud",
        "main-hosting.eu",
    ),
    name_servers=(
        "dns-parking.com",
        "hostinger.com",
    ),
    can=(
        N_("The .htaccess in the shop's folder"),
        N_("The security level of the CDN: hPanel → Websites → Dashboard → Performance → CDN"),
    ),
    ticket=N_("In hPanel: Help"),
    sources=("https://support.hostinger.com/en/articles/10695636-hostinger-cdn-security-levels",),
    seen_on=date(2026, 11, 25),
)
