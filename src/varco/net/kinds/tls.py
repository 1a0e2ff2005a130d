"""Certificates and encryption. Decision table D05; the texts are OpenSSL's, measured."""

from varco.model.finding import FindingKind, Retry, Severity, Whose


def _tls(code: str, title: str, sentence: str, advice: str, retry: Retry = Retry.AFTER_CHANGE) -> FindingKind:
    return FindingKind(
        code=code,
        severity=Severity.RED,
        whose=Whose.HOST,
        retry=retry,
        title=title,
        sentence=sentence,
        advice=advice,
    )


KINDS = (
    _tls(
        "tls-expired",
        "Certificate expired",
        "The certificate of {host} has expired.",
        "Renew it: in the hosting panel under SSL/TLS (Let's Encrypt renews by itself once switched on).",
    ),
    _tls(
        "tls-self-signed",
        "Certificate made by itself",
        "The certificate of {host} is signed by nobody but the server itself.",
        "Install a certificate of a public authority, such as the free Let's Encrypt; or pin this one in the "
        "connection's settings.",
    ),
    _tls(
        "tls-incomplete-chain",
        "Certificate incomplete",
        "{host} does not send the certificates in between, so its own cannot be verified. Browsers hide this fault.",
        "Install the full chain (fullchain.pem) instead of the single certificate; or, if the shop has its own "
        "authority, pin it in the connection's settings.",
    ),
    _tls(
        "tls-name-mismatch",
        "Certificate of another name",
        "The certificate that {host} shows is for another name.",
        "Use the name that stands in the certificate (often with or without www), or issue one for {host}.",
    ),
    _tls(
        "tls-old-protocol",
        "Encryption too old",
        "{host} speaks only versions of TLS that are no longer safe.",
        "Ask the hosting provider to switch on TLS 1.2 or newer.",
    ),
    _tls(
        "tls-unknown-name",
        "Server does not know the name",
        "The server at this address does not know the name {host}.",
        "Check the name; if it is right, its web space is not set up for https (virtual host, SNI).",
    ),
    _tls(
        "tls-plain-port",
        "No encryption on this port",
        "The port of {host} that should be encrypted speaks plain HTTP.",
        "Check the port in the shop's address, or ask the hosting provider to switch on https.",
    ),
    _tls(
        "tls-client-certificate",
        "Server wants a client certificate",
        "{host} lets in only visitors with a certificate of their own.",
        "Ask the hosting provider to exempt the path of the shop's interface from it.",
    ),
    _tls(
        "tls-failed",
        "Encryption fails",
        "No encrypted connection to {host} comes about: {text}",
        "Show these words to the hosting provider.",
        Retry.SOON,
    ),
)
