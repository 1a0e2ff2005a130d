"""By which name, addresses and methods a platform calls shops."""

from __future__ import annotations

from typing import Final

import msgspec

from varco import __version__

METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
"""In the order in which they are tried: harmless first (`facts: blocking 1.6`)."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    user_agents: tuple[str, ...]
    """`{shop}` stands for the shop system's name."""
    methods: tuple[str, ...] = METHODS
    addresses: tuple[str, ...] = ()
    """Networks it calls from, as given by the user: never hard-coded."""

    def user_agents_for(self, shop_system: str) -> tuple[str, ...]:
        return tuple(agent.replace("{shop}", shop_system) for agent in self.user_agents)


SENDCLOUD: Final = Identity(
    name="sendcloud",
    user_agents=("Sendcloud/1.0.0", "SendCloud/1.0 ({shop}; https://www.sendcloud.sc)"),
)


def varco_identity(operator_url: str = "") -> Identity:
    """The hub's own identity; with the operator's address, a host can see whom to ask."""
    plain = f"Varco/{__version__}"
    detailed = f"{plain} ({{shop}}; {operator_url})" if operator_url else plain
    return Identity(name="varco", user_agents=(plain, detailed))
