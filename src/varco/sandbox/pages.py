"""The pages of the software before and around a shop, as it really sends them (recorded, see tests/recorded)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import msgspec

from varco.model.exchange import Headers, Request, Response, header
from varco.sandbox.walls import Kind, Wall

NGINX: Final = "nginx/1.22.1"
APACHE: Final = "Apache/2.4.71 (Debian)"
NO_CACHE: Final[Headers] = (
    ("Expires", "Wed, 11 Jan 1984 05:00:00 GMT"),
    ("Cache-Control", "no-cache, must-revalidate, max-age=0, no-store, private"),
)
JSON: Final = "application/json; charset=UTF-8"
HTML: Final = "text/html; charset=UTF-8"
NOTICE: Final = (
    b'<br />\n<b>Warning</b>:  Undefined array key "lab" in <b>/var/www/html/wp-content/plugins/negozio/negozio.php</b>'
    b" on line <b>5</b><br />\n"
)

_NGINX_TITLES: Final = {
    301: "301 Moved Permanently",
    401: "401 Authorization Required",
    403: "403 Forbidden",
    405: "405 Not Allowed",
    413: "413 Request Entity Too Large",
    429: "429 Too Many Requests",
    502: "502 Bad Gateway",
    503: "503 Service Temporarily Unavailable",
    504: "504 Gateway Time-out",
}
_APACHE_PAGES: Final = {
    301: ("Moved Permanently", "<p>The document has moved.</p>"),
    401: ("Unauthorized", "<p>This server could not verify that you are authorized to access the document.</p>"),
    403: ("Forbidden", "<p>You don't have permission to access this resource.</p>"),
    405: ("Method Not Allowed", "<p>The requested method {method} is not allowed for this URL.</p>"),
    413: ("Request Entity Too Large", "<p>The amount of data provided in the request exceeds the capacity limit.</p>"),
    429: ("Too Many Requests", "<p>The user has sent too many requests in a given amount of time.</p>"),
    502: ("Bad Gateway", "<p>The proxy server received an invalid response from an upstream server.</p>"),
    503: ("Service Unavailable", "<p>The server is temporarily unable to service your request.</p>"),
    504: ("Gateway Timeout", "<p>The gateway did not receive a timely response from the upstream server.</p>"),
}
_SERVER_STATUS: Final = {
    Kind.REFUSED: 403,
    Kind.METHOD_NOT_ALLOWED: 405,
    Kind.TOO_MANY: 429,
    Kind.LIMITED: 503,
    Kind.MOVED: 301,
    Kind.BODY_TOO_LARGE: 413,
    Kind.SITE_PASSWORD: 401,
    Kind.SERVER_DOWN: 502,
    Kind.LANDS_LATE: 504,
}
_CRITICAL: Final = (
    "<p>There has been a critical error on this website.</p>"
    '<p><a href="https://wordpress.org/documentation/article/faq-troubleshooting/">'
    "Learn more about troubleshooting WordPress.</a></p>"
)
_DIE_STYLE: Final = (
    "html{background:#f1f1f1}body{background:#fff;border:1px solid #ccd0d4;color:#444;margin:2em auto;padding:1em 2em;"
    "max-width:700px;font-family:sans-serif}h1{font-size:24px;color:#666}#error-page{margin-top:50px}"
)


def of_wall(wall: Wall, request: Request) -> Response:
    """What a wall of a kind in `ANSWERS` sends, but for those in `OWN_PAGES`."""
    return _captcha(wall, request) if wall.kind is Kind.CAPTCHA else _of_server(wall, request)


def of_wordpress(wall: Wall, request: Request) -> Response:
    """What WordPress sends for a wall of a kind in `OWN_PAGES`."""
    return _WORDPRESS[wall.kind](wall, request)


def crashed(
    request: Request, message: str = "Uncaught Error: Call to undefined function negozio_calcola()"
) -> Response:
    """WordPress after a fatal error of a plug-in."""
    error = {"type": 1, "message": message, "file": "/var/www/html/wp-content/plugins/negozio/negozio.php", "line": 6}
    words = {"code": "internal_server_error", "message": _CRITICAL, "data": {"status": 500, "error": error}}
    return _died(request, 500, "WordPress &rsaquo; Error", _CRITICAL, {**words, "additional_errors": []})


def died_page(title: str, message: str) -> bytes:
    """WordPress's page of last resort."""
    return (
        "<!DOCTYPE html>\n<html dir='ltr'>\n<head>\n"
        '\t<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />\n'
        '\t<meta name="viewport" content="width=device-width, initial-scale=1.0">\n'
        f'\t\t\t<title>{title}</title>\n\t<style type="text/css">{_DIE_STYLE}</style>\n</head>\n'
        f'<body id="error-page">\n\t<div class="wp-die-message">{message}</div></body>\n</html>\n\t'
    ).encode()


def _died(request: Request, status: int, title: str, message: str, words: dict[str, object]) -> Response:
    """As JSON only where it is asked for (measured)."""
    if "application/json" in header(request.headers, "Accept"):
        body, kind = msgspec.json.encode(words), JSON
    else:
        body, kind = died_page(title, message), HTML
    return Response(status=status, headers=(("Server", NGINX), ("Content-Type", kind), *NO_CACHE), body=body)


def _maintenance(wall: Wall, request: Request) -> Response:
    message = "Briefly unavailable for scheduled maintenance. Check back in a minute."
    words: dict[str, object] = {"code": "wp_die", "message": message, "data": {"status": 503}, "additional_errors": []}
    page = _died(request, 503, "Maintenance", message, words)
    return msgspec.structs.replace(page, headers=(*page.headers, ("Retry-After", str(round(wall.seconds)))))


def _database_down(_wall: Wall, request: Request) -> Response:
    message = "<h1>Error establishing a database connection</h1>"
    words: dict[str, object] = {"code": "wp_die", "message": message, "data": {"status": 500}, "additional_errors": []}
    return _died(request, 500, "Database Error", message, words)


def _captcha(_wall: Wall, request: Request) -> Response:
    """woocommerce/woocommerce#52896: a good status that is a block."""
    path = urlsplit(request.url).path
    body = (
        '<html><head><link rel="icon" href="data:;"><meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r='
        f'{path}&y=ipc:192.0.2.1:1"></meta></head></html>'
    )
    headers = (("Server", "nginx"), ("Content-Type", "text/html"), ("SG-Captcha", "challenge"))
    return Response(status=202, headers=headers, body=body.encode())


_WORDPRESS: Final[dict[Kind, Callable[[Wall, Request], Response]]] = {
    Kind.MAINTENANCE: _maintenance,
    Kind.FATAL: lambda _, request: crashed(request),
    Kind.MEMORY: lambda _, request: crashed(request, "Allowed memory size of 536870912 bytes exhausted"),
    Kind.DATABASE_DOWN: _database_down,
}


def _of_server(wall: Wall, request: Request) -> Response:
    status = _SERVER_STATUS[wall.kind]
    extra: Headers = ()
    if wall.kind is Kind.TOO_MANY and wall.seconds:
        extra = (("Retry-After", str(round(wall.seconds))),)
    elif wall.kind is Kind.MOVED:
        extra = (("Location", wall.target.rstrip("/") + _target_of(request.url)),)
    elif wall.kind is Kind.SITE_PASSWORD:
        extra = (("WWW-Authenticate", 'Basic realm="Staging"'),)
    make = _apache if wall.server == "apache" else _nginx
    return make(status, request, extra)


def _target_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _nginx(status: int, _request: Request, extra: Headers) -> Response:
    title = _NGINX_TITLES[status]
    body = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        f"<hr><center>{NGINX}</center>\r\n</body>\r\n</html>\r\n"
    )
    headers = (("Server", NGINX), ("Content-Type", "text/html"), *extra)
    return Response(status=status, reason=title[4:], headers=headers, body=body.encode())


def _apache(status: int, request: Request, extra: Headers) -> Response:
    title, text = _APACHE_PAGES[status]
    host, port = urlsplit(request.url).hostname, urlsplit(request.url).port
    body = (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n'
        f"<html><head>\n<title>{status} {title}</title>\n</head><body>\n<h1>{title}</h1>\n"
        f"{text.format(method=request.method)}\n<hr>\n"
        f"<address>{APACHE} Server at {host} Port {port or 443}</address>\n</body></html>\n"
    )
    headers = (("Server", APACHE), ("Content-Type", "text/html; charset=iso-8859-1"), *extra)
    return Response(status=status, reason=title, headers=headers, body=body.encode())
