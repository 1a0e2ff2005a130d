"""From a request to the interface: token, version, the app's own list of addresses, files of bulk operations."""

from __future__ import annotations

import hmac
import re
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import msgspec

from varco.model.exchange import Headers, Request, Response, header
from varco.sandbox.shopify import bulk, engine, pages
from varco.sandbox.shopify.app import App
from varco.sandbox.shopify.versions import REACHABLE, served
from varco.sandbox.shopify.view import View
from varco.sandbox.state import State

TOKEN: Final = "/admin/oauth/access_token"  # noqa: S105  an address
_GRAPHQL: Final = re.compile(r"/admin/api/([^/]+)/graphql\.json")
_NOT_KNOWN: Final = "[API] Invalid API key or access token (unrecognized login or wrong password)"
_NOT_LISTED: Final = "[API] This app is not allowed to access the Admin API from this IP address"
_RANGE: Final = re.compile(r"bytes=(\d+)-(\d*)")
_GRANT: Final = "client_credentials"


def answer(state: State, app: App, request: Request) -> Response:
    parts = urlsplit(request.url)
    path = re.sub(r"/{2,}", "/", parts.path).removeprefix(urlsplit(state.home).path) or "/"
    match = _GRAPHQL.fullmatch(path)
    if path == TOKEN and request.method == "POST":
        return _token(app, request)
    if match is not None:
        return _graphql(state, app, request, match[1])
    if path.startswith(bulk.FOLDER) and request.method == "GET":
        return _file(state, app, request, path.removeprefix(bulk.FOLDER).removesuffix(".jsonl"))
    return pages.storefront(state.spec.name, app.domain) if path == "/" else pages.page(404)


# The token


def _token(app: App, request: Request) -> Response:
    """https://shopify.dev/docs/apps/build/authentication-authorization/client-credentials-grant"""
    sent = _form(request)
    if sent.get("grant_type") != _GRANT:
        return _denied("unsupported_grant_type", "Grant type is not supported")
    known = hmac.compare_digest(sent.get("client_id", "").encode(), app.key.key.encode())
    if not known or not hmac.compare_digest(sent.get("client_secret", "").encode(), app.key.secret.encode()):
        return _denied("invalid_client", "Client authentication failed", 401)
    if not app.key.manager:
        return _denied("shop_not_permitted", "Client credentials cannot be performed on this shop.")
    token = app.new_token()
    told = {"access_token": token, "scope": ",".join(app.listed_scopes()), "expires_in": app.state.spec.token_s}
    return pages.data(200, told, (("X-Request-Id", _request_id(app)),))


def _form(request: Request) -> dict[str, str]:
    text = request.body.decode("utf-8", "replace")
    if header(request.headers, "Content-Type").startswith("application/json"):
        try:
            return {str(name): str(value) for name, value in msgspec.json.decode(text, type=dict[str, object]).items()}
        except msgspec.DecodeError:
            return {}
    return dict(parse_qsl(text))


def _denied(code: str, words: str, status: int = 400) -> Response:
    return pages.data(status, {"error": code, "error_description": words})


# The interface


def _graphql(state: State, app: App, request: Request, asked: str) -> Response:
    version = served(asked)
    if version is None:
        return pages.data(404, {"errors": "Not Found"})
    request_id = _request_id(app)
    headers: Headers = (("X-Request-Id", request_id), ("X-Shopify-API-Version", version))
    networks = state.spec.allowed_networks
    if networks and not any(ip_address(state.caller or "127.0.0.1") in ip_network(network) for network in networks):
        return pages.data(403, {"errors": _NOT_LISTED}, headers)
    token = app.token(header(request.headers, "X-Shopify-Access-Token"))
    if token is None:
        return pages.data(401, {"errors": _NOT_KNOWN}, headers)
    if request.method != "POST":
        return pages.data(405, {"errors": "Method Not Allowed"}, headers)
    try:
        sent = msgspec.json.decode(request.body, type=engine.Asked)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return pages.data(400, {"errors": {"query": "Required parameter missing or invalid"}}, headers)
    view = View(state, app, token.scopes, version)
    return pages.data(200, engine.answer(view, sent, request_id), headers)


def _file(state: State, app: App, request: Request, secret: str) -> Response:
    """From a store of files, which gives parts of one too."""
    lines = bulk.file(View(state, app, frozenset(), REACHABLE[-1]), secret)
    if lines is None:
        return pages.page(404)
    headers: Headers = (("Content-Type", "application/jsonl"), ("Accept-Ranges", "bytes"))
    span = _RANGE.fullmatch(header(request.headers, "Range"))
    if span is None:
        return Response(status=200, headers=headers, body=lines)
    start, end = int(span[1]), min(int(span[2] or len(lines)), len(lines) - 1)
    if start >= len(lines):
        return Response(status=416, headers=(*headers, ("Content-Range", f"bytes */{len(lines)}")))
    told = ("Content-Range", f"bytes {start}-{end}/{len(lines)}")
    return Response(status=206, headers=(*headers, told), body=lines[start : end + 1])


def _request_id(app: App) -> str:
    return f"{uuid4()}-{app.state.clock.now()}"
