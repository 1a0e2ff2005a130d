"""Who may speak to the pages, and what a page may load: proxies, the hub's own names, content policy."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from varco.hub import runtime
from varco.hub.config import Network

GetResponse = Callable[[HttpRequest], HttpResponse]

FORWARDED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
ALWAYS_OURS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""For the machine itself: a health check, or a tunnel."""

CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class ProxyMiddleware:
    """Believes `X-Forwarded-…` of a trusted proxy alone, and answers only to the hub's own names."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        config = runtime.current().config
        forwarded = {name: request.META.pop(name, "") for name in FORWARDED}
        if _is_in(request.META.get("REMOTE_ADDR", ""), config.trusted_proxies):
            _believe(request, forwarded, config.trusted_proxies)
        if not is_our_name(request.META.get("HTTP_HOST", ""), config.public_url, config.listen[0]):
            return HttpResponse(render_to_string("errors/host.html", {"public_url": config.public_url}), status=400)
        return self.get_response(request)


class ContentPolicyMiddleware:
    """A page runs our own scripts only; what a signed-in person saw is kept by no cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def is_our_name(host: str, public_url: str, listen_host: str) -> bool:
    """Without `VARCO_PUBLIC_URL` any name is ours: a hub on a desk is reached by whatever name the desk has."""
    if not public_url:
        return True
    name = host_name(host)
    return name in ALWAYS_OURS or name in {urlsplit(public_url).hostname, listen_host.lower()}


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets; empty if it cannot be one."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _believe(request: HttpRequest, forwarded: dict[str, str], proxies: Iterable[Network]) -> None:
    sender = _client_of(forwarded["HTTP_X_FORWARDED_FOR"], proxies)
    if sender:
        request.META["REMOTE_ADDR"] = sender
    scheme, host = (_last(forwarded[name]) for name in ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"))
    if scheme in ("http", "https"):
        request.META["wsgi.url_scheme"] = scheme
    if host:
        request.META["HTTP_HOST"] = host


def _last(values: str) -> str:
    """What the nearest proxy said."""
    return values.rpartition(",")[2].strip()


def _client_of(chain: str, proxies: Iterable[Network]) -> str:
    """The last address that is not one of our proxies: what stands before it can be made up by anybody."""
    for part in reversed(chain.split(",")):
        address = part.strip()
        if address and not _is_in(address, proxies):
            return address if _is_address(address) else ""
    return ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_in(text: str, networks: Iterable[Network]) -> bool:
    return _is_address(text) and any(ipaddress.ip_address(text) in network for network in networks)
