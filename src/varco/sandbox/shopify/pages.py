"""What Shopify says outside its interface, and the form of its answers. Headers are those that its documents name."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from varco.model.exchange import Headers, Response
from varco.sandbox.pages import HTML
from varco.sandbox.walls import Kind, Wall

JSON: Final = "application/json; charset=utf-8"
_WORDS: Final = {
    500: ("Something went wrong", "What happened? We’re not sure, but our engineers have been notified."),
    503: ("Something went wrong", "There’s been a problem at our end. Please try again in a moment."),
    404: ("404 Not Found", "This store does not exist."),
}


def data(status: int, body: Any, headers: Headers = ()) -> Response:
    return Response(status=status, headers=(("Content-Type", JSON), *headers), body=msgspec.json.encode(body))


def page(status: int, headers: Headers = ()) -> Response:
    title, words = _WORDS[status]
    body = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n  <meta charset="utf-8">\n  <title>{title}</title>\n</head>\n'
        f"<body>\n  <h1>{title}</h1>\n  <p>{words}</p>\n</body>\n</html>\n"
    )
    return Response(status=status, headers=(("Content-Type", HTML), *headers), body=body.encode())


def storefront(name: str, domain: str) -> Response:
    """What a stranger sees at the shop's address."""
    body = (
        f'<!doctype html>\n<html lang="it">\n<head>\n<title>{name}</title>\n'
        f'<script>var Shopify = Shopify || {{}};\nShopify.shop = "{domain}";</script>\n'
        "</head>\n<body></body>\n</html>\n"
    )
    headers = (("Content-Type", HTML), ("Powered-By", "Shopify"), ("X-ShopId", "548380009"))
    return Response(status=200, headers=headers, body=body.encode())


def own_page(wall: Wall) -> Response:
    """Shopify is neither switched off by its merchants nor tells what broke."""
    if wall.kind is Kind.MAINTENANCE:
        return page(503, (("Retry-After", str(round(wall.seconds))),))
    return page(500)
