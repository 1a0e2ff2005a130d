"""What the keys may do, by questions that change nothing. Without keys it says that it was not tested."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar

from varco.doctor.base import CouldNotTell, Noted
from varco.doctor.layers import Layer
from varco.doctor.scan import REFUSALS, Scan
from varco.model.errors import ShopFault


class Keys:
    layer: ClassVar = Layer.AUTHENTICATION
    step: ClassVar = 70
    needs: ClassVar[frozenset[str]] = frozenset({"shop"})
    applies_to: ClassVar[frozenset[str]] = frozenset()

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
        for problem in rights.problems:
            if problem.code not in REFUSALS:  # what stands in front of the shop was told by the methods
                yield Noted(finding=problem, evidence=tuple(scan.said[before:]), proven=True)


CHECK = Keys()
