"""K3: a shop fails, and the log says so: once that it begins, once that it is over, with what it has cost."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.model.shop_failure import (
    CredentialsRefused,
    NotOffered,
    NotUnderstood,
    SeveralMembers,
    ShopAway,
    ShopFailed,
)
from bot.runtime.effects.watched_shop import ShopWatch, WatchedShop
from bot.runtime.trouble import CALM
from tests.conftest import ManualClock

PHONE = "+886912345678"


class Forest:
    """A shop that raises what it is told to, whatever it is asked."""

    name = "forest"

    def __init__(self) -> None:
        self.raises: ShopFailed | None = None

    def __getattr__(self, question: str) -> Any:
        async def answer(*asked: object, **more: object) -> None:
            if self.raises is not None:
                raise self.raises

        return answer


class Watched:
    """The shop as everybody asks it, and its watch."""

    def __init__(self, clock: ManualClock) -> None:
        self.there = Forest()
        self.clock = clock
        self.watch = ShopWatch(clock)
        self.shop = WatchedShop(self.there, self.watch, clock)

    async def is_asked(self, error: ShopFailed | None, times: int = 1) -> None:
        """Everything that can be asked, so often; it raises what the shop raises."""
        self.there.raises = error
        for _ in range(times):
            for asking in (
                self.shop.by_phone(PHONE),
                self.shop.by_line("U1"),
                self.shop.read("M1"),
                self.shop.write_line("M1", "U1", "main"),
            ):
                if error is None:
                    await asking
                else:
                    with pytest.raises(type(error)):
                        await asking

    async def passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        for _ in range(3):
            await asyncio.sleep(0)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record.getMessage() for record in caplog.records]
    caplog.clear()
    assert not any(PHONE in line or "U1" in line or "M1" in line for line in found)
    return found


async def test_a_shop_that_is_down_is_told_once_and_once_when_it_is_over(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    watched = Watched(clock)
    await watched.is_asked(ShopAway("the shop answers 503"), times=10)
    [began] = lines(caplog)
    assert began == (
        'the shop "forest" does not answer: ShopAway: the shop answers 503; '
        "members who bind are asked to try again later"
    )
    await watched.passes(60)
    await watched.is_asked(ShopAway("no answer in time"))
    await watched.is_asked(None)
    await clock.waited_for()
    assert lines(caplog) == []
    await watched.passes(CALM.total_seconds())
    assert lines(caplog) == [
        'the shop "forest" answers again: the trouble took 1 min 0 s, 44 questions were not answered'
    ]
    await watched.watch.stop()
    assert lines(caplog) == []


async def test_who_stops_in_a_trouble_says_so(clock: ManualClock, caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched(clock)
    await watched.is_asked(CredentialsRefused("the shop does not know these credentials"))
    [began] = lines(caplog)
    assert began.startswith('the shop "forest" cannot be asked: CredentialsRefused: ')
    clock.advance(7)
    await watched.watch.stop()
    assert lines(caplog) == [
        'stopped in the trouble of the shop "forest": it cannot be asked, for 7 s, '
        "4 questions were not answered"
    ]


async def test_what_is_of_one_member_alone_is_no_trouble(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody at the shop has to merge them: each is a line, and the shop has answered."""
    watched = Watched(clock)
    await watched.is_asked(SeveralMembers("2 members of the shop have the same phone"))
    assert (
        lines(caplog)
        == ['the shop "forest" cannot say who is meant: 2 members of the shop have the same phone'] * 4
    )
    await watched.is_asked(NotOffered("the platform has no call for this"))
    await watched.watch.stop()
    assert lines(caplog) == []


async def test_two_kinds_are_told_apart(clock: ManualClock, caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched(clock)
    await watched.is_asked(NotUnderstood("the answer is not JSON"))
    await watched.is_asked(ShopAway("could not connect"))
    watched.shop.was_late(timedelta(seconds=2))
    assert [line.partition(":")[0] for line in lines(caplog)] == [
        'the shop "forest" does not do what it is asked',
        'the shop "forest" does not answer',
    ]
    await watched.watch.stop()
    assert "for 0 s, 5 questions" in lines(caplog)[1]
