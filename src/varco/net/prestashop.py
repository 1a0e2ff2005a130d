"""How PrestaShop's webservice speaks when it refuses: by number, as JSON or XML, or by nothing but a header.

Measured on 8.2.1; the numbers: https://github.com/PrestaShop/PrestaShop/blob/8.2.1/classes/webservice/WebserviceRequest.php
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from varco.model.exchange import Exchange, Response

REALM: Final = "Welcome to PrestaShop Webservice"
VERSION: Final = "PSWS-Version"
_XML_CODE: Final = re.compile(rb"<code><!\[CDATA\[(\d{1,4})\]\]></code>")
_RESOURCE: Final = re.compile(r"/api/+([a-z_]+)|[?&]url=([a-z_]+)")
_FATAL: Final = b"Fatal error: "
_OWN_CODE: Final = re.compile(rb"PrestaShop|/classes/")
_CODES: Final = {
    16: "key-not-received",
    17: "key-not-received",
    18: "key-unknown",
    20: "key-unknown",
    21: "key-unknown",
    22: "webservice-off",
    23: "method-refused",
    25: "right-not-granted",
    26: "right-not-granted",
    87: "not-in-shop",
    92: "not-in-shop",
    132: "right-not-granted",
}
_UNABLE_TO_SAVE: Final = 46


class _Error(msgspec.Struct):
    code: int = 0


class _Errors(msgspec.Struct):
    errors: list[_Error]


def speaks(response: Response) -> bool:
    """Whether the webservice itself answered. A request without a key gets nothing but its realm."""
    return bool(response.header(VERSION)) or REALM in response.header("WWW-Authenticate")


def refusal(exchange: Exchange) -> tuple[str, str, str] | None:
    """The finding's code, PrestaShop's number in words, and the resource asked for; None if it is no refusal."""
    response = exchange.response
    if response is None:
        return None
    if response.status < 400:
        crashed = response.body.lstrip().startswith(_FATAL) and _OWN_CODE.search(response.body, 0, 2000)
        return ("shop-crashed", "PHP's fatal error with a good status", "–") if crashed else None
    if not speaks(response):
        return None
    number = error_number(response)
    return _code(exchange, response, number), f"code {number}", resource_of(exchange.request.url)


def _code(exchange: Exchange, response: Response, number: int) -> str:
    if number == _UNABLE_TO_SAVE:
        return "customer-mail-failed" if "sendemail=1" in exchange.request.url else "shop-crashed"
    if number:
        return _CODES.get(number, "refused-by-shop")
    if response.status == 401:
        return "key-not-received"
    return "not-in-shop" if response.status == 404 else "refused-by-shop"


def error_number(response: Response) -> int:
    """The first of its errors; 0 where it names none."""
    if response.content_type == "application/json":
        try:
            errors = msgspec.json.decode(response.body, type=_Errors, strict=False).errors
        except (msgspec.DecodeError, UnicodeDecodeError):
            return 0
        return errors[0].code if errors else 0
    found = _XML_CODE.search(response.body[:4096])
    return int(found[1]) if found else 0


def resource_of(url: str) -> str:
    found = _RESOURCE.search(url)
    return (found[1] or found[2]) if found else "–"
