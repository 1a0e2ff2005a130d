"""The calls that are led through a configuration: a platform's, and a few others that show what a rule looks at."""

from __future__ import annotations

from typing import NamedTuple, Sequence

from varco.inside.caller import Caller

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_ASKED = {
    "woocommerce": ("/wp-json/wc/v3/orders", "per_page=100&orderby=id&modified_after=2026-11-25T04:50:31"),
    "magento": ("/rest/V1/orders", "searchCriteria[pageSize]=100&searchCriteria[sortOrders][0][field]=updated_at"),
    "prestashop": ("/api/orders", "display=full&filter[date_upd]=[2026-11-25,2026-11-26]&date=1&limit=0,50"),
}
"""As connectors ask for orders."""
_ADDRESSES = 16
"""Of the given ones that are tried: each of them takes its time."""


class Call(NamedTuple):
    platform: str
    method: str
    agent: str
    path: str
    query: str
    address: str | None
    """Or a whole network of them. None: the platform's, and we were not told it."""
    role: str = "ours"
    """Or what it shows: `browser`, `home`, `no-query`."""

    @property
    def one_address(self) -> str | None:
        """None also for a network, of which any address may call."""
        return None if self.address and "/" in self.address else self.address

    @property
    def uri(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    def header(self, name: str) -> str:
        """Empty for what is not sent."""
        known = {
            "user-agent": self.agent,
            "host": "shop.example",
            "accept": "application/json",
            "authorization": "Basic a2V5OnNlY3JldA==",
            "content-type": "" if self.method in ("GET", "HEAD", "DELETE", "OPTIONS") else "application/json",
            "content-length": "2" if self.method in ("POST", "PUT", "PATCH") else "",
            "x-forwarded-proto": "https",
        }
        return known.get(name.lower().replace("_", "-"), "")


def calls_of(caller: Caller) -> Sequence[Call]:
    addresses: list[str | None] = [
        str(network[0] if network.num_addresses == 1 else network) for network in caller.networks[:_ADDRESSES]
    ]
    return [
        call for address in addresses or [None] for platform in caller.paths for call in _of(caller, platform, address)
    ]


def _of(caller: Caller, platform: str, address: str | None) -> Sequence[Call]:
    below, query = _ASKED.get(platform, (caller.paths[platform].prefixes[0], ""))
    path = (caller.folder or "") + below
    agents = [agent.replace("{shop}", platform) for agent in caller.who.user_agents]
    calls = [Call(platform, method, agent, path, query, address) for method in caller.who.methods for agent in agents]
    shown = Call(platform, "GET", agents[0], path, query, address)
    return [
        *calls,
        *(shown._replace(method=method, agent=BROWSER, role="browser") for method in caller.who.methods),
        shown._replace(path=f"{caller.folder or ''}/", query="", role="home"),
        shown._replace(query="", role="no-query"),
    ]
