"""Caddy: `respond` and `abort` rules."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Caddy",
        code="tls-plain-port",
        source="measured on 2.6.2: the words of Go's own server, which others are built on too",
        statuses=(400,),
        body=r"\AClient sent an HTTP request to an HTTPS server\.",
    ),
    Signature(
        product="Caddy",
        code="refused-by-server",
        source="measured on 2.6.2",
        statuses=(403,),
        headers=(("Server", "^Caddy$"),),
        no_headers=("Via",),
        body=r"\A[^<{]{0,200}\Z",
    ),
    Signature(
        product="Caddy",
        code="method-refused",
        source="measured on 2.6.2",
        statuses=(405,),
        headers=(("Server", "^Caddy$"),),
        body=r"\A[^<{]{0,200}\Z",
    ),
)
