"""A call of WordPress's REST interface, and the ways in which it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from varco.model.exchange import Headers, Request
from varco.sandbox.spec import Key


class RestError(Exception):
    """WordPress's error form: `code`, `message`, `data.status`."""

    def __init__(self, code: str, message: str, status: int, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.data = data

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "data": {"status": self.status, **self.data}}


class BusinessError(RestError):
    """WooCommerce's errors of refunds: a 500 whose `data` is the bare number (measured)."""

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "data": 500}


class Call(msgspec.Struct, kw_only=True):
    request: Request
    method: str
    """After X-HTTP-Method-Override."""
    path: str
    """Below `/wp-json`, without a slash at its end."""
    query: dict[str, Any]
    """As PHP reads it: `a[]=1&a[]=2` is a list."""
    body: dict[str, Any]
    """The fields sent, empty where the body was ignored."""
    user: Key | None = None
    ids: tuple[int, ...] = ()
    """The numbers in the path, from left to right."""
    routes: tuple[str, ...] = ()
    """All that the shop has, for its indexes."""

    def param(self, name: str) -> Any:
        """WordPress looks in the body first, then in the query."""
        return self.body.get(name, self.query.get(name))


class Reply(msgspec.Struct, kw_only=True):
    data: Any
    status: int = 200
    headers: Headers = ()


def no_route() -> RestError:
    return RestError("rest_no_route", "No route was found matching the URL and request method.", 404)


def invalid_id(status: int = 404) -> RestError:
    return RestError("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", status)


def invalid_params(faults: Mapping[str, tuple[str, str]]) -> RestError:
    """`faults` holds, by parameter, WordPress's code and sentence."""
    return RestError(
        "rest_invalid_param",
        f"Invalid parameter(s): {', '.join(faults)}",
        400,
        params={name: message for name, (_, message) in faults.items()},
        details={name: {"code": code, "message": message, "data": None} for name, (code, message) in faults.items()},
    )
