"""Lines of logs as servers write them, and what is read out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from varco.app.inside import known
from varco.inside.caller import caller_from
from varco.inside.logs.access import usual
from varco.inside.logs.files import sources
from varco.inside.logs.read import read_logs
from varco.inside.logs.report import Report, Stopped

OURS: Final = "SendCloud/1.0 (woocommerce; https://www.sendcloud.sc)"
BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ORDER: Final = "/wp-json/wc/v3/orders/17"


def combined(
    method: str = "GET",
    status: int = 200,
    *,
    path: str = ORDER,
    agent: str = OURS,
    address: str = "203.0.113.10",
    at: str = "25/Nov/2026:06:00:00 +0100",
) -> str:
    return f'{address} - - [{at}] "{method} {path} HTTP/1.1" {status} 153 "-" "{agent}"\n'


def read(
    folder: Path, files: Mapping[str, str], since_at: float = 0.0, identity: str = "sendcloud", ips: str = ""
) -> Report:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    caller = caller_from(known(), identity, ips=ips)
    return read_logs(sources([str(folder / name) for name in files]), caller, reader=usual, since_at=since_at)


def stopped(report: Report) -> Sequence[Stopped]:
    return [one for site in report.sites for one in site.stopped]


def findings(report: Report) -> dict[str, str]:
    """By method and status."""
    return {f"{one.method} {one.status}": one.finding for one in stopped(report)}
