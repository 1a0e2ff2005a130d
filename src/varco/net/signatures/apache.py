"""Apache httpd: its stock pages. A rule, ModSecurity and mod_evasive look the same in them."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Apache",
        code="tls-plain-port",
        source="measured on 2.4.71",
        statuses=(400,),
        body=r"speaking plain HTTP to an SSL-enabled server port",
    ),
    Signature(
        product="Apache",
        code="method-refused",
        source="measured on 2.4.71",
        statuses=(405,),
        headers=(("Allow", "^TRACE$"),),
    ),
    Signature(
        product="Apache",
        code="refused-by-server",
        source="measured on 2.4.71",
        statuses=(403,),
        body=r"<h1>Forbidden</h1>\s*<p>You don.t have permission to access",
    ),
    Signature(
        product="Apache",
        code="request-too-large",
        source="measured on 2.4.71 with ModSecurity 2.9.7",
        statuses=(400, 413, 414),
        headers=(("Server", "Apache"), ("Content-Type", "html")),
        body=r"exceeds the capacity limit|<h1>(Bad Request|Request Entity Too Large|Request-URI Too Long)</h1>",
    ),
    Signature(
        product="Apache",
        code="method-refused",
        source="measured on 2.4.71",
        statuses=(405,),
        headers=(("Server", "Apache"), ("Content-Type", "html")),
    ),
    Signature(
        product="Apache",
        code="server-down",
        source="measured on 2.4.71: its stock 503 speaks of maintenance, though only PHP or a backend is down",
        statuses=(503,),
        no_headers=("Retry-After",),
        body=r"unable to service your\s+request due to maintenance downtime or capacity\s+problems",
    ),
)
