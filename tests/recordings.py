"""The recorded exchanges of real servers and shops, in the shape of ours."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from varco.model.exchange import Exchange, Failure, FailureKind, Headers, Phase, Request, Response, header

RECORDED: Final = Path(__file__).parent / "recorded"
AT: Final = datetime(2026, 11, 23, 20, tzinfo=UTC)


def recordings(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and content of each, in order."""
    for path in sorted((RECORDED / folder).glob("*.json")):
        if path.stem != "INDEX":
            yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def exchange_from(recording: dict[str, Any]) -> Exchange:
    request, answer = recording["request"], recording["response"]
    sent = Request(
        method=request["method"],
        url=f"{request.get('scheme', 'https')}://shop.example{request['path']}",
        headers=_headers(request["headers"]),
        body=_body(request.get("body")),
    )
    if answer is None:
        return Exchange(request=sent, started_at=AT, failure=_failure(recording["network_error"], recording))
    return Exchange(
        request=sent,
        started_at=AT,
        response=Response(
            status=answer["status"],
            reason=answer.get("reason", ""),
            headers=_without_the_lab(_headers(answer["headers"]), sent),
            body=_body(answer.get("body")),
        ),
    )


def _without_the_lab(headers: Headers, sent: Request) -> Headers:
    """The shop's own name in its answers is the one that was called."""
    lab = header(sent.headers, "Host")
    return tuple((name, value.replace(lab, "shop.example") if lab else value) for name, value in headers)


def _headers(headers: Any) -> Headers:
    pairs = headers.items() if isinstance(headers, dict) else headers
    return tuple((key, value) for key, value in pairs)


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def _failure(text: str, recording: dict[str, Any]) -> Failure:
    """The recorder kept Python's exception as text; its number or its words tell which one it was."""
    connected = recording["layer"] not in ("network-firewall", "network") or "string" in recording["cause"]
    kinds = (
        ("SSL", FailureKind.TLS, Phase.TLS),
        (f"[{errno.errorcode[errno.ECONNREFUSED]}]", FailureKind.REFUSED, Phase.CONNECT),
        (f"[{errno.errorcode[errno.EHOSTUNREACH]}]", FailureKind.UNREACHABLE, Phase.CONNECT),
        (f"[{errno.errorcode[errno.ENETUNREACH]}]", FailureKind.UNREACHABLE, Phase.CONNECT),
        (f"[{errno.errorcode[errno.ECONNRESET]}]", FailureKind.RESET, Phase.WAIT),
        ("Timeout", FailureKind.TIMEOUT, Phase.WAIT if connected else Phase.CONNECT),
    )
    for words, kind, phase in kinds:
        if words in text:
            return Failure(kind=kind, phase=phase, text=text)
    return Failure(kind=FailureKind.CLOSED, phase=Phase.WAIT, text=text)
