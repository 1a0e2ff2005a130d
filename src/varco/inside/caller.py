"""Which calls are a platform's: by its name as the fixes match it, by its addresses if given, and by the path."""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Mapping, NamedTuple, Sequence, Union

from varco.inside.errors import WrongUse
from varco.inside.known import Known, Paths, Who

Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]
PROBE = "varco-probe-"
"""How the name of something begins that the doctor asks for and no shop has."""
_ROUTE = re.compile(r"[?&]rest_route=(?P<path>[^&]+)")
"""WordPress without rewritten addresses."""


class Place(NamedTuple):
    """What a call is to."""

    platform: str
    folder: str
    """In which the shop lives; empty for the whole site."""
    path: str
    """Below it, with the names of probes left out, and without the query, which may hold keys."""
    is_probe: bool


@dataclass(frozen=True)
class Caller:
    """Whom we look for."""

    identity: str
    who: Who
    networks: Sequence[Network]
    """Empty: nobody said from where it calls."""
    paths: Mapping[str, Paths]
    folder: str | None = None
    """None: the shop may live in any."""

    @property
    def token(self) -> bytes:
        """What the line of each of its calls holds, in lower case."""
        return f"{self.who.product}/".encode()

    def has_name(self, agent: str) -> bool:
        """As the fixes ask for it: the product at the beginning, with any version."""
        length = len(self.who.product)
        return agent[:length].lower() == self.who.product and bool(re.match(r"/[0-9]", agent[length:]))

    def has_address(self, address: str) -> bool:
        return within(address, self.networks)

    def place_of(self, target: str) -> Place | None:
        """None: not a path of the interface that we look for."""
        path = _path_of(target)
        for platform, paths in self.paths.items():
            folder = _folder_of(path, paths)
            if folder is not None and self.folder in (None, folder):
                below = path[len(folder) :]
                return Place(platform, folder, _shape(below), PROBE in below)
        return None


def caller_from(known: Known, identity: str, *, ips: str = "", platform: str = "", folder: str | None = None) -> Caller:
    """`WrongUse` says what there is not."""
    if platform and platform not in known.paths:
        raise WrongUse(f"There is no platform {platform}. Known: {', '.join(known.paths)}.")
    who = known.identities.get(identity) or _who_of_file(identity, known)
    networks = networks_in(ips) if ips else [ipaddress.ip_network(text) for text in who.addresses]
    return Caller(
        identity=identity,
        who=who,
        networks=networks,
        paths={name: paths for name, paths in known.paths.items() if platform in ("", name)},
        folder=None if folder is None else folder.rstrip("/"),
    )


def _who_of_file(name: str, known: Known) -> Who:
    """A file that says how another platform calls: `{"user_agents": […], "methods": […], "addresses": […]}`."""
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise WrongUse(
            f"There is no identity {name}, and no file of that name. Known: {', '.join(known.identities)}."
        ) from None
    try:
        data = json.loads(text)
        agents = [str(agent) for agent in data["user_agents"]]
        methods = [str(method) for method in data.get("methods") or next(iter(known.identities.values())).methods]
        addresses = [str(ipaddress.ip_network(text)) for text in data.get("addresses") or ()]
        (product,) = {agent.partition("/")[0].lower() for agent in agents}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WrongUse(
            f'{name} does not say how a platform calls. It looks like {{"user_agents": ["Name/1.0"]}}, with the same '
            "word before the slash in all of them."
        ) from None
    return Who(product=product, user_agents=agents, methods=methods, addresses=addresses)


def networks_in(source: str) -> Sequence[Network]:
    """Of a file, or of the list itself. `WrongUse` names what is no address."""
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8") if len(source) < 1000 and path.is_file() else source
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{source} cannot be read as a list of addresses: {error}.") from None
    found = [_network(word) for word in _words(text) if word]
    if not found:
        raise WrongUse("The list of addresses is empty.")
    return found


def _words(text: str) -> Iterator[str]:
    if text.lstrip().startswith(("[", "{")):
        # beside the addresses stand versions and dates
        yield from (word for word in re.findall(r'"([0-9a-fA-F:./]+)"', text) if word.count(".") > 2 or ":" in word)
        return
    for line in text.splitlines():
        yield from re.split(r"[\s,;]+", line.partition("#")[0].strip())


def _network(word: str) -> Network:
    try:
        return ipaddress.ip_network(word, strict=False)
    except ValueError:
        raise WrongUse(f"{word} is no address. Addresses look like 192.0.2.10, 192.0.2.0/24 or 2001:db8::10.") from None


def within(address: str, networks: Sequence[Network]) -> bool:
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(one, "ipv4_mapped", None)
    one = mapped or one
    return any(one.version == network.version and one in network for network in networks)


def _path_of(target: str) -> str:
    """As it would stand there with rewritten addresses."""
    if target.startswith(("http://", "https://")):
        target = "/" + target.split("/", 3)[-1]
    path, _, query = target.partition("?")
    route = _ROUTE.search(f"?{query}")
    if route:
        inner = route.group("path").replace("%2F", "/").replace("%2f", "/")
        base = path[: -len("index.php")] if path.endswith("/index.php") else path
        return f"{base.rstrip('/')}/wp-json/{inner.lstrip('/')}"
    return re.sub(r"/index\.php(?=/)", "", re.sub(r"/{2,}", "/", path))


def _folder_of(path: str, paths: Paths) -> str | None:
    for prefix in paths.prefixes:
        plain = prefix.replace("/index.php", "")
        at = path.find(plain)
        if at >= 0:
            return path[:at]
    for exact in paths.exact:
        if path.rstrip("/").endswith(exact.rstrip("/")):
            return path.rstrip("/")[: -len(exact.rstrip("/"))]
    return None


def _shape(path: str) -> str:
    return re.sub(rf"{PROBE}\w+", f"{PROBE}…", path)
