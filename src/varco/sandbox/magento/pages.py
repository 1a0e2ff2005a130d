"""Magento's own pages, as the recorded shop sent them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from varco.model.exchange import Headers, Request, Response
from varco.sandbox.magento.rest import RestError
from varco.sandbox.magento.rest import crashed as crashed_error
from varco.sandbox.pages import HTML, NGINX
from varco.sandbox.walls import Kind, Wall

JSON: Final = "application/json; charset=utf-8"
NOTICE: Final = (
    b'<br />\n<b>Warning</b>:  Undefined array key "lab" in <b>/var/www/html/app/code/Negozio/Lab/Plugin/Order.php</b>'
    b" on line <b>5</b><br />\n"
)
_NO_STORE: Final[Headers] = (("Cache-Control", "no-store"),)
_SAFE: Final[Headers] = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-XSS-Protection", "1; mode=block"),
    ("X-Frame-Options", "SAMEORIGIN"),
)
_SESSION: Final[Headers] = (
    ("Set-Cookie", "PHPSESSID=0123456789abcdef0123456789; Max-Age=3600; path=/; HttpOnly; SameSite=Lax"),
    ("Expires", "Thu, 19 Nov 1981 08:52:00 GMT"),
    ("Pragma", "no-cache"),
)
_HEAD: Final = (
    '<!doctype html>\n<html xmlns="http://www.w3.org/1999/xhtml" >\n<head>\n    <title>{title}</title>\n'
    '    <base href="/errors/default/" />\n'
    '    <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n    <meta name="robots" content="*"/>\n'
    '    <link rel="stylesheet" href="css/styles.css" type="text/css" />\n</head>\n<body>\n'
    '    <main class="page-main">\n'
)
_TAIL: Final = "    </main>\n</body>\n</html>\n"


def data(body: Any, *, session: bool = False) -> Response:
    """A good answer. Where the session was opened, its cookie comes along (measured)."""
    headers = (("Vary", "Accept-Encoding"), *(_SESSION if session else ()), ("X-Frame-Options", "SAMEORIGIN"))
    return _json(200, body, headers)


def refusal(error: RestError) -> Response:
    vary: Headers = (("Vary", "Accept-Encoding"),) if error.status == 404 else ()
    return _json(error.status, error.body(), (*vary, *(_SESSION if error.session else ())))


def method_refused(method: str) -> Response:
    """JSON too, and the shop's own; to HEAD it has no words (measured)."""
    if method == "TRACE":
        body = "<html>\r\n<head><title>405 Not Allowed</title></head>\r\n</html>\r\n"
        return Response(status=405, headers=(("Server", NGINX), ("Content-Type", HTML)), body=body.encode())
    if method == "HEAD":
        return Response(status=405, headers=(("Server", NGINX), ("Content-Type", JSON), *_NO_STORE))
    return _json(405, {"message": f"The {method} HTTP method is not supported."}, ())


def _json(status: int, body: Any, headers: Headers) -> Response:
    told = (("Server", NGINX), ("Content-Type", JSON), *headers, *_NO_STORE)
    return Response(status=status, headers=told, body=msgspec.json.encode(body))


def crashed(_request: Request) -> Response:
    return refusal(crashed_error())


def error_page() -> Response:
    """Where not even the form of an answer could be found: `Accept: text/html` brings it (measured)."""
    title = "There has been an error processing your request"
    inner = (
        f"<h1>{title}</h1>\n    <p><em>Exception printing is disabled by default for security reasons.</em></p>\n"
        "    <p>Error log record number: 7cc18666e637ec8ede0c0d83483e85ac</p>\n"
    )
    return _page(500, title, inner)


def home_page(name: str) -> Response:
    body = f'<!doctype html>\n<html lang="it">\n<head>\n<title>{name}</title>\n</head>\n<body></body>\n</html>\n'
    return Response(status=200, headers=(("Server", NGINX), ("Content-Type", HTML)), body=body.encode())


def no_such_page() -> Response:
    return _page(404, "404 Not Found", "<h1>Whoops, our bad...</h1>\n")


def version(text: str) -> Response:
    return Response(status=200, headers=(("Server", NGINX), ("Content-Type", HTML)), body=text.encode())


def own_page(wall: Wall, request: Request) -> Response:
    return _OWN[wall.kind](request)


def _maintenance(_request: Request) -> Response:
    """HTML without a Retry-After, whatever is asked for (measured)."""
    words = (
        "<h1>Service Temporarily Unavailable</h1>\n<p>\n    The server is temporarily unable to service your request "
        "due to maintenance downtime or capacity problems.\n    Please try again later.\n</p>\n"
    )
    return _page(503, "Error 503: Service Unavailable", words)


def _page(status: int, title: str, inner: str) -> Response:
    body = (_HEAD.format(title=title) + inner + _TAIL).encode()
    return Response(status=status, headers=(("Server", NGINX), ("Content-Type", HTML), *_SAFE), body=body)


def _database_down(_request: Request) -> Response:
    """Its words stand in the middle of the page's address: not even that could be read (measured)."""
    words = "An error has happened during application run. See exception log for details.\n"
    head = _HEAD.format(title="There has been an error processing your request").partition("/errors/default/")[0]
    headers = (("Server", NGINX), ("Content-Type", "text/plain;charset=UTF-8"))
    return Response(status=500, headers=headers, body=(head + words).encode())


_OWN: Final[dict[Kind, Callable[[Request], Response]]] = {
    Kind.MAINTENANCE: _maintenance,
    Kind.FATAL: crashed,
    Kind.MEMORY: crashed,
    Kind.DATABASE_DOWN: _database_down,
}
