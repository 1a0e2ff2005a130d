"""Imperva (Incapsula)."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Imperva",
        code="service-block",
        source="https://docs.imperva.com/",
        body=r"Request unsuccessful\. Incapsula incident ID:\s*(?P<reference>[\d-]+)",
    ),
)
