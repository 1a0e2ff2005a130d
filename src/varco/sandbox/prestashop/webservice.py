"""From a request to PrestaShop's answer: where it lives, who asks, what they may, and what it is made of."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha1
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from varco.model.exchange import Headers, Request, Response, header
from varco.sandbox.pages import APACHE
from varco.sandbox.prestashop import render, writing
from varco.sandbox.prestashop.faults import Crash, Gone, WsError, nearest
from varco.sandbox.prestashop.query import found, query_of
from varco.sandbox.prestashop.resource import Resource, Row
from varco.sandbox.prestashop.tables import ALL_NAMES, RESOURCES
from varco.sandbox.state import State

VERSION: Final = "8.2.1"
HTML: Final = "text/html; charset=utf-8"
XML: Final = "text/xml;charset=utf-8"
JSON: Final = "application/json"
REALM: Final = (
    'Basic realm="Welcome to PrestaShop Webservice, please enter the authentication key as the login. No password '
    'required."'
)
_LONGEST_TARGET: Final = 8190
_FORBIDDEN: Final = {"stock_availables": ("POST", "DELETE")}
_KEY: Final = re.compile(r"basic\s+(\S+)", re.IGNORECASE)
_COOKIE: Final = ("Set-Cookie", "PHPSESSID=0; path=/; HttpOnly")
_PHP: Final[Headers] = (("Server", APACHE), ("X-Powered-By", "PHP/8.2.36"))

Rights = Mapping[str, frozenset[str]]


class Call(msgspec.Struct, frozen=True):
    """One request, as the dispatcher hands it over."""

    request: Request
    method: str
    segments: tuple[str, ...]
    params: Mapping[str, str]

    @property
    def json(self) -> bool:
        """Only in capitals, or by PrestaShop's own header; `Accept` is not looked at (measured)."""
        return self.params.get("output_format", header(self.request.headers, "Output-Format")) == "JSON"

    @property
    def mail(self) -> bool:
        return self.params.get("sendemail") == "1"


def answer(state: State, request: Request, path: str) -> Response:
    """`path` below the shop's folder. The front shop answers what is not the webservice's."""
    target = urlsplit(request.url)
    if len(target.path) + len(target.query) > _LONGEST_TARGET:
        return apache(414, "Request-URI Too Long")
    api = path == "/api" or path.startswith("/api/")
    if api and not state.spec.pretty_permalinks:
        return apache(404, "Not Found")
    if not api and path != "/webservice/dispatcher.php":
        return _front(state, request)
    params = dict(parse_qsl(target.query, keep_blank_values=True))
    inner = path.removeprefix("/api") if api else params.pop("url", "")
    call = Call(request, request.method, tuple(part for part in inner.split("/") if part), params)
    moved = _moved(state, call, target.netloc, target.scheme)
    return moved or _dispatched(state, call, by_api=api)


def _moved(state: State, call: Call, host: str, scheme: str) -> Response | None:
    """Another host or an unknown shop: sent to the front shop before anybody asks for a key (measured)."""
    shop = call.params.get("id_shop", "all")
    if host == urlsplit(state.home).netloc and shop in ("all", "1"):
        return None
    query = urlsplit(call.request.url).query.replace(f"id_shop={shop}&", "")
    location = f"{scheme}://{urlsplit(state.home).netloc}/?url={'/'.join(call.segments)}" + (
        f"&{query}" if query else ""
    )
    vary = vary_of(call.request)
    return Response(status=302, headers=(*_PHP, *vary, ("Location", location), ("Content-Type", HTML)))


def _dispatched(state: State, call: Call, *, by_api: bool) -> Response:
    """Without its .htaccess the dispatcher sees no header (measured)."""
    sent = header(call.request.headers, "Authorization") if by_api else ""
    vary: Headers = (("Vary", "Authorization"),) if sent else ()
    key = call.params.get("ws_key") or _key_in(sent)
    if key is None:
        headers = (*_PHP, *vary, ("WWW-Authenticate", REALM), _COOKIE, ("Content-Type", HTML))
        return Response(status=401, headers=headers, body=b"401 Unauthorized")
    try:
        return _answered(state, call, key, vary)
    except Crash as crash:
        return crashed(crash.message, vary, debug=state.spec.debug)
    except Gone:
        return _reply(state, call, 404, b"", vary)
    except WsError as error:
        realm: Headers = (("WWW-Authenticate", REALM),) if error.errors[0][0] in (18, 20, 21) else ()
        body = render.errors(error.errors, json=call.json)
        return _reply(state, call, error.status, body, (*vary, *realm), kept=True)


def vary_of(request: Request) -> Headers:
    """Apache's rule reads the header, and says so."""
    return (("Vary", "Authorization"),) if header(request.headers, "Authorization") else ()


def _key_in(authorization: str) -> str | None:
    match = _KEY.fullmatch(authorization.strip())
    if match is None:
        return None
    try:
        return b64decode(match[1]).decode("utf-8", "replace").partition(":")[0]
    except ValueError:
        return None


def crashed(message: str = "", vary: Headers = (), *, debug: bool = False) -> Response:
    """Without a word; in debug mode with all of them, and with status 200 (measured)."""
    body = f"\nFatal error: Uncaught PrestaShopException: {message} in /var/www/shop/classes/" if debug else ""
    headers = (*_PHP, *vary, _COOKIE, ("Content-Type", HTML))
    return Response(status=200 if debug else 500, headers=headers, body=body.encode())


def _reply(state: State, call: Call, status: int, body: bytes, more: Headers = (), *, kept: bool = False) -> Response:
    """`kept`: an error, which bears no sum. An answer without a body bears no type but a cookie (measured)."""
    own = (
        ("Server", APACHE), ("Access-Time", str(state.clock.now())), ("X-Powered-By", "PrestaShop Webservice"),
        ("PSWS-Version", state.spec.version or VERSION), ("Execution-Time", "0.005"),
    )  # fmt: skip
    if not body:
        return Response(status=status, headers=(*own, _COOKIE, *more))
    digest = () if kept else (("Content-Sha1", sha1(body, usedforsecurity=False).hexdigest()),)
    local = header(call.request.headers, "Local-Content-Sha1")
    if digest and local and local == digest[0][1]:
        return Response(status=304, headers=(*own, *digest, _COOKIE, *more))
    kind = (("Content-Type", JSON if call.json else XML),)
    return Response(status=status, headers=(*own, *digest, *more, *kind), body=b"" if call.method == "HEAD" else body)


def _answered(state: State, call: Call, key: str, vary: Headers) -> Response:
    rights = _rights(state, key)
    resource = _allowed(state, call, rights)
    if resource is None:
        return _root(state, call, rights, vary)
    if call.method in ("GET", "HEAD"):
        return _read(state, call, resource, vary)
    return _written(state, call, resource, vary)


def _rights(state: State, key: str) -> Rights:
    if len(key) != 32:
        raise WsError(401, (18, "Invalid authentication key format"))
    if not state.spec.webservice:
        raise WsError(
            503, (22, "The PrestaShop webservice is disabled. Please activate it in the PrestaShop Back Office")
        )
    known = next((one for one in state.keys if one.key == key), None)
    if known is None:
        raise WsError(
            401, (20, "Authentification key is not active"), (21, "No permission for this authentication key")
        )
    rights = rights_in(known.permissions) if known.manager else {}
    if not rights:
        raise WsError(401, (21, "No permission for this authentication key"))
    return rights


def rights_in(text: str) -> Rights:
    """`read`, `write`, `read_write`, or by resource: `orders:GET,HEAD;order_carriers:PATCH`."""
    reads, writes = frozenset(("GET", "HEAD")), frozenset(("PUT", "POST", "PATCH", "DELETE"))
    whole = {"read": reads, "write": writes, "read_write": reads | writes}
    if text in whole:
        return dict.fromkeys(ALL_NAMES, whole[text])
    pairs = (part.partition(":") for part in text.split(";"))
    return {name: frozenset(methods.split(",")) for name, _, methods in pairs}


def _allowed(state: State, call: Call, rights: Rights) -> Resource | None:
    """The resource; None for the list of all of them."""
    name = call.segments[0] if call.segments else ""
    if name and name not in ALL_NAMES:
        full = ", ".join(f'"{one}"' for one in ALL_NAMES)
        close = nearest(name, ALL_NAMES)
        words = f'Resource of type "{name}" does not exists. Did you mean: "{close}"? The full list is: {full}'
        raise WsError(400, (27, words))
    if name and name not in rights:
        raise WsError(401, (26, f'Resource of type "{name}" is not allowed with this authentication key'))
    if call.method not in render.METHODS or (call.method == "PATCH" and not _has_patch(state)):
        raise WsError(405, (23, f"Method {call.method} is not valid"))
    if call.method in _FORBIDDEN.get(name, ()):
        raise WsError(405, (101, f"Method {call.method} is not allowed for the resource {name}"))
    if name and call.method not in rights[name]:
        words = f"Method {call.method} is not allowed for the resource {name} with this authentication key"
        raise WsError(405, (25, words))
    return RESOURCES.get(name) if name else None


def _has_patch(state: State) -> bool:
    """1.7.8 refuses the method (from its source)."""
    return not (state.spec.version or VERSION).startswith("1.")


def _root(state: State, call: Call, rights: Rights, vary: Headers) -> Response:
    """As JSON it always crashes (measured)."""
    if call.json:
        raise Crash("array_filter(): Argument #1 ($array) must be of type array, string given")
    return _reply(state, call, 200, render.root(state.spec.name, state.home, rights, patch=_has_patch(state)), vary)


def _read(state: State, call: Call, resource: Resource, vary: Headers) -> Response:
    if "schema" in call.params:
        kind = call.params["schema"]
        body = render.as_json({resource.one: []}) if call.json else render.schema(resource, kind, state.home)
        return _reply(state, call, 200, body, vary)
    languages = _languages(state, call)
    if len(call.segments) > 1:
        return _reply(state, call, 200, _one(state, call, resource, languages), vary)
    query = query_of(resource, call.params)
    rows = found(state, resource, query)
    if call.json:
        body = render.json_list(resource, rows, query.display, languages)
    else:
        body = render.xml_list(resource, rows, query.display, state.home, languages)
    return _reply(state, call, 200, body, vary)


def _languages(state: State, call: Call) -> int:
    wanted = call.params.get("language")
    if wanted is None:
        return state.spec.languages
    if not (wanted.isdigit() and 1 <= int(wanted) <= state.spec.languages):
        raise WsError(400, (81, "language is not available"))
    return 1


def _one(state: State, call: Call, resource: Resource, languages: int) -> bytes:
    """`/10abc` is 10. With `display` a single thing is a list (both measured)."""
    digits = re.match(r"\d+", call.segments[1])
    row: Row = writing.row_of(state, resource, int(digits[0]) if digits else 0)
    if "display" in call.params:
        display = query_of(resource, call.params).display
        if call.json:
            return render.json_list(resource, [row], display, languages)
        return render.xml_list(resource, [row], display, state.home, languages)
    return (
        render.json_one(resource, row, languages) if call.json else render.xml_one(resource, row, state.home, languages)
    )


def _written(state: State, call: Call, resource: Resource, vary: Headers) -> Response:
    if call.method == "DELETE":
        listed = re.fullmatch(r"\[(.*)\]", call.params.get("id", ""))
        ids = listed[1].split(",") if listed else list(call.segments[1:2])
        writing.removed(state, resource, ids)
        return _reply(state, call, 200, b"", vary)
    form = header(call.request.headers, "Content-Type").startswith("application/x-www-form-urlencoded")
    given = writing.given_in(call.request.body, form=form)
    if call.method == "POST":
        row, status = writing.added(state, resource, given, mail=call.mail), 201
    else:
        row = writing.changed(state, resource, given, whole=call.method == "PUT", mail=call.mail)
        status = 200
    if call.json:
        numbers = ("id_order_state",) if call.method == "POST" else ()
        return _reply(state, call, status, render.json_written(resource, row, numbers), vary)
    return _reply(state, call, status, render.xml_one(resource, row, state.home, state.spec.languages), vary)


def _front(state: State, request: Request) -> Response:
    """The home page, and what is not there."""
    path = urlsplit(request.url).path.removeprefix(urlsplit(state.home).path)
    found = path in ("", "/", "/it/", "/en/")
    title = state.spec.name if found else "404"
    body = (
        f'<!doctype html>\n<html lang="it-IT">\n\n  <head>\n  <meta charset="utf-8">\n  <title>{title}</title>\n'
        f'  <link rel="canonical" href="{state.home}/it/">\n  </head>\n  <body id="index"></body>\n</html>\n'
    )
    headers = (
        *_PHP, ("Expires", "Thu, 19 Nov 1981 08:52:00 GMT"), ("Cache-Control", "no-store, no-cache, must-revalidate"),
        ("Pragma", "no-cache"), _COOKIE, ("Content-Type", HTML),
    )  # fmt: skip
    return Response(
        status=200 if found else 404, headers=headers, body=b"" if request.method == "HEAD" else body.encode()
    )


def apache(status: int, title: str) -> Response:
    """Before PHP sees anything."""
    page = (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n'
        f"<html><head>\n<title>{status} {title}</title>\n</head><body>\n<h1>{title}</h1>\n</body></html>\n"
    )
    headers = (("Server", APACHE), ("Content-Type", "text/html; charset=iso-8859-1"))
    return Response(status=status, headers=headers, body=page.encode())
