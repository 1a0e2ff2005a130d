"""What only PrestaShop's webservice says. Its error codes are measured on 8.2.1."""

from varco.model.finding import FindingKind, Retry, Severity, Whose


def _presta(
    code: str,
    title: str,
    sentence: str,
    advice: str,
    retry: Retry = Retry.AFTER_CHANGE,
    severity: Severity = Severity.RED,
) -> FindingKind:
    return FindingKind(
        code=code, severity=severity, whose=Whose.MERCHANT, retry=retry, title=title, sentence=sentence, advice=advice
    )


KINDS = (
    _presta(
        "key-not-received",
        "Key does not arrive",
        "PrestaShop at {host} says that no key came with our request: the server takes the Authorization header away.",
        "In PrestaShop, open Advanced Parameters → Webservice, set “Enable CGI mode for PHP” to Yes, and save. If that "
        "does not help, the hosting provider must let the header through: `CGIPassAuth On` in Apache, "
        "`fastcgi_param HTTP_AUTHORIZATION $http_authorization;` in nginx.",
    ),
    _presta(
        "key-unknown",
        "Key unknown or switched off",
        "PrestaShop at {host} does not know our key, or it is switched off there.",
        "In PrestaShop, open Advanced Parameters → Webservice, see that the key is enabled, and copy it again, whole.",
    ),
    _presta(
        "right-not-granted",
        "Key may not do this",
        "PrestaShop at {host} does not let our key use {method} on “{resource}”.",
        "In PrestaShop, open Advanced Parameters → Webservice and the key, tick {method} in the line “{resource}”, "
        "and save.",
    ),
    _presta(
        "webservice-off",
        "Webservice switched off",
        "PrestaShop at {host} answers, but its webservice is switched off.",
        "In PrestaShop, open Advanced Parameters → Webservice, set “Enable PrestaShop's webservice” to Yes, and save.",
    ),
    _presta(
        "friendly-url-off",
        "Friendly URLs switched off",
        "PrestaShop answers at {host}, but not at /api/, where its webservice should be: its friendly URLs are off.",
        "In PrestaShop, open Shop Parameters → Traffic & SEO, set “Friendly URL” to Yes, and save. If they must stay "
        "off, choose the other address of the webservice in the connection's settings.",
    ),
    _presta(
        "customer-mail-failed",
        "Customer's mail not sent",
        "PrestaShop at {host} saved what we wrote, but could not send its mail to the customer.",
        "In PrestaShop, open Advanced Parameters → E-mail and send a test mail. We do not send the customer's again.",
        retry=Retry.SOON,
        severity=Severity.AMBER,
    ),
)
