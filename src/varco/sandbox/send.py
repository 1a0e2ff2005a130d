"""A shop's answers as a connector's `Send` sees them, without a socket and without waiting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from varco.model.clock import SYSTEM_CLOCK, Clock
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Timings
from varco.sandbox.shop import Reply, SandboxShop

_CUTS = {"before": (FailureKind.CLOSED, Phase.WAIT), "middle": (FailureKind.CLOSED, Phase.READ)}


def send_to(
    shop: SandboxShop, *, address: str = "127.0.0.1", clock: Clock = SYSTEM_CLOCK
) -> Callable[[Request], Awaitable[Exchange]]:
    """A `varco.shops.base.Send` that reaches this shop alone, calling from `address`.

    An answer that takes longer than the request waits is a timeout at once; the shop has done its work all the same.
    """

    async def send(request: Request) -> Exchange:
        return exchange_from(request, shop.answer(request, address), clock)

    return send


def exchange_from(request: Request, reply: Reply, clock: Clock) -> Exchange:
    failure = _failure(request, reply)
    return Exchange(
        request=request,
        started_at=clock.now(),
        response=None if failure else reply.response,
        failure=failure,
        timings=Timings(total_ms=round(min(reply.delay_s, request.timeout_s) * 1000)),
        address="127.0.0.1",
    )


def _failure(request: Request, reply: Reply) -> Failure | None:
    if reply.delay_s > request.timeout_s:
        return Failure(kind=FailureKind.TIMEOUT, phase=Phase.WAIT, text="TimeoutError")
    if reply.cut:
        kind, phase = _CUTS[reply.cut]
        return Failure(kind=kind, phase=phase, text="the pretend shop closed the connection")
    return None
