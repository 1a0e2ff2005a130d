"""Imunify360, a firewall of shared hosting."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Imunify360",
        code="robot-test",
        source="https://docs.imunify360.com/webshield/",
        body=r"Please wait while your request is being verified",
    ),
    Signature(
        product="Imunify360",
        code="service-block",
        source="https://docs.imunify360.com/webshield/",
        body=r"Access denied by Imunify360",
    ),
)
