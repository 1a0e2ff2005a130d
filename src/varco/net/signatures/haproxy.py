"""HAProxy: its stock pages, which carry neither Server nor Date."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="HAProxy",
        code="refused-by-server",
        source="measured on 2.6.12",
        statuses=(403,),
        no_headers=("Server",),
        body=r"Request forbidden by administrative rules\.",
    ),
    Signature(
        product="HAProxy",
        code="rate-limited",
        source="measured on 2.6.12",
        statuses=(429,),
        no_headers=("Server",),
        body=r"You have sent too many requests in a given amount of time",
    ),
    Signature(
        product="HAProxy",
        code="refused-by-server",
        source="measured on 2.6.12: the tarpit answers after a delay",
        statuses=(500,),
        no_headers=("Server",),
        body=r"An internal server error occurred\.|Internal Server Error",
    ),
    Signature(
        product="HAProxy",
        code="server-down",
        source="measured on 2.6.12",
        statuses=(502, 503, 504),
        no_headers=("Server",),
        body=r"No server is available to handle this request\.|The server returned an invalid or incomplete response|The server didn.t respond in time",
    ),
)
