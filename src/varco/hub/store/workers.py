"""Signs of life of the workers, so that a command can say that none is there instead of waiting."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from typing import Final
from uuid import UUID

from varco.hub import runtime
from varco.hub.models import Worker

FRESH: Final = timedelta(seconds=30)


def sign_in(token: UUID) -> None:
    now = runtime.clock().now()
    Worker.objects.create(token=token, host=socket.gethostname(), pid=os.getpid(), started_at=now, seen_at=now)


def seen(token: UUID) -> None:
    Worker.objects.filter(token=token).update(seen_at=runtime.clock().now())


def sign_out(token: UUID) -> None:
    Worker.objects.filter(token=token).delete()


def alive() -> bool:
    return Worker.objects.filter(seen_at__gt=runtime.clock().now() - FRESH).exists()


def forget_dead() -> None:
    Worker.objects.filter(seen_at__lt=runtime.clock().now() - timedelta(days=1)).delete()
