"""From one exchange to its cause. What only a comparison of several calls can tell is the doctor's.

Rules in the order in which the first hit wins (decision table in docs/findings/README.md):

1. no HTTP answer: the network's or TLS's fault
2. data with a good status: nothing is wrong, whatever words a customer wrote into it
3. a product's own block page, whatever the status
4. JSON in the shop's own form: the shop speaks
5. the status, and whether data or a page came
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Response
from varco.model.finding import UNKNOWN_CODE, Confidence, Finding, Params
from varco.net import magento, prestashop, shopify
from varco.net.kinds import KINDS
from varco.net.redirect import parts_of
from varco.net.scrub import scrubbed_url
from varco.net.signature import matching

__all__ = ["KINDS", "diagnose", "is_ambiguous", "json_of", "retry_after_s"]

LONGEST_WAIT_S: Final = 3600
_READS: Final = ("GET", "HEAD", "OPTIONS")

_TLS_TEXTS: Final = (
    ("certificate has expired", "tls-expired"),
    ("self-signed certificate", "tls-self-signed"),
    ("self signed certificate", "tls-self-signed"),
    ("unable to get local issuer", "tls-incomplete-chain"),
    ("hostname mismatch", "tls-name-mismatch"),
    ("ip address mismatch", "tls-name-mismatch"),
    ("unsupported protocol", "tls-old-protocol"),
    ("protocol version", "tls-old-protocol"),
    ("unrecognized name", "tls-unknown-name"),
    ("wrong version number", "tls-plain-port"),
    ("record layer failure", "tls-plain-port"),
    ("certificate required", "tls-client-certificate"),
)
"""OpenSSL's words, measured with Python 3.11."""
_FAILURES: Final = {
    FailureKind.NAME_NOT_FOUND: "name-not-found",
    FailureKind.NAME_SERVER_FAILED: "name-server-failed",
    FailureKind.ADDRESS_FORBIDDEN: "address-not-allowed",
    FailureKind.REFUSED: "connection-refused",
    FailureKind.UNREACHABLE: "host-unreachable",
    FailureKind.RESET: "connection-dropped",
    FailureKind.CLOSED: "connection-dropped",
    FailureKind.TOO_LARGE: "answer-too-large",
    FailureKind.NOT_HTTP: "not-http",
    FailureKind.OUR_FAULT: "internal-error",
}
_LOCKED: Final = (
    "rest_not_logged_in",
    "rest_cannot_access",
    "rest_login_required",
    "rest_unauthorized",
    "rest_api_auth",
)
_CRASHED: Final = ("internal_server_error", "wp_die")


def diagnose(exchange: Exchange, *, platform: str = "") -> Finding | None:
    """The cause of what went wrong in this exchange; None if the answer is what an interface gives.

    `platform` where it is known whose interface was asked: then its words are understood that others could use too.
    """
    if exchange.failure is not None:
        return _of_failure(exchange, exchange.failure)
    response = exchange.response
    if response is None or _is_data(response):
        return None
    return (
        _of_signature(exchange, response)
        or _of_prestashop(exchange)
        or _of_magento(exchange, known=platform == "magento")
        or _of_shopify(exchange)
        or _of_words(exchange, response)
        or _of_status(exchange, response)
    )


def _is_data(response: Response) -> bool:
    """A list, or one thing with its id: what no block page looks like. Decided without reading it whole."""
    return (
        200 <= response.status < 300
        and (
            response.body.startswith((b"[", b'{"id":', b'{"items":'))
            or prestashop.speaks(response)
            or shopify.is_answered(response)
        )
        and response.content_type == "application/json"
    )


def _of_failure(exchange: Exchange, failure: Failure) -> Finding:
    if failure.kind is FailureKind.TLS:
        text = failure.text.lower()
        code = next((code for words, code in _TLS_TEXTS if words in text), "tls-failed")
    elif failure.kind is FailureKind.TIMEOUT:
        code = "connect-timeout" if failure.phase in (Phase.DNS, Phase.CONNECT) else "answer-timeout"
    elif failure.phase is Phase.READ and failure.kind in (FailureKind.RESET, FailureKind.CLOSED):
        code = "answer-cut"
    else:
        code = _FAILURES[failure.kind]
    return _finding(code, exchange, Confidence.HIGH, f"{failure.kind} in phase {failure.phase}", text=failure.text)


def _of_signature(exchange: Exchange, response: Response) -> Finding | None:
    found = matching(response)
    if found is None:
        return None
    signature, told = found
    reference = told.get("reference", "–")
    return _finding(
        signature.code,
        exchange,
        Confidence.CERTAIN if signature.code in ("robot-test", "service-block") else Confidence.HIGH,
        f"signature of {signature.product} ({signature.source})",
        product=signature.product,
        reference=reference,
    )


def _of_prestashop(exchange: Exchange) -> Finding | None:
    found = prestashop.refusal(exchange)
    if found is None:
        return None
    code, reason, resource = found
    return _finding(code, exchange, Confidence.CERTAIN, f"PrestaShop's own {reason}", reason=reason, resource=resource)


def _of_magento(exchange: Exchange, *, known: bool) -> Finding | None:
    found = magento.refusal(exchange, known=known)
    if found is None:
        return None
    code, words = found
    return _finding(code, exchange, Confidence.HIGH, f"Magento's own words: {words}", reason=words)


def _of_shopify(exchange: Exchange) -> Finding | None:
    found = shopify.refusal(exchange)
    if found is None:
        return None
    why = f"Shopify's own words: {found.reason}"
    return _finding(found.code, exchange, Confidence.CERTAIN, why, reason=found.reason, scope=found.scope)


def _of_words(exchange: Exchange, response: Response) -> Finding | None:
    """WordPress's error form: `code`, `message`, `data.status`. `data` may be a bare number."""
    if response.status < 400:
        return None
    words = json_of(response)
    if not isinstance(words, dict) or not _is_wordpress(words):
        return None
    code, message = str(words["code"]), str(words.get("message", ""))
    found = _wordpress_code(code, response.status, message)
    reason = code if code.replace("_", "").isalnum() else "?"
    if code.isdigit() and _are_plain(message):
        reason = message.rstrip(".")
    return _finding(found, exchange, Confidence.CERTAIN, f"the shop's own code {reason}", reason=reason)


def _is_wordpress(words: dict[str, Any]) -> bool:
    """The code is a bare number where an exception of PHP was passed on, as by the fulfilments (measured on 10.5.2)."""
    data = words.get("data")
    by_number = type(words.get("code")) is int and isinstance(data, dict) and "status" in data
    return by_number or isinstance(words.get("code"), str)


def _are_plain(message: str) -> bool:
    """A short sentence without numbers, addresses or mark-up: it tells nothing of a person."""
    return 0 < len(message) <= 120 and all(letter.isalpha() or letter in " ,.'’-" for letter in message)


def _wordpress_code(code: str, status: int, message: str) -> str:
    rules: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("database-down", lambda: code == "wp_die" and "database connection" in message),
        ("maintenance", lambda: status == 503),  # before the next: WordPress says `wp_die` then too
        ("shop-crashed", lambda: code in _CRASHED),
        ("rate-limited", lambda: status == 429),
        ("request-too-large", lambda: status in (413, 414)),
        ("keys-wrong", lambda: code == "woocommerce_rest_authentication_error"),
        ("keys-not-accepted", lambda: status == 401 and code.startswith("woocommerce_rest_cannot")),
        ("permission-missing", lambda: status == 403 and code.startswith("woocommerce_rest_cannot")),
        ("interface-locked", lambda: status in (401, 403) or code in _LOCKED),
        ("not-in-shop", lambda: code.endswith("_invalid_id")),
        ("shop-software-off", lambda: code == "rest_no_route"),
    )
    return next((found for found, applies in rules if applies()), "refused-by-shop")


def _of_status(exchange: Exchange, response: Response) -> Finding | None:
    status = response.status
    page = response.content_type in ("text/html", "application/xhtml+xml") and exchange.request.method != "HEAD"
    if status in (301, 302, 303, 307, 308):
        return _of_redirect(exchange, response)
    if status < 400:
        return (
            _finding("page-instead-of-data", exchange, Confidence.MEDIUM, "HTML with a good status") if page else None
        )
    code, confidence = _by_status(response, page)
    realm = response.header("WWW-Authenticate").partition('realm="')[2].partition('"')[0][:80]
    return _finding(code, exchange, confidence, f"status {status}", realm=realm)


def _of_redirect(exchange: Exchange, response: Response) -> Finding:
    """WordPress only adds a slash where the interface has no address of its own: with plain permalinks (measured)."""
    here, there = urlsplit(exchange.request.url), parts_of(response.header("Location"))
    if there.path == f"{here.path}/" and there.netloc in ("", here.netloc):
        return _finding("interface-not-found", exchange, Confidence.MEDIUM, "a redirect that only adds a slash")
    location = scrubbed_url(response.header("Location"))[:300]
    return _finding("redirected", exchange, Confidence.CERTAIN, f"status {response.status}", location=location)


def _by_status(response: Response, page: bool) -> tuple[str, Confidence]:
    status = response.status
    if status == 401 and response.header("WWW-Authenticate"):
        return "site-password", Confidence.HIGH
    if status == 503 or (status == 500 and b"maintenance" in response.body[:4096].lower()):
        asks_to_wait = bool(response.header("Retry-After")) and not _says_retry_always(response)
        planned = asks_to_wait or b"maintenance" in response.body[:8192].lower()
        return ("maintenance" if planned else "server-down"), Confidence.MEDIUM
    if b"Error establishing a database connection" in response.body[:8192]:
        return "database-down", Confidence.HIGH
    if status == 500 and page:
        return "shop-crashed", Confidence.MEDIUM
    if status == 404 and page:
        return "interface-not-found", Confidence.MEDIUM
    fixed = {
        403: "refused-by-server",
        405: "method-refused",
        406: "refused-by-server",
        413: "request-too-large",
        414: "request-too-large",
        429: "rate-limited",
        431: "request-too-large",
        502: "server-down",
        504: "server-down",
    }
    return fixed.get(status, UNKNOWN_CODE), Confidence.LOW if status not in fixed else Confidence.MEDIUM


def _finding(code: str, exchange: Exchange, confidence: Confidence, rests_on: str, **params: str | int) -> Finding:
    """With the parameters that its kind's sentences name, and no others."""
    response = exchange.response
    known: Params = {
        "host": urlsplit(exchange.request.url).hostname or "?",
        "method": exchange.request.method,
        "status": response.status if response else 0,
        "address": exchange.address or "?",
        "seconds": round(exchange.request.timeout_s),
        "product": _server_name(response),
        "reference": "–",
        "text": "",
        **params,
    }
    kind = KINDS[code]
    texts = kind.title + kind.sentence + kind.advice
    used: Params = {name: value for name, value in known.items() if f"{{{name}}}" in texts}
    return Finding(code=code, params=used, confidence=confidence, rests_on=rests_on)


def _server_name(response: Response | None) -> str:
    name = response.header("Server").split("/")[0].split(" ")[0] if response else ""
    return name if name.replace("-", "").isalnum() and len(name) <= 30 else "The server"


def json_of(response: Response) -> Any:
    """The body if it is JSON, None otherwise."""
    try:
        return msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def retry_after_s(exchange: Exchange, now: datetime) -> int | None:
    """What the server asked us to wait, at most an hour; Varnish's own is said with every refusal and means nothing."""
    response = exchange.response
    if response is None or response.status not in (429, 503) or _says_retry_always(response):
        return None
    text = response.header("Retry-After").strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return min(int(text), LONGEST_WAIT_S)
    try:
        seconds = (parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(0, min(round(seconds), LONGEST_WAIT_S))


def _says_retry_always(response: Response) -> bool:
    """Varnish's own pages bear a Retry-After of 5 whatever happened (measured on 7.1.1)."""
    return response.header("Server") == "Varnish"


def is_ambiguous(exchange: Exchange) -> bool:
    """Whether a write may have been done all the same: it left, and no clear answer came back."""
    if exchange.request.method in _READS:
        return False
    if exchange.failure is not None:
        return exchange.failure.phase in (Phase.SEND, Phase.WAIT, Phase.READ)
    response = exchange.response
    return response is not None and response.status >= 500 and _is_no_business_error(response)


def _is_no_business_error(response: Response) -> bool:
    """WooCommerce answers business errors of refunds with 500 and `"data": 500`: those are clear."""
    words = json_of(response)
    return not (isinstance(words, dict) and isinstance(words.get("data"), int))
