"""The first import: page after page, and two pages at a time where that brings something.

1. Each turn begins with one page alone: how long it takes is what the shop can do. The very first page's date is where
   changes begin.
2. A connector that can cut what is left in two is read in two lanes. Each reads its own part page after page, and each
   page is one transaction with its lane's cursor, so a crash loses nothing of either.
3. A lane asks for its next page while the last one is being stored.
4. When a part has ended, what is left of the other one is cut again.
5. Where a page takes twice as long as the first one did, two at once bring nothing: the rest of the turn goes one page
   at a time. So does every turn of the next hour where the shop failed as busy ones do (`Plan.gentle`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from varco.hub import runtime
from varco.hub.store import polls
from varco.hub.store.evidence import SaidExchange
from varco.hub.store.plans import IMPORT_LANES, IMPORT_STREAM, Plan
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Conversation
from varco.hub.sync.turn import Turn
from varco.shops.base import Page, Splitter

FINISHED: Final = ""
"""In place of the cursor of a lane whose part has been read."""
SLOWER: Final = 2
WITHIN_MS: Final = 200
"""So much longer a page may take in any case: shops that are this quick are not slow."""


@dataclass(frozen=True)
class _Answer:
    """A page that came, not stored yet."""

    page: Page
    began: datetime
    said: Sequence[SaidExchange]


async def read_import(conversation: Conversation, plan: Plan, turn: Turn) -> None:
    """As much of it as the turn takes."""
    turn.more = True  # with the rest, or with the comparing of counts: its proof comes at once
    begun = {lane: plan.cursors[lane] for lane in IMPORT_LANES if lane in plan.cursors}
    first, second = IMPORT_LANES
    conversations = {first: conversation, second: conversation.aside()}
    reading = _Reading(plan, turn, conversations, {first: None, **begun}, alone=plan.gentle)
    try:
        done = await reading.read()
    finally:
        conversation.said += conversations[second].take_said()
    if done:
        await db(polls.import_done, plan)


@dataclass
class _Reading:
    """One turn of an import."""

    plan: Plan
    turn: Turn
    conversations: Mapping[str, Conversation]
    cursors: dict[str, str | None]
    """Where each lane goes on; None before the very first page."""
    alone: bool
    """Whether it is one page at a time for the rest of the turn."""
    first_ms: int | None = None
    parting: bool = False
    """Whether each lane ends with the page that it is at."""

    async def read(self) -> bool:
        """Whether it came to the end of the import."""
        self.parting = True
        await _all(self._lane(lane) for lane in self._open()[:1])
        while (lanes := self._open()) and not self.turn.full():
            if self.alone:
                lanes = lanes[:1]
            elif len(lanes) == 1:
                lanes = await self._cut(lanes[0])
            self.parting = False
            await _all(self._lane(lane) for lane in lanes)
        return not self._open()

    def _open(self) -> list[str]:
        return [lane for lane, cursor in self.cursors.items() if cursor != FINISHED]

    async def _cut(self, lane: str) -> list[str]:
        """The lanes to go on with: two, where the connector can make two of what is left of one."""
        shop, cursor = self.conversations[lane].shop, self.cursors[lane]
        if not isinstance(shop, Splitter) or cursor is None:
            return [lane]
        parts = await shop.split(self.plan.wanted, cursor)
        if parts is None:
            return [lane]
        cut = dict(zip(IMPORT_LANES, parts, strict=True))
        await db(polls.save_lanes, self.plan, cut)
        self.cursors.update(cut)
        return list(cut)

    async def _lane(self, lane: str) -> None:
        """Page after page, until its part or the turn has ended, or the lanes part. Then the other one ends too."""
        coming = asyncio.create_task(self._ask(lane, self.cursors[lane]))
        try:
            goes_on = True
            while goes_on:
                answer = await coming
                goes_on = answer.page.more and not self.parting and not self.turn.full()
                if goes_on:
                    coming = asyncio.create_task(self._ask(lane, answer.page.cursor))
                await self._store(lane, answer)
        finally:
            self.parting = True
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)

    async def _ask(self, lane: str, cursor: str | None) -> _Answer:
        conversation, began = self.conversations[lane], runtime.clock().now()
        said_before = len(conversation.said)
        self.turn.pages_left -= 1
        page = await conversation.shop.import_page(self.plan.wanted, cursor)
        self._judge(sum(call.total_ms for call in conversation.said[said_before:]))
        return _Answer(page, began, conversation.take_said())

    def _judge(self, page_ms: int) -> None:
        if self.first_ms is None:
            self.first_ms = page_ms
        elif page_ms > SLOWER * self.first_ms + WITHIN_MS:
            self.alone = self.parting = True

    async def _store(self, lane: str, answer: _Answer) -> None:
        if self.cursors[lane] is None:
            await self._begin_streams(answer.page.shop_clock or answer.began)
        page = msgspec.structs.replace(
            answer.page,
            cursor=answer.page.cursor if answer.page.more else FINISHED,
            total=answer.page.total if len(self.cursors) == 1 else None,  # of the part alone
        )
        mapper_version = self.conversations[lane].shop.mapper_version
        saved = await db(
            polls.store_page, self.plan, mapper_version, lane, page, read_started_at=answer.began, said=answer.said
        )
        self.cursors[lane] = page.cursor
        self.turn.keep(saved)

    async def _begin_streams(self, shop_clock: datetime) -> None:
        """Changes are read from when the import began: what changes while it runs is not missed."""
        shop, overlap_s = self.conversations[IMPORT_STREAM].shop, runtime.current().config.overlap_s
        for stream in shop.streams:
            if stream.name not in self.plan.cursors:
                cursor = shop.start_cursor(stream.name, shop_clock, overlap_s)
                await db(polls.save_cursor, self.plan, stream.name, cursor)


async def _all(lanes: Iterable[Coroutine[object, object, None]]) -> None:
    """Each to its own end: what one of them has asked for is stored although the other one failed. Then its error."""
    for ended in await asyncio.gather(*lanes, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended
