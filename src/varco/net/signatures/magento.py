"""Magento's pages: under maintenance, and the one of last resort, when even its error page could not be made."""

from varco.net.signature import Signature

SIGNATURES = (
    Signature(
        product="Magento",
        code="maintenance",
        source="measured on 2.4.7-p3: without Retry-After, with the words of Apache's stock page",
        statuses=(503,),
        body=r"<title>Error 503: Service Unavailable</title>.*errors(&#x2F;|/)default",
    ),
    Signature(
        product="Magento",
        code="database-down",
        source="measured on 2.4.7-p3",
        statuses=(500,),
        body=r"An error has happened during application run\. See exception log",
    ),
)
