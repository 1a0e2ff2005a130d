"""Varnish: `synth` answers. Its Retry-After says nothing about maintenance."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Varnish",
        code="refused-by-server",
        source="measured on 7.1.1",
        statuses=(403,),
        headers=(("Server", "^Varnish$"),),
        body=r"Guru Meditation",
    ),
    Signature(
        product="Varnish",
        code="method-refused",
        source="measured on 7.1.1",
        statuses=(405,),
        headers=(("Server", "^Varnish$"),),
        body=r"Guru Meditation",
    ),
    Signature(
        product="Varnish",
        code="server-down",
        source="measured on 7.1.1",
        statuses=(503,),
        headers=(("Server", "^Varnish$"),),
        body=r"Guru Meditation",
    ),
)
