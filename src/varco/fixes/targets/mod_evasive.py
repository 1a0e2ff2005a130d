"""mod_evasive: it refuses who asks for much at once. Measured on 1.10.1: a list of single addresses and whole octets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, ip_network
from typing import Final

from varco.fixes.base import ADDRESS_ALONE, ADDRESS_ONLY, N_, Target
from varco.model.errors import BadInput
from varco.model.fix import AppliedBy, Cause, FixRequest, Step

MOST: Final = 256
"""Lines that are written for one network."""


def steps(request: FixRequest) -> Sequence[Step]:
    return (
        Step(
            name="whitelist",
            what=N_("Let the platform ask as often as it needs"),
            place=N_("In the settings of mod_evasive (Debian: /etc/apache2/mods-enabled/evasive.conf)"),
            language="apache",
            text="\n".join(f"DOSWhitelist {one}" for address in request.addresses for one in _patterns(address)),
        ),
    )


def _patterns(address: str) -> Iterator[str]:
    """It knows no prefixes: 192.0.2.* for whole octets, and else each address. `BadInput` for IPv6 networks."""
    network = ip_network(address)
    if not isinstance(network, IPv4Network):
        if network.num_addresses > 1:
            raise BadInput(f"mod_evasive cannot take an IPv6 network ({address}): give single addresses.")
        yield address
        return
    if network.prefixlen in (16, 24):
        known = str(network.network_address).split(".")[: network.prefixlen // 8]
        yield ".".join(known) + ".*" * (4 - len(known))
    elif network.num_addresses <= MOST:
        yield from map(str, network)
    else:
        yield from (
            f"{'.'.join(str(part.network_address).split('.')[:3])}.*" for part in network.subnets(new_prefix=24)
        )


TARGET = Target(
    name="mod-evasive",
    title="mod_evasive (Apache)",
    applied_by=AppliedBy.HOST,
    causes=frozenset((Cause.RATE, Cause.BAN)),
    steps=steps,
    sees=ADDRESS_ONLY,
    check=("apachectl configtest",),
    reload=("apachectl graceful",),
    undo=N_("Remove the lines, test, and reload."),
    cautions=(ADDRESS_ALONE,),
    verified_on=("mod_evasive 1.10.1 (Apache 2.4.71)",),
    sources=("https://manpages.debian.org/bookworm/libapache2-mod-evasive/",),
)
