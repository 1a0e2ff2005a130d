"""fail2ban's usual jails at the log of each wall: they ban nobody who asks carefully, nor thoroughly at its pace."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from tests.walls.conftest import Need, Walls
from tests.walls.doctor import EVERYTHING, examined
from tests.walls.process import HOST, START_S, running
from tests.walls.rules import RULES, Rule
from tests.walls.servers import log_of
from varco.doctor.scan import CAREFUL, THOROUGH, Limits

JAILS: Final = {"apache": {"apache-modsecurity": 2, "apache-auth": 5}, "nginx": {"nginx-limit-req": 5}}
"""fail2ban's usual filters, and the number of lines in its log at which each bans (jail.conf of fail2ban 1.0.2)."""
FINDTIME_S: Final = 600
STRANGER: Final = "192.0.2.66"
GUARDED: Final = [rule for rule in RULES if rule.server in JAILS]
REFUSALS: Final = {
    "apache-modsecurity": "[{apache}] [security2:error] [pid 1] [client {address}:1] ModSecurity: Access denied with "
    "code 403 (phase 2).",
    "apache-auth": "[{apache}] [auth_basic:error] [pid 1] [client {address}:1] AH01617: user x: authentication failure "
    'for "/": Password Mismatch',
    "nginx-limit-req": '{nginx} [error] 1#1: *1 limiting requests, excess: 1.0 by zone "calls", client: {address}, '
    'server: , request: "GET / HTTP/1.1", host: "shop.example"',
}
"""What each filter takes for an attack, as the servers write it."""


def matched(lines: bytes, name: str, folder: Path) -> int:
    """How many of these lines the real filter takes for an attack."""
    log = folder / f"{name}.log"
    log.write_bytes(lines)
    command = ["fail2ban-regex", str(log), f"/etc/fail2ban/filter.d/{name}.conf"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"^Lines: .*?(\d+) matched", said, re.MULTILINE)
    return int(found[1]) if found else 0


def log_at(url: str, folders: pytest.TempPathFactory) -> Path:
    """Of the site at that address."""
    name = log_of(Path(), int(url.rpartition(":")[2])).name
    (log,) = {log.resolve() for log in folders.getbasetemp().glob(f"*/{name}")}
    return log


async def would_count(rule: Rule, limits: Limits, walls: Walls, folders: pytest.TempPathFactory) -> dict[str, int]:
    """By filter: the lines that one run adds to the server's log."""
    url = walls(rule.server, rule.name)
    log = log_at(url, folders)
    before = log.stat().st_size
    await examined(url, limits)
    added = log.read_bytes()[before:]
    if not added.strip():
        return dict.fromkeys(JAILS[rule.server], 0)
    return {name: matched(added, name, folders.mktemp("filter")) for name in JAILS[rule.server]}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.key) for rule in GUARDED])
async def test_fail2bans_usual_jails_do_not_ban_a_careful_run(
    rule: Rule, walls: Walls, need: Need, tmp_path_factory: pytest.TempPathFactory
) -> None:
    need("/usr/bin/fail2ban-regex")
    counted = await would_count(rule, CAREFUL, walls, tmp_path_factory)
    assert all(counted[name] < most for name, most in JAILS[rule.server].items()), counted


async def test_the_same_jail_would_ban_who_asks_everything_at_once(
    walls: Walls, need: Need, tmp_path_factory: pytest.TempPathFactory
) -> None:
    need("/usr/bin/fail2ban-regex")
    (rule,) = [rule for rule in RULES if rule.key == "apache: core rule set"]
    counted = await would_count(rule, EVERYTHING, walls, tmp_path_factory)
    assert counted["apache-modsecurity"] >= 2


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.key) for rule in GUARDED])
async def test_a_thorough_run_at_its_own_pace_is_never_within_reach_of_a_jail(
    rule: Rule, walls: Walls, need: Need, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The log is cut where the run waits longer than a jail remembers: no piece may hold what bans."""
    need("/usr/bin/fail2ban-regex")
    url = walls(rule.server, rule.name)
    log = log_at(url, tmp_path_factory)
    cuts = [log.stat().st_size]

    async def rest(seconds: float) -> None:
        if seconds > FINDTIME_S:
            cuts.append(log.stat().st_size)

    await examined(url, THOROUGH, rest=rest)
    text = log.read_bytes()
    cuts.append(len(text))
    pieces = [text[start:end] for start, end in pairwise(cuts)]
    for name, most in JAILS[rule.server].items():
        many = [piece for piece in pieces if piece.count(b"\n") >= most]
        assert all(matched(piece, name, tmp_path_factory.mktemp("filter")) < most for piece in many), name


@contextmanager
def fail2ban(folder: Path, logs: Mapping[str, tuple[str, Path]]) -> Iterator[list[str]]:
    """A real server with a jail of its own for each log, by filter; the command that speaks to it."""
    settings = folder / "settings"
    shutil.copytree("/etc/fail2ban", settings)
    for file in (settings / "jail.d").iterdir():
        file.unlink()
    limits = {name: most for jails in JAILS.values() for name, most in jails.items()}
    (settings / "jail.local").write_text(
        f"[DEFAULT]\nfindtime = {FINDTIME_S}\nbantime = 600\nbackend = polling\nignoreself = false\nignoreip =\n"
        "usedns = no\n"
        + "".join(
            f"[{jail}]\nenabled = true\nfilter = {name}\nlogpath = {log}\nmaxretry = {limits[name]}\naction =\n"
            for jail, (name, log) in logs.items()
        )
    )
    (settings / "fail2ban.local").write_text("[Definition]\ndbfile = None\n")
    common = ["-c", str(settings), "-s", f"{folder}/socket", "-p", f"{folder}/pid"]
    server = ["fail2ban-server", *common, "--logtarget", f"{folder}/log", "-f", "start"]
    with running(server, folder, []):
        client = ["fail2ban-client", *common]
        _until(lambda: all(_answers(client, jail) for jail in logs), lambda: (folder / "log").read_text()[-2000:])
        yield client


def _answers(client: list[str], jail: str) -> bool:
    return not subprocess.run([*client, "status", jail], capture_output=True, check=False).returncode


def banned(client: list[str], jail: str) -> set[str]:
    said = subprocess.run([*client, "status", jail], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"Banned IP list:\s*(.*)", said)[0].split())


def _until(happened: Callable[[], bool], said: Callable[[], str]) -> None:
    until = time.monotonic() + START_S
    while not happened():
        assert time.monotonic() < until, said()
        time.sleep(0.2)


def refuse_the_stranger(logs: Mapping[str, tuple[str, Path]]) -> None:
    """Last in each log: once he is banned, all before him was read."""
    now = datetime.now()  # noqa: DTZ005  servers write their own local time
    for name, log in logs.values():
        line = REFUSALS[name].format(
            apache=now.strftime("%a %b %d %H:%M:%S.%f %Y"), nginx=now.strftime("%Y/%m/%d %H:%M:%S"), address=STRANGER
        )
        with log.open("a") as file:
            file.write(f"{line}\n" * 5)


async def test_live_jails_ban_a_stranger_and_a_reckless_run_and_no_careful_one(
    walls: Walls, need: Need, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    need("/usr/bin/fail2ban-server")
    urls = {rule.key: walls(rule.server, rule.name) for rule in GUARDED}
    logs = {
        f"{name}-{url.rpartition(':')[2]}": (name, log_at(url, tmp_path_factory))
        for rule, url in zip(GUARDED, urls.values(), strict=True)
        for name in JAILS[rule.server]
    }
    for _, log in logs.values():
        log.write_bytes(b"")  # what other tests did within the last ten minutes is not this run's
    with fail2ban(tmp_path, logs) as client:
        for url in urls.values():
            await examined(url, CAREFUL)
        refuse_the_stranger(logs)
        _until(lambda: all(STRANGER in banned(client, jail) for jail in logs), (tmp_path / "log").read_text)
        assert not [jail for jail in logs if HOST in banned(client, jail)]
        reckless = f"apache-modsecurity-{urls['apache: core rule set'].rpartition(':')[2]}"
        await examined(urls["apache: core rule set"], EVERYTHING)
        _until(lambda: HOST in banned(client, reckless), lambda: (tmp_path / "log").read_text()[-2000:])
