"""Fastly's next-generation firewall."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Fastly",
        code="service-block",
        source="https://docs.fastly.com/en/ngwaf/",
        statuses=(406,),
        headers=(("X-Served-By", "^cache-"),),
    ),
)
