"""The pages and the API over HTTP: waitress in a thread, which can be told to stop without cutting answers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from waitress import wasyncore
from waitress.server import create_server

from varco.model.errors import BadInput

THREADS: Final = 8
LARGEST_BODY: Final = 8 * 1024 * 1024
"""No form and no webhook is larger."""
_GRACE_S: Final = 2.0
"""How long answers under way may take once we are told to stop."""


def listening(address: tuple[str, int]) -> socket.socket:
    """The bound socket. `BadInput` says why the address cannot be had."""
    host, port = address
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        raise BadInput(_why_not(shown, error)) from None


def _why_not(shown: str, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    if "in use" in reason:
        return f"{shown} is taken by another program, maybe another `varco serve`. Set VARCO_LISTEN to a free port."
    if isinstance(error, PermissionError):
        return f"{shown} may not be opened by this user. Set VARCO_LISTEN to a port of 1024 or more."
    return f"VARCO_LISTEN cannot be {shown}: {reason}."


def address_of(bound: socket.socket) -> str:
    """As a browser on this machine reaches it."""
    host, port = bound.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class WebServer:
    """`run` it in a thread of its own; `stop` may be called from any other."""

    def __init__(self, application: Callable[..., Any], bound: socket.socket) -> None:
        self._map: dict[int, Any] = {}
        self._stopping = threading.Event()
        self._server = create_server(
            application,
            map=self._map,
            sockets=[bound],
            threads=THREADS,
            ident=None,
            max_request_body_size=LARGEST_BODY,
            channel_timeout=60,
            clear_untrusted_proxy_headers=False,  # `web.security.ProxyMiddleware` decides whom to believe
        )

    def run(self) -> None:
        """Serve until told to stop; then let answers under way end, for a short time."""
        while not self._stopping.is_set():
            self._turn(1.0)
        self._server.accepting = False
        self._server.task_dispatcher.shutdown(timeout=_GRACE_S)
        self._flush()
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()  # its buffers too, which may be files
        wasyncore.close_all(self._map, ignore_all=True)

    def stop(self) -> None:
        self._stopping.set()
        self._server.pull_trigger()

    def _flush(self) -> None:
        deadline = time.monotonic() + _GRACE_S / 2
        while any(channel.total_outbufs_len for channel in self._server.active_channels.values()):
            if time.monotonic() > deadline:
                return
            self._turn(0.05)

    def _turn(self, longest_s: float) -> None:
        wasyncore.loop(timeout=longest_s, use_poll=True, map=self._map, count=1)
