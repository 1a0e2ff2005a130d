"""Aruba's shared hosting (Linux), by its guides."""

from __future__ import annotations

from datetime import date

from varco.fixes.base import N_
from varco.fixes.hosting import Provider

PROVIDER = Provider(
    name="aruba",
    title="Aruba",
    hosts=(
        "aruba.it",
        "arubabusiness.it",
        "arubacloud.com",
    ),
    name_servers=(
        "technorail.com",
        "arubadns.net",
        "arubadns.cz",
        "arubadns.com",
    ),
    can=(
        N_("The .htaccess in the shop's folder, by FTP or in the file manager"),
        N_(
            "Switching the DDoS protection off as a whole, in the hosting panel: only as a last resort, since it is "
            "then off for everybody"
        ),
    ),
    ticket=N_("In the customer area (managehosting.aruba.it): Assistance"),
    sources=("https://guide.hosting.aruba.it/hosting/linux/rendere-sicuro-il-sito-web/protezione-ddos.aspx",),
    seen_on=date(2026, 11, 25),
)
