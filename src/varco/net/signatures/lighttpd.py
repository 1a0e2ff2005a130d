"""lighttpd: its stock pages."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="lighttpd",
        code="refused-by-server",
        source="measured on 1.4.69",
        statuses=(403,),
        headers=(("Server", "^lighttpd"),),
        body=r"<title>403",
    ),
    Signature(
        product="lighttpd",
        code="request-too-large",
        source="measured on 1.4.69",
        statuses=(413,),
        headers=(("Server", "^lighttpd"),),
    ),
)
