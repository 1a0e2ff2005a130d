"""What the keys may do, by questions that change nothing. Without keys it says that it was not tested."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar

from varco.doctor.base import CouldNotTell, Noted
from varco.doctor.layers import Layer
from varco.doctor.report import Allowed
from varco.doctor.scan import REFUSALS, Scan
from varco.model.errors import ShopFault


class Keys:
    layer: ClassVar = Layer.AUTHENTICATION
    step: ClassVar = 70
    needs: ClassVar[frozenset[str]] = frozenset({"shop"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "what the keys may do"
    mild: ClassVar = False

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        if scan.platform is None or scan.platform.rights is None:
            raise CouldNotTell("not tested: no keys were given")
        if scan.base_url != scan.target.url:
            raise CouldNotTell("not tested: keys are sent only to the address that was given")
        before = len(scan.said)
        try:
            rights = await scan.platform.rights(scan.base_url, scan.agents[0], scan.send_unless_refused)
        except ShopFault as fault:
            yield Noted(finding=fault.finding, evidence=(fault.exchange,) if fault.exchange else (), proven=True)
            return
        scan.allowed += [
            Allowed(resource="orders", what="read", allowed=rights.read),
            Allowed(resource="orders", what="write", allowed=rights.write),
            Allowed(resource="products", what="read", allowed=rights.products),
        ]
        if rights.read:
            scan.reached.add("orders")
        elif scan.hidden is not None:
            yield Noted(finding=scan.hidden.finding)
        for problem in rights.problems:
            if problem.code not in REFUSALS:  # what stands in front of the shop was told by the methods
                yield Noted(finding=problem, evidence=tuple(scan.said[before:]), proven=True)


CHECK = Keys()
