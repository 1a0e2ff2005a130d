"""LiteSpeed Web Server and QUIC.cloud."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="LiteSpeed",
        code="robot-test",
        source="https://docs.litespeedtech.com/lsws/cp/cpanel/recaptcha/",
        headers=(("Server", "LiteSpeed"),),
        body=r"recaptcha|lsrecap",
    ),
    Signature(
        product="LiteSpeed",
        code="refused-by-server",
        source="https://docs.litespeedtech.com/lsws/",
        statuses=(403,),
        headers=(("Server", "LiteSpeed"), ("Content-Type", "html")),
    ),
)
