"""Sucuri's website firewall."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Sucuri",
        code="service-block",
        source="https://docs.sucuri.net/website-firewall/",
        headers=(("X-Sucuri-Block", ""),),
        body=r"(Block ID:\s*(</td>)?\s*(<td><span>)?(?P<reference>[A-Z0-9]{3,12}))?",
    ),
    Signature(
        product="Sucuri",
        code="service-block",
        source="https://docs.sucuri.net/website-firewall/",
        body=r"Access Denied - Sucuri Website Firewall|Access Denied – Sucuri Website Firewall",
    ),
)
