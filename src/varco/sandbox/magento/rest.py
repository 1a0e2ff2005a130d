"""A call of Magento's REST interface, and the ways in which it is answered."""

from __future__ import annotations

from typing import Any

import msgspec

from varco.model.exchange import Request
from varco.sandbox.spec import Key


class RestError(Exception):
    """Magento's error form: `message` with `parameters` that it leaves to the reader to fill in."""

    def __init__(self, message: str, status: int = 400, parameters: Any = None, *, session: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.parameters = parameters
        self.session = session
        """Whether the session was opened by then, which shows in the headers (measured)."""

    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = {"message": self.message}
        return found if self.parameters is None else {**found, "parameters": self.parameters}


class Call(msgspec.Struct, kw_only=True):
    request: Request
    path: str
    """Below `/rest/V1`, as it came."""
    query: dict[str, Any]
    """As PHP reads it: `a[b][0]=1` is nested."""
    body: Any = None
    user: Key | None = None
    parts: tuple[str, ...] = ()
    """What stands in the places of the route, from left to right."""

    def number(self, place: int = 0) -> int:
        text = self.parts[place]
        if not text.isdigit():
            raise RestError(
                f'The "{text}" value\'s type is invalid. The "int" type was expected. Verify and try again.'
            )
        return int(text)

    def sent(self, name: str) -> Any:
        """A parameter of the body, in either way of writing it. `RestError` if it is missing."""
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        body = self.body if isinstance(self.body, dict) else {}
        for key in (name, snake):
            if key in body:
                return body[key]
        raise required(name)


class Reply(msgspec.Struct, kw_only=True):
    data: Any
    session: bool = False


def required(name: str) -> RestError:
    return RestError('"%fieldName" is required. Enter and try again.', parameters={"fieldName": name})


def not_there() -> RestError:
    return RestError("The entity that was requested doesn't exist. Verify the entity and try again.", 404)


def no_route() -> RestError:
    return RestError("Request does not match any route.", 404)


def cannot_be_processed() -> RestError:
    return RestError("Specified request cannot be processed.")


def not_allowed(resource: str, *, session: bool = True) -> RestError:
    """The same words for no keys, wrong keys and keys that lack the resource (measured)."""
    message = "The consumer isn't authorized to access %resources."
    return RestError(message, 401, {"resources": resource}, session=session)


def crashed() -> RestError:
    return RestError("Internal Error. Details are available in Magento log file. Report ID: webapi-6b0499d00a308", 500)
