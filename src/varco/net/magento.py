"""What Magento says when it refuses: `message`, with `parameters` that stand for `%1` or `%name` in it.

Every refusal of keys is a 401 with the same words, whether they are missing, wrong, expired or lack a permission
(measured on 2.4.7-p3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from varco.model.exchange import Exchange, Response
from varco.net.scrub import scrubbed_text

_SPEAKS_WITH: Final = (400, 401, 404, 405, 500)
"""Statuses under which Magento itself speaks. Others with such a body come from something in front of it."""
_OWN_STARTS: Final = (
    "Request does not match any route",
    "Specified request cannot be processed",
    "The consumer isn't authorized",
    "The signature is invalid",
    "The nonce is already",
    "An error occurred validating the nonce",
    "Internal Error. Details are available in Magento log file",
)
"""What no other software says. The rest is Magento's where a shop is known to be one."""
_LONGEST_REASON: Final = 160


def refusal(exchange: Exchange, *, known: bool = False) -> tuple[str, str] | None:
    """The code of the finding and Magento's words; None where it is not Magento that speaks.

    `known` where the shop is one, so that its less telling words count too.
    """
    response = exchange.response
    words = words_of(response) if response is not None else None
    if response is None or words is None or not (known or words.startswith(_OWN_STARTS) or resource_of(exchange)):
        return None
    code = _code(response.status, words)
    return None if code is None else (code, scrubbed_text(" ".join(words.split()))[:_LONGEST_REASON])


def words_of(response: Response) -> str | None:
    """The whole sentence; None if it is not in Magento's form."""
    told = _told(response)
    if response.status not in _SPEAKS_WITH or "code" in told or not isinstance(told.get("message"), str):
        return None
    return _filled(told["message"], told.get("parameters"))


def resource_of(exchange: Exchange) -> str:
    """The resource that Magento says is not allowed: `Magento_Sales::actions_view`. Empty if it says no such thing."""
    response = exchange.response
    parameters = _told(response).get("parameters") if response is not None and response.status == 401 else None
    resource = parameters.get("resources") if isinstance(parameters, dict) else None
    return resource[:80] if isinstance(resource, str) and resource.startswith("Magento_") else ""


def _told(response: Response) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _filled(message: str, parameters: Any) -> str:
    """`parameters` is an object, or a list that counts from 1."""
    if isinstance(parameters, list):
        parameters = {str(place): value for place, value in enumerate(parameters, 1)}
    if isinstance(parameters, dict):
        for name, value in parameters.items():
            message = message.replace(f"%{name}", str(value))
    return message


def _code(status: int, words: str) -> str | None:
    rules: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("keys-not-accepted", lambda: status == 401 and "authorized to access" in words),
        ("clock-refused", lambda: status == 401 and "validating the nonce" in words),
        ("keys-wrong", lambda: status == 401),
        ("shop-software-off", lambda: status == 404 and "does not match any route" in words),
        ("not-in-shop", lambda: status == 404),
        ("interface-not-found", lambda: status == 400 and words.startswith("Specified request cannot be")),
        ("refused-by-shop", lambda: status == 400),
        ("shop-crashed", lambda: status == 500),
    )
    return next((code for code, applies in rules if applies()), None)
