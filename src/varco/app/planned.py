"""What an examination would ask, without asking it: the very same run, against a healthy pretend shop in memory.

No socket is opened and no name looked up; keys are replaced by the pretend shop's own.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import msgspec

from varco.app.address import shop_address
from varco.app.check import target_of
from varco.app.language import Translate
from varco.doctor.runner import examine
from varco.doctor.scan import CAREFUL, Limits
from varco.model.exchange import Exchange, Request
from varco.model.identity import Identity
from varco.sandbox import SandboxShop, ShopSpec, send_to

USUAL: Final = "woocommerce"
"""Pretended where the shop's system is not said."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    after_s: float
    """Since the beginning; the time that answers take comes on top."""
    method: str
    url: str
    user_agent: str
    body_bytes: int
    purpose: str
    """English, and keys of the catalogue; likewise `safe`."""
    safe: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    platform: str
    """As which it was pretended: another one is asked at its own paths."""
    identity: str
    manner: str
    questions: tuple[Question, ...]
    takes_s: float
    """If nothing is refused."""


async def plan(
    url: str, identity: Identity, *, limits: Limits = CAREFUL, platform: str = "", with_keys: bool = False
) -> Plan:
    """`BadInput` for what cannot be an address or a platform."""
    address, now_s = shop_address(url), 0.0
    parts = urlsplit(address)
    spec = ShopSpec(platform=platform or USUAL, orders=2, folder=parts.path)
    shop = SandboxShop(spec, f"{parts.scheme}://{parts.netloc}")
    asked: list[tuple[float, int]] = []
    inner = send_to(shop)

    async def send(request: Request) -> Exchange:
        asked.append((now_s, len(request.body)))
        return await inner(request)

    async def sleep(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds

    target = target_of(address, identity, platform=spec.platform, credentials=shop.credentials() if with_keys else {})
    report = await examine(target, send, limits=limits, sleep=sleep)
    questions = tuple(
        Question(
            number=call.number,
            after_s=round(at_s, 2),
            method=call.method,
            url=call.url,
            user_agent=call.user_agent,
            body_bytes=size,
            purpose=call.purpose,
            safe=call.safe,
        )
        for call, (at_s, size) in zip(report.calls, asked, strict=True)
    )
    return Plan(
        url=address,
        platform=spec.platform,
        identity=identity.name,
        manner=report.manner,
        questions=questions,
        takes_s=round(now_s, 2),
    )


def purpose_of(question: Question, _: Translate) -> str:
    known = {
        "what a visitor of the shop is given": _("what a visitor of the shop is given"),
        "which shop software answers": _("which shop software answers"),
        "whether a browser's name is refused as well": _("whether a browser's name is refused as well"),
        "whether each of the platform's names passes": _("whether each of the platform's names passes"),
        "whether this method passes": _("whether this method passes"),
        "whether ordinary names, links and searches pass": _("whether ordinary names, links and searches pass"),
        "whether the shop could be called by https": _("whether the shop could be called by https"),
        "what the keys may do": _("what the keys may do"),
        "whether keys arrive at the shop's software": _("whether keys arrive at the shop's software"),
        "how long a page of orders takes": _("how long a page of orders takes"),
        "in which time zone the shop lives": _("in which time zone the shop lives"),
        "whether answers to different questions differ": _("whether answers to different questions differ"),
        "whether calls in quick succession pass": _("whether calls in quick succession pass"),
        "whether what was answered before still is": _("whether what was answered before still is"),
    }
    return known.get(question.purpose, question.purpose)


def safety_of(question: Question, _: Translate) -> str:
    known = {
        "it only reads": _("it only reads"),
        "it names what no shop has, so nothing can be changed": _(
            "it names what no shop has, so nothing can be changed"
        ),
        "no route of WordPress has this path, so nothing can be carried out": _(
            "no route of WordPress has this path, so nothing can be carried out"
        ),
        "no route of Magento has this path, so nothing can be carried out": _(
            "no route of Magento has this path, so nothing can be carried out"
        ),
        "without a key PrestaShop carries nothing out, and nothing of this name exists": _(
            "without a key PrestaShop carries nothing out, and nothing of this name exists"
        ),
    }
    return known.get(question.safe, question.safe)
