"""OVHcloud's web hosting, by its guides."""

from __future__ import annotations

from datetime import date

from varco.fixes.base import N_
from varco.fixes.hosting import Provider

PROVIDER = Provider(
    name="ovh",
    title="OVHcloud",
    hosts=(
        "hosting.ovh.net",
        "ovh.net",
        "ovh.com",
    ),
    name_servers=(
        "ovh.net",
        "ovh.ca",
        "anycast.me",
    ),
    can=(
        N_("The .htaccess in the shop's folder"),
        N_(
            "The option “Enable the firewall” of each domain, as a whole: Web Cloud → Hosting plans → Multisite → "
            "Modify domain"
        ),
        N_("The logs: Statistics and logs"),
    ),
    ticket=N_("In the OVHcloud Control Panel: Help center → Create a ticket"),
    sources=(
        "https://github.com/ovh/docs/blob/149a8f56919661b94af090deebfb2f06ba665427/pages/web_cloud/web_hosting/multisites_modify_domain/guide.en-gb.md",
    ),
    seen_on=date(2026, 11, 25),
)
