"""Shellrent, by its guides."""

from __future__ import annotations

from datetime import date

from varco.fixes.base import N_
from varco.fixes.hosting import Provider

PROVIDER = Provider(
    name="shellrent",
    title="Shellrent",
    hosts=("shellrent.com",),
    name_servers=("shellrent.com",),
    can=(
        N_("The .htaccess in the shop's folder"),
        N_("ModSecurity's strict mode: “PHP ModSecurity Full Strict” in the Manager, at the web hosting"),
        N_("Whether an address is banned now, in the Manager: manager.shellrent.com/ban"),
    ),
    ticket=N_("In the Manager (manager.shellrent.com): support"),
    sources=(
        "https://guide.shellrent.com/disattivare-apache-mod-security-dal-proprio-hosting-condiviso",
        "https://guide.shellrent.com/?p=5717",
    ),
    seen_on=date(2026, 11, 25),
)
