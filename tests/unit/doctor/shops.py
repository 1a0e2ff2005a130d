"""Shops for the doctor: the sandbox behind a wall, or a function from request to reply. Nothing is waited for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from varco.app.check import identity_named, target_of
from varco.doctor.report import Report
from varco.doctor.runner import examine
from varco.doctor.scan import CAREFUL, Limits
from varco.doctor.target import Send
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Response, Timings, header
from varco.net.reach import Reach
from varco.sandbox import SandboxShop, ShopSpec, Wall, send_to

URL = "https://shop.example"
JSON = (("Content-Type", "application/json; charset=UTF-8"),)
HTML = (("Content-Type", "text/html"), ("Server", "nginx"))
INDEX = b'{"name": "Bottega", "namespaces": ["wp/v2", "wc/v3"], "routes": {}}'
NO_ROUTE = b'{"code": "rest_no_route", "message": "No route was found", "data": {"status": 404}}'
FORBIDDEN = Response(
    status=403, headers=HTML, body=b"<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>"
)
DROPPED = Failure(kind=FailureKind.CLOSED, phase=Phase.WAIT, text="closed")

Rule = Callable[[Request], "Response | Failure | None"]
"""What stands in front of the shop makes of a request; None lets it through."""


async def no_time(_seconds: float) -> None:
    """A pause in tests."""


def shop(rule: Rule = lambda _: None, *, took_ms: int = 30, home: Response | None = None) -> Send:
    """A healthy WooCommerce behind a rule."""

    async def send(request: Request) -> Exchange:
        told = rule(request) or _inside(request, home)
        answer, failure = (told, None) if isinstance(told, Response) else (None, told)
        return Exchange(
            request=request,
            started_at=datetime.now(UTC),
            response=answer,
            failure=failure,
            timings=Timings(total_ms=took_ms),
        )

    return send


def _inside(request: Request, home: Response | None) -> Response:
    path = urlsplit(request.url).path
    if "probe" in path:
        if request.method == "OPTIONS":
            return Response(status=200, headers=JSON, body=b"[]")
        return Response(status=404, headers=JSON, body=b"" if request.method == "HEAD" else NO_ROUTE)
    if path.startswith("/wp-json"):
        return Response(status=200, headers=JSON, body=INDEX)
    return home or Response(status=200, headers=HTML, body=b"<html><link href='/wp-content/theme.css'>Bottega</html>")


def only(methods: str, *, status: int = 403) -> Rule:
    """Refuses all other methods with nginx's page."""

    def rule(request: Request) -> Response | None:
        if request.method in methods.split():
            return None
        if status == 405:
            body = b"<center><h1>405 Not Allowed</h1></center><hr><center>nginx</center>"
            return Response(status=405, headers=HTML, body=body)
        return FORBIDDEN

    return rule


def agent_of(request: Request) -> str:
    return header(request.headers, "User-Agent")


async def examined(
    send: Send,
    *,
    identity: str = "sendcloud",
    limits: Limits = CAREFUL,
    reach: Reach | None = None,
    url: str = URL,
) -> Report:
    target = target_of(url, identity_named(identity), platform="woocommerce")
    assert target.inside is (identity == "varco")
    return await examine(target, send, limits=limits, reach=reach, sleep=no_time)


async def behind(walls: Sequence[Wall], *, identity: str = "sendcloud", limits: Limits = CAREFUL) -> Report:
    """The sandbox behind these walls."""
    pretended = SandboxShop(ShopSpec(orders=3, walls=tuple(walls)))
    return await examined(send_to(pretended), identity=identity, limits=limits)


def codes(report: Report) -> list[str]:
    return [told.finding.code for told in report.findings]
