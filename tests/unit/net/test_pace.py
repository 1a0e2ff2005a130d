"""Turns: per key, in order, with those in a hurry first, and never lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random

import pytest

from varco.net.pace import Pace


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Line:
    """Callers of one key, who note when they are in and stay until they are let go."""

    def __init__(self, limit: int = 1) -> None:
        self.pace = Pace(limit)
        self.inside: list[str] = []
        self.entered: list[str] = []
        self.doors: dict[str, asyncio.Event] = {}

    def come(self, name: str, *, key: str = "k", first: bool = False) -> asyncio.Task[None]:
        self.doors[name] = asyncio.Event()
        return asyncio.create_task(self._stay(name, key, first))

    async def _stay(self, name: str, key: str, first: bool) -> None:
        async with self.pace.turn(key, first=first):
            self.inside.append(name)
            self.entered.append(name)
            try:
                await self.doors[name].wait()
            finally:
                self.inside.remove(name)

    async def leave(self, name: str) -> None:
        self.doors[name].set()
        await settle()


async def test_so_many_at_once_and_the_others_in_the_order_they_came() -> None:
    line = Line(2)
    tasks = [line.come(name) for name in "abcd"]
    await settle()
    assert line.inside == ["a", "b"]
    await line.leave("b")
    assert line.inside == ["a", "c"]
    for name in "acd":
        await line.leave(name)
    await asyncio.gather(*tasks)
    assert line.entered == list("abcd")


async def test_keys_do_not_wait_for_each_other() -> None:
    line = Line()
    tasks = [line.come("a"), line.come("b", key="other")]
    await settle()
    assert line.inside == ["a", "b"]
    for name in "ab":
        await line.leave(name)
    await asyncio.gather(*tasks)


async def test_who_is_in_a_hurry_overtakes_those_who_wait_and_not_who_is_in() -> None:
    line = Line()
    tasks = [line.come("a"), line.come("b"), line.come("hurry", first=True), line.come("hurry too", first=True)]
    await settle()
    assert line.inside == ["a"]
    for name in ("a", "hurry", "hurry too", "b"):
        await line.leave(name)
    await asyncio.gather(*tasks)
    assert line.entered == ["a", "hurry", "hurry too", "b"]


async def test_a_waiter_who_gives_up_holds_nobody_up() -> None:
    line = Line()
    a, b, c = line.come("a"), line.come("b"), line.come("c")
    await settle()
    b.cancel()
    await settle()
    await line.leave("a")
    assert line.inside == ["c"]
    await line.leave("c")
    await asyncio.gather(a, c)
    with pytest.raises(asyncio.CancelledError):
        await b


async def test_a_turn_that_was_given_to_somebody_who_gives_up_right_then_goes_on() -> None:
    line = Line()
    a, b, c = line.come("a"), line.come("b"), line.come("c")
    await settle()
    line.doors["a"].set()
    await asyncio.sleep(0)  # a leaves: the turn is b's, who has not noticed yet
    b.cancel()
    await settle()
    assert line.inside == ["c"]
    await line.leave("c")
    await asyncio.gather(a, c)


async def test_who_breaks_off_inside_gives_the_turn_back() -> None:
    line = Line()
    a, b = line.come("a"), line.come("b")
    await settle()
    a.cancel()
    await settle()
    assert line.inside == ["b"]
    await line.leave("b")
    await b


@pytest.mark.parametrize("seed", range(10))
async def test_whatever_happens_the_limit_holds_and_nothing_is_left_over(seed: int) -> None:
    random = Random(seed)
    pace, inside, most = Pace(3), Counter[str](), Counter[str]()

    async def call() -> None:
        key = random.choice("ab")
        async with pace.turn(key, first=random.random() < 0.3):
            inside[key] += 1
            most[key] = max(most[key], inside[key])
            try:
                for _ in range(random.randrange(4)):
                    await asyncio.sleep(0)
            finally:
                inside[key] -= 1

    tasks = [asyncio.create_task(call()) for _ in range(60)]
    for task in random.sample(tasks, 20):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
    assert max(most.values()) == 3
    assert not pace._gates, "a key that nobody uses costs nothing"
