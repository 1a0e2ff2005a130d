"""Firewalls, in a network of the test's own: our addresses come in, by IPv4 and IPv6, and a stranger does not."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import pytest

from tests.walls.conftest import Need
from tests.walls.fixes.calls import fix_for, text
from tests.walls.fixes.table import note
from tests.walls.namespace import THEM, US, Namespace, namespace
from tests.walls.process import START_S, running
from varco.model.fix import Fix

STRANGER: Final = str(ip_address(US) + 0x10000)
US6, THEM6, STRANGER6 = "fd7a:6172:636f::1", "fd7a:6172:636f::2", "fd7a:6172:636f::3"
PATIENCE_S: Final = 0.7
OPEN: Final = {"we": "open", "we, IPv6": "open", "stranger": "shut", "stranger, IPv6": "shut"}
SHUT: Final = dict.fromkeys(OPEN, "shut")
ALL_OPEN: Final = dict.fromkeys(OPEN, "open")
_BUS: Final = """<busconfig><type>system</type><listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
<allow send_requested_reply="true" send_type="method_return"/><allow send_requested_reply="true" send_type="error"/>
<allow receive_type="method_call"/><allow receive_type="method_return"/><allow receive_type="error"/>
<allow receive_type="signal"/><allow send_destination="org.freedesktop.DBus"/></policy></busconfig>"""


@pytest.fixture(scope="module")
def space(need: Need, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Namespace]:
    """With a web server inside, and two of us outside: we, and a stranger on the same wire."""
    need("/usr/sbin/nft", "/usr/sbin/iptables", "/sbin/ip", network=True)
    folder = tmp_path_factory.mktemp("served")
    with namespace() as space:
        ours, theirs = f"vw{os.getpid()}a", f"vw{os.getpid()}b"
        for address in (f"{STRANGER}/32", f"{US6}/64", f"{STRANGER6}/64"):
            subprocess.run(["ip", "address", "add", address, "dev", ours, *_no_waiting(address)], check=True)
        space.run("ip", "address", "add", f"{THEM6}/64", "dev", theirs, "nodad")
        space.run("ip", "route", "add", f"{STRANGER}/32", "dev", theirs)
        server = space.command(sys.executable, "-m", "http.server", "80", "--bind", "::", "--directory", str(folder))
        with running(server, folder, []):
            _wait_until(lambda: seen() == ALL_OPEN)
            yield space


def _no_waiting(address: str) -> list[str]:
    return ["nodad"] if ":" in address else []


def _wait_until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + START_S
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.1)


def seen() -> dict[str, str]:
    calls = {
        "we": (US, THEM),
        "we, IPv6": (US6, THEM6),
        "stranger": (STRANGER, THEM),
        "stranger, IPv6": (STRANGER6, THEM6),
    }
    with ThreadPoolExecutor(len(calls)) as pool:
        return dict(zip(calls, pool.map(_state, *zip(*calls.values(), strict=True)), strict=True))


def _state(source: str, to: str) -> str:
    try:
        with socket.create_connection((to, 80), timeout=PATIENCE_S, source_address=(source, 0)):
            return "open"
    except OSError:
        return "shut"


def fix(name: str) -> Fix:
    return fix_for(name, addresses=f"{US} {US6}")


def run(space: Namespace, script: str) -> str:
    return space.run("sh", "-euc", script)


def test_nftables(space: Namespace) -> None:
    space.run(
        "nft",
        "-f",
        "-",
        stdin="table inet filter { chain input { type filter hook input priority 0; policy drop;\n"
        "ct state established accept\nmeta l4proto ipv6-icmp accept\ntcp dport 80 drop\n}\n}\n",
    )
    assert seen() == SHUT
    run(space, text(fix("nftables"), "accept"))
    assert seen() == OPEN
    listed = space.run("nft", "--handle", "list", "chain", "inet", "filter", "input")
    handles = [line.rpartition("handle ")[2] for line in listed.splitlines() if 'comment "ship"' in line]
    for handle in handles:
        space.run("nft", "delete", "rule", "inet", "filter", "input", "handle", handle)
    assert len(handles) == 2
    assert seen() == SHUT
    space.run("nft", "delete", "table", "inet", "filter")
    note("nftables", "ports 80 and 443 closed", "shut", "open", "2 | 0")


def test_iptables(space: Namespace) -> None:
    for program in ("iptables", "ip6tables"):
        space.run(program, "-A", "INPUT", "-p", "tcp", "--dport", "80", "-j", "DROP")
    assert seen() == SHUT
    run(space, text(fix("iptables"), "accept"))
    assert seen() == OPEN
    run(space, text(fix("iptables"), "undo"))
    assert seen() == SHUT
    for program in ("iptables", "ip6tables"):
        space.run(program, "-F", "INPUT")
    note("iptables", "ports 80 and 443 closed", "shut", "open", "2 | 0")


def test_ufw(space: Namespace, need: Need, tmp_path: Path) -> None:
    """Its settings are copies, laid over the machine's own inside the test's network only."""
    need("/usr/sbin/ufw")
    laid = ""
    for number, place in enumerate(("/etc/ufw", "/etc/default")):
        copy = tmp_path / f"ufw-{number}"
        shutil.copytree(place, copy, symlinks=True)
        laid += f"mount --bind {copy} {place}\n"
    run(space, f"{laid}ufw --force enable\nufw limit 22/tcp")
    assert seen() == SHUT
    run(space, laid + text(fix("ufw"), "allow"))
    assert seen() == OPEN
    run(space, laid + text(fix("ufw"), "undo"))
    assert seen() == SHUT
    run(space, f"{laid}ufw --force disable")
    note("ufw", "ports 80 and 443 closed", "shut", "open", "2 | 0")


@contextmanager
def firewalld(space: Namespace, folder: Path) -> Iterator[str]:
    """With a message bus of its own. What a command line must begin with to speak to it."""
    folder.mkdir()
    (folder / "bus.conf").write_text(_BUS.format(folder=folder))
    settings = folder / "settings"
    settings.mkdir()
    address = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/bus"}
    bus = ["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={folder}/bus.conf"]
    daemon = ["/usr/sbin/firewalld", "--nofork", "--nopid", f"--system-config={settings}"]
    with running(bus, folder, []):
        _wait_until((folder / "bus").exists)
        with running(space.command(*daemon), folder, [], address):
            begin = f"export DBUS_SYSTEM_BUS_ADDRESS={address['DBUS_SYSTEM_BUS_ADDRESS']}\n"
            _wait_until(lambda: _succeeds(space, f"{begin}firewall-cmd --state"))
            yield begin


def _succeeds(space: Namespace, script: str) -> bool:
    return subprocess.run(space.command("sh", "-c", script), capture_output=True, check=False).returncode == 0


def test_firewalld(space: Namespace, need: Need, tmp_path: Path) -> None:
    need("/usr/sbin/firewalld", "/usr/bin/dbus-daemon")
    with firewalld(space, tmp_path / "firewalld") as begin:
        assert seen() == SHUT
        run(space, f"{begin}{text(fix('firewalld'), 'accept')}\nfirewall-cmd --reload")
        assert seen() == OPEN
        run(space, f"{begin}{text(fix('firewalld'), 'undo')}\nfirewall-cmd --reload")
        assert seen() == SHUT
    note("firewalld", "ports 80 and 443 closed", "shut", "open", "2 | 0")
