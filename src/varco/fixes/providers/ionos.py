"""IONOS's web hosting: what any customer with files can do."""

from __future__ import annotations

from datetime import date

from varco.fixes.base import N_
from varco.fixes.hosting import Provider

PROVIDER = Provider(
    name="ionos",
    title="IONOS",
    hosts=(
        "kundenserver.de",
        "perfora.net",
        "ionos.com",
        "ui-r.com",
    ),
    name_servers=(
        "ui-dns.com",
        "ui-dns.de",
        "ui-dns.org",
        "ui-dns.biz",
    ),
    can=(N_("The .htaccess in the shop's folder"),),
    ticket=N_("By telephone or chat: the number stands in the IONOS account"),
    sources=("https://www.ionos.com/help/",),
    seen_on=date(2026, 11, 25),
)
