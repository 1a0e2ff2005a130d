"""SiteGround, by its knowledge base."""

from __future__ import annotations

from datetime import date

from varco.fixes.base import N_
from varco.fixes.hosting import Provider

PROVIDER = Provider(
    name="siteground",
    title="SiteGround",
    hosts=(
        "siteground.biz",
        "siteground.eu",
        "sgvps.net",
    ),
    name_servers=(
        "siteground.net",
        "sgvps.net",
        "siteground.biz",
    ),
    can=(
        N_("The .htaccess in the shop's folder"),
        N_("Taking addresses and countries out of Site Tools → Security → Block Traffic"),
        N_("Not the robot test: only the support takes addresses out of it"),
    ),
    ticket=N_("In the client area: Help → Contact us"),
    sources=(
        "https://static-cdn.siteground.com/kb/ip-country-traffic-block",
        "https://github.com/woocommerce/woocommerce/issues/52896",
    ),
    seen_on=date(2026, 11, 25),
)
