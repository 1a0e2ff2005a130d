"""nginx: its stock pages. `deny`, `limit_except`, `return` and ModSecurity look the same in them."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="nginx",
        code="tls-client-certificate",
        source="measured on 1.22.1",
        statuses=(400,),
        body=r"No required SSL certificate was sent",
    ),
    Signature(
        product="nginx",
        code="tls-plain-port",
        source="measured on 1.22.1",
        statuses=(400,),
        body=r"The plain HTTP request was sent to HTTPS port",
    ),
    Signature(
        product="nginx",
        code="refused-by-server",
        source="measured on 1.22.1",
        statuses=(403,),
        body=r"<center><h1>403 Forbidden</h1></center>\s*<hr><center>(nginx|openresty)",
    ),
    Signature(
        product="nginx",
        code="method-refused",
        source="measured on 1.22.1",
        statuses=(405,),
        no_headers=("Allow",),
        body=r"<center><h1>405 Not Allowed</h1></center>",
    ),
    Signature(
        product="nginx",
        code="request-too-large",
        source="measured on 1.22.1",
        statuses=(400, 413, 414, 494),
        body=r"<center><h1>4\d\d (Request Entity Too Large|Request-URI Too Large|Request Header Or Cookie Too Large|Bad Request)</h1></center>",
    ),
    Signature(
        product="nginx",
        code="rate-limited",
        source="measured on 1.22.1: limit_req answers 503 without Retry-After",
        statuses=(429, 503),
        no_headers=("Retry-After",),
        body=r"<center><h1>(429 Too Many Requests|503 Service Temporarily Unavailable)</h1></center>",
    ),
    Signature(
        product="nginx",
        code="server-down",
        source="measured on 1.22.1",
        statuses=(502, 504),
        body=r"<center><h1>50[24] [^<]*</h1></center>",
    ),
)
