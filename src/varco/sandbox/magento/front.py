"""From a request to the interface: its path, its store view, its form."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from varco.model.exchange import Request, Response, header
from varco.sandbox.magento import pages, router
from varco.sandbox.magento.criteria import query_of, shown
from varco.sandbox.magento.rest import Call, RestError, cannot_be_processed
from varco.sandbox.state import State

_METHODS: Final = ("GET", "POST", "PUT", "DELETE")
_VERSION: Final = re.compile(r"V\d+")
VERSION: Final = "Magento/2.4 (Community)"


def answer(state: State, request: Request) -> Response:
    parts = urlsplit(request.url)
    path = re.sub(r"/{2,}", "/", parts.path).removeprefix(urlsplit(state.home).path)
    if path == "/magento_version":
        return pages.version(VERSION)
    if path != "/rest" and not path.startswith("/rest/"):
        return pages.home_page(state.spec.name) if path in ("", "/") else pages.no_such_page()
    if request.method not in _METHODS:
        return pages.method_refused(request.method)
    if not _takes_data(header(request.headers, "Accept")):
        return pages.error_page()
    try:
        call = Call(
            request=request,
            path=_inner(state, path),
            query=query_of(parts.query),
            body=_body_of(request),
        )
        reply = router.answered(state, request.method, call)
        return pages.data(shown(call, reply), session=reply.session)
    except RestError as error:
        return pages.refusal(error)


def _takes_data(accept: str) -> bool:
    return not accept or any(kind in accept for kind in ("*/*", "application/json", "application/xml"))


def _inner(state: State, path: str) -> str:
    """Below the version. A word before it is a store view's code; the version in lower case is taken for one."""
    steps = [step for step in path.removeprefix("/rest").split("/") if step]
    codes = ("all", "default", "outlet") if state.spec.second_store else ("all", "default")
    if steps and steps[0] in codes:
        steps = steps[1:]
    if not steps or not _VERSION.fullmatch(steps[0]):
        raise cannot_be_processed()
    return "/".join(steps[1:]) if steps[0] == "V1" else path


def _body_of(request: Request) -> Any:
    if not request.body:
        return None
    kind = header(request.headers, "Content-Type").partition(";")[0].strip()
    if not kind:
        raise RestError("Content-Type header is empty.")
    if kind != "application/json":
        raise RestError(f"Server cannot understand Content-Type HTTP header media type {kind}")
    try:
        return msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RestError("Decoding error.") from None
