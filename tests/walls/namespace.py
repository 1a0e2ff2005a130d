"""A network of the test's own: a namespace with one wire to us, so that a firewall in it touches nothing else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

_WIRE = ip_network("198.18.0.0/16").network_address + 4 * (os.getpid() % 16_000)
"""Of the networks for such tests (RFC 2544), four addresses for each process."""
US = str(_WIRE + 1)
THEM = str(_WIRE + 2)
PORT = 80
_SETTINGS = Path("/etc/netns")
"""Where `ip netns exec` looks for files that stand in for those of /etc."""


@dataclass(frozen=True)
class Namespace:
    name: str

    def command(self, *command: str) -> list[str]:
        """That command, inside."""
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, *command: str, stdin: str = "") -> str:
        """What it printed. `AssertionError` with its complaint if it fails."""
        done = subprocess.run(self.command(*command), input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
        return done.stdout

    @contextmanager
    def nft(self, rule: str) -> Iterator[None]:
        """With that rule on the way in."""
        self.run(
            "nft",
            "-f",
            "-",
            stdin=f"table inet wall {{ chain input {{ type filter hook input priority 0;\n{rule}\n}}\n}}\n",
        )
        try:
            yield
        finally:
            self.run("nft", "delete", "table", "inet", "wall")

    @contextmanager
    def iptables(self, *rule: str) -> Iterator[None]:
        self.run("iptables", "-w", "-A", "INPUT", *rule)
        try:
            yield
        finally:
            self.run("iptables", "-w", "-D", "INPUT", *rule)


@contextmanager
def namespace() -> Iterator[Namespace]:
    """Its names come from our process id; it is gone afterwards, with its wire and all its rules."""
    space = Namespace(f"varco-walls-{os.getpid()}")
    ours, theirs = f"vw{os.getpid()}a", f"vw{os.getpid()}b"
    _ip("netns", "add", space.name)
    try:
        _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", space.name)
        _ip("address", "add", f"{US}/30", "dev", ours)
        _ip("link", "set", ours, "up")
        space.run("ip", "address", "add", f"{THEM}/30", "dev", theirs)
        space.run("ip", "link", "set", theirs, "up")
        space.run("ip", "link", "set", "lo", "up")
        yield space
    finally:
        subprocess.run(["ip", "link", "delete", ours], capture_output=True, check=False)  # at once, not some time later
        _ip("netns", "delete", space.name)


@contextmanager
def name_server(space: Namespace, address: str) -> Iterator[None]:
    """Programs inside ask that one."""
    folder, others_settings = _SETTINGS / space.name, _SETTINGS.exists()
    folder.mkdir(parents=True)
    file = folder / "resolv.conf"
    file.write_text(f"nameserver {address}\noptions timeout:1 attempts:1\n")
    try:
        yield
    finally:
        file.unlink()
        folder.rmdir()
        if not others_settings:
            _SETTINGS.rmdir()


def _ip(*arguments: str) -> None:
    command: Sequence[str] = ("ip", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
