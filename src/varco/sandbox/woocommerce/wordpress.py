"""WordPress around the interface: permalinks, headers, bodies, pages, and errors as JSON."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from varco.model.exchange import Headers, Request, Response, header
from varco.sandbox.pages import HTML, JSON, NGINX, NO_CACHE
from varco.sandbox.woocommerce.auth import user_of
from varco.sandbox.woocommerce.rest import Call, Reply, RestError
from varco.sandbox.woocommerce.router import allow_of, answered, described
from varco.sandbox.woocommerce.state import VERSION, State

_REST: Final = "/wp-json"


def answer(state: State, request: Request) -> Response:
    """What PHP would send for this request."""
    path = inner_path(state, request)
    query = php_query(urlsplit(request.url).query)
    if state.spec.pretty_permalinks and (path == _REST or path.startswith(f"{_REST}/")):
        return _rest(state, request, path.removeprefix(_REST), query)
    if "rest_route" in query:
        rest_path = str(query.pop("rest_route"))
        return _rest(state, request, rest_path, query)
    return _page(state, request, path)


def inner_path(state: State, request: Request) -> str:
    """Below the shop's folder, doubled slashes taken for one (as nginx does)."""
    path = re.sub(r"/{2,}", "/", urlsplit(request.url).path) or "/"
    return path.removeprefix(urlsplit(state.home).path) or "/"


def php_query(text: str) -> dict[str, Any]:
    """`a[]=1&a[]=2` and `a[0]=1` are lists; of others the last counts."""
    values: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        base, bracket, _ = name.partition("[")
        if not bracket:
            values[name] = value
        elif isinstance(values.get(base), list):
            values[base].append(value)
        else:
            values[base] = [value]
    return values


def _rest(state: State, request: Request, path: str, query: dict[str, Any]) -> Response:
    call = Call(
        request=request,
        method=_method(request, query),
        path="/" + path.strip("/"),
        query=query,
        body={},
    )
    try:
        call.user = user_of(state, request)
        call.body = _body(request)
        if call.method == "OPTIONS":
            reply, allow = described(state, call), allow_of(state, call)
        else:
            reply, allow = answered(state, call)
    except RestError as error:
        reply = Reply(data=error.body(), status=error.status)
        allow = allow_of(state, call) if call.user is not None else ()
    body = b"" if call.method == "HEAD" else msgspec.json.encode(reply.data)
    return Response(status=reply.status, headers=_headers(state, call, reply, allow), body=body)


def _method(request: Request, query: dict[str, Any]) -> str:
    override = query.get("_method") or header(request.headers, "X-HTTP-Method-Override")
    return str(override or request.method).upper()


def _body(request: Request) -> dict[str, Any]:
    """JSON and forms; a body that says to be something else is not looked at (measured)."""
    kind = header(request.headers, "Content-Type").partition(";")[0].strip().lower()
    if not request.body:
        return {}
    if kind == "application/json":
        return _json(request.body)
    if kind == "application/x-www-form-urlencoded":
        return php_query(request.body.decode("utf-8", "replace"))
    return {}


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        details: dict[str, Any] = {"json_error_code": 4, "json_error_message": "Syntax error"}
        raise RestError("rest_invalid_json", "Invalid JSON body passed.", 400, **details) from None
    return value if isinstance(value, dict) else {}


def _headers(state: State, call: Call, reply: Reply, allow: tuple[str, ...]) -> Headers:
    own = {name for name, _ in reply.headers}
    link = () if "Link" in own else (("Link", _api_link(state)),)
    vary = (("Vary", "Origin"),) if call.request.method == "GET" and call.user is None else ()
    return (
        ("Server", NGINX),
        ("Content-Type", JSON),
        ("X-Robots-Tag", "noindex"),
        *link,
        ("X-Content-Type-Options", "nosniff"),
        ("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link"),
        (
            "Access-Control-Allow-Headers",
            "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
        ),
        *reply.headers,
        *((("Allow", ", ".join(allow)),) if allow else ()),
        *(NO_CACHE if call.user is not None else ()),
        *vary,
    )


def _api_link(state: State) -> str:
    root = f"{state.home}{_REST}/" if state.spec.pretty_permalinks else f"{state.home}/index.php?rest_route=/"
    return f'<{root}>; rel="https://api.w.org/"'


def _page(state: State, request: Request, path: str) -> Response:
    """With plain permalinks every path leads to the home page: a PUT too gets HTML with 200 (measured)."""
    headers: Headers = (("Server", NGINX), ("Content-Type", HTML))
    target = urlsplit(request.url)
    if not state.spec.pretty_permalinks and request.method == "GET" and path != "/" and not path.endswith("/"):
        location = f"{state.home}{path}/" + (f"?{target.query}" if target.query else "")
        moved = (("X-Redirect-By", "WordPress"), ("Location", location))
        return Response(status=301, headers=(*headers, *NO_CACHE, *moved))
    link = ("Link", _api_link(state))
    if path == "/":
        return Response(status=200, headers=(*headers, link), body=_theme(state, state.spec.name, request))
    if state.spec.pretty_permalinks:
        body = _theme(state, f"Page not found &#8211; {state.spec.name}", request)
        return Response(status=404, headers=(*headers, *NO_CACHE, link), body=body)
    return Response(status=200, headers=(*headers, *NO_CACHE, link), body=_theme(state, state.spec.name, request))


def _generator(state: State) -> str:
    if not state.spec.woocommerce:
        return ""
    return f'<meta name="generator" content="WooCommerce {state.spec.version or VERSION}" />\n'


def _theme(state: State, title: str, request: Request) -> bytes:
    if request.method == "HEAD":
        return b""
    return (
        '<!DOCTYPE html>\n<html lang="en-US">\n<head>\n\t<meta charset="UTF-8" />\n'
        '\t<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
        f"\t<title>{title}</title>\n"
        f'<link rel="https://api.w.org/" href="{state.home}{_REST}/" />\n{_generator(state)}</head>\n'
        f'<body class="home blog">\n<h1>{state.spec.name}</h1>\n</body>\n</html>\n'
    ).encode()
