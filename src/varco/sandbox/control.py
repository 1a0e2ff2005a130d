"""The control port's client: what `Backstage` offers, for shops in another process.

A call is a POST of JSON with the token that the process printed at its start; it listens on this machine alone.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, Final, cast, get_type_hints
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import msgspec

from varco.model.errors import BadInput
from varco.sandbox.backstage import Backstage

TOKEN_HEADER: Final = "X-Varco-Control"  # noqa: S105  a header's name
_TIMEOUT_S: Final = 60.0
_opener = build_opener(ProxyHandler({}))
"""Never by way of a proxy that the environment names."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What travels to the control port."""

    do: str
    shop: int = 0
    arguments: dict[str, Any] = {}


class RunningShop(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    url: str
    page_url: str
    """The same shop for a person with a browser, without a certificate to agree to."""
    credentials: dict[str, str]
    """As a connector takes them."""

    @property
    def consumer_key(self) -> str:
        """WooCommerce's."""
        return self.credentials["consumer_key"]

    @property
    def consumer_secret(self) -> str:
        return self.credentials["consumer_secret"]


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What the process prints, in one line, when all its shops are open."""

    shops: tuple[RunningShop, ...]
    control_url: str
    control_token: str
    ca_file: str


class Control:
    """Not thread-safe, and it waits for each answer."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def shop(self, index: int = 0) -> Backstage:
        return cast(Backstage, _Remote(self, index))

    def stop(self) -> None:
        """End the process."""
        self.call(Order(do="stop"))

    def call(self, order: Order) -> bytes:
        """The answer as JSON. Raises `BadInput` with the shop's words where it cannot be done."""
        headers = {"Content-Type": "application/json", TOKEN_HEADER: self._token}
        request = Request(self._url, msgspec.json.encode(order), headers)  # noqa: S310  our own process, by http
        try:
            with _opener.open(request, timeout=_TIMEOUT_S) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            raise BadInput(error.read().decode("utf-8", "replace")) from None


class _Remote:
    """Looks like a `Backstage`; every method is a call."""

    def __init__(self, control: Control, shop: int) -> None:
        self._control = control
        self._shop = shop

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(Backstage, name)
        form, kind = signature(method), get_type_hints(method)["return"]

        def call(*args: object, **kwargs: object) -> Any:
            given = form.bind(self, *args, **kwargs).arguments
            del given["self"]
            answer = self._control.call(Order(do=name, shop=self._shop, arguments=given))
            return msgspec.json.decode(answer, type=kind)

        return call
