"""Azure Front Door."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Azure Front Door",
        code="service-block",
        source="https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-overview",
        headers=(("x-azure-ref", ""),),
        body=r"The request is blocked\.",
    ),
)
