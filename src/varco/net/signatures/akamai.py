"""Akamai."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Akamai",
        code="service-block",
        source="https://techdocs.akamai.com/",
        statuses=(403,),
        body=r"Access Denied.*?Reference(&#32;|\s)*(&#35;|#)(?P<reference>18[\w.&#;]+)",
    ),
)
