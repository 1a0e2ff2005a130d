"""fail2ban: a stranger who is refused often is banned, the platform is not."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.walls.conftest import Need
from tests.walls.fixes.calls import fix_for, text
from tests.walls.fixes.table import note
from tests.walls.process import START_S, running

OURS: Final = ("198.51.100.7", "198.51.100.40", "2001:db8::7")
STRANGER: Final = "192.0.2.66"
_JAIL: Final = (
    "[shop]\nenabled = true\nfilter = shop\nlogpath = {folder}/refused.log\nbackend = polling\nmaxretry = 2\n"
    "findtime = 600\nbantime = 600\naction =\n"
)


@contextmanager
def fail2ban(folder: Path, lines: str) -> Iterator[list[str]]:
    """The command that speaks to it."""
    settings = folder / "settings"
    shutil.copytree("/etc/fail2ban", settings)
    for file in (settings / "jail.d").iterdir():
        file.unlink()
    (settings / "jail.local").write_text(_JAIL.format(folder=folder))
    (settings / "fail2ban.local").write_text("[Definition]\ndbfile = None\n")
    (settings / "filter.d" / "shop.local").write_text("[Definition]\nfailregex = ^ <HOST> refused$\n")
    (settings / "jail.d" / "ship.local").write_text(lines)
    (folder / "refused.log").touch()
    common = ["-c", str(settings), "-s", f"{folder}/socket", "-p", f"{folder}/pid"]
    server = ["fail2ban-server", *common, "--logtarget", f"{folder}/log", "-f", "start"]
    with running(server, folder, []):
        client = ["fail2ban-client", *common]
        until = time.monotonic() + START_S
        while subprocess.run([*client, "status", "shop"], capture_output=True, check=False).returncode:
            assert time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.1)
        yield client


def banned(client: list[str], folder: Path) -> set[str]:
    """Once the stranger is: he comes last in the log."""
    with (folder / "refused.log").open("a") as log:
        for address in (*OURS, STRANGER):
            for _ in range(4):
                log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {address} refused\n")
    until = time.monotonic() + START_S
    while True:
        said = subprocess.run([*client, "status", "shop"], capture_output=True, text=True, check=True).stdout
        found = set(re.findall(r"Banned IP list:\s*(.*)", said)[0].split())
        if STRANGER in found:
            return found
        assert time.monotonic() < until, said
        time.sleep(0.2)


@pytest.mark.parametrize("with_the_line", [False, True])
def test_fail2ban_spares_the_platform_only(with_the_line: bool, need: Need, tmp_path: Path) -> None:
    need("/usr/bin/fail2ban-server")
    fix = fix_for("fail2ban", addresses="198.51.100.7 198.51.100.32/28 2001:db8::/64")
    with fail2ban(tmp_path, text(fix, "ignore") if with_the_line else "") as client:
        assert banned(client, tmp_path) == ({STRANGER} if with_the_line else {STRANGER, *OURS})
        subprocess.run([*client, *text(fix, "unban").split()[1:]], capture_output=True, check=True)
    note("fail2ban", "ban after 2 refusals", "banned", "never banned", "1 | 0")
