"""Solid Security (formerly iThemes Security), a plug-in of WordPress."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Solid Security",
        code="service-block",
        source="https://solidwp.com/help/security/",
        statuses=(403,),
        body=r"You have been locked out",
    ),
)
