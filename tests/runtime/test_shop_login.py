"""B18: whether the shop knows a LINE account, asked seldom, and never waited for long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.model.event import Facts
from bot.model.instance import ReservedMember
from bot.model.shop_failure import CredentialsMissing, NotOffered, ShopAway, ShopFailed
from bot.runtime.effects.shop_login import AGAIN, REMEMBERED, ShopLogins
from tests.conftest import ManualClock
from tests.eventually import PATIENCE

MEMBER = ReservedMember("+886912345678", "M1", {"n.points": 120}, {"VIP": True}, consent=True)


@dataclass
class OneShop:
    """A shop that says what it is told to; `None`: it never answers."""

    says: Callable[[], ReservedMember | None] | None
    asked: list[str] = field(default_factory=list)
    late: int = 0

    async def by_line(self, user: str, patience: timedelta) -> ReservedMember | None:
        self.asked.append(user)
        if self.says is None:
            await asyncio.Event().wait()
            return None
        return self.says()

    def was_late(self, patience: timedelta) -> None:
        self.late += 1


def failing(error: Exception) -> Callable[[], ReservedMember | None]:
    def fail() -> ReservedMember | None:
        raise error

    return fail


def logins(shop: OneShop | None, clock: ManualClock) -> ShopLogins:
    return ShopLogins(lambda channel: shop, clock, patience=0.05)


async def test_what_its_record_says(clock: ManualClock) -> None:
    told = await logins(OneShop(lambda: MEMBER), clock).facts("main", "U1")
    assert told == Facts({"n.points": 120}, {"VIP": True}, "M1", True, marketing=True)


async def test_it_is_asked_once_in_ten_minutes_about_each(clock: ManualClock) -> None:
    shop = OneShop(lambda: MEMBER)
    asks = logins(shop, clock)
    assert await asks.facts("main", "U1") is not None
    clock.advance(AGAIN.total_seconds() - 1)
    assert await asks.facts("main", "U1") is None
    assert await asks.facts("main", "U2") is not None
    assert await asks.facts("outlet", "U1") is not None
    clock.advance(1)
    assert await asks.facts("main", "U1") is not None
    assert shop.asked == ["U1", "U2", "U1", "U1"]


async def test_opened_on_many_devices_at_once_it_is_asked_once(clock: ManualClock) -> None:
    shop = OneShop(lambda: MEMBER)
    asks = logins(shop, clock)
    await asyncio.gather(*(asks.facts("main", "U1") for _ in range(20)))
    assert shop.asked == ["U1"]


@pytest.mark.parametrize(
    "error", [ShopAway("away"), ShopFailed("?"), CredentialsMissing("no token"), NotOffered("no call")]
)
async def test_a_shop_that_fails_is_gone_on_without(
    clock: ManualClock, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    """What it raises is told by its watch; that a platform has no such search, by nobody."""
    assert await logins(OneShop(failing(error)), clock).facts("main", "U1") is None
    assert caplog.records == []


async def test_a_slow_shop_is_not_waited_for(clock: ManualClock) -> None:
    shop = OneShop(None)
    async with asyncio.timeout(PATIENCE):
        assert await logins(shop, clock).facts("main", "U1") is None
    assert shop.late == 1


async def test_a_stranger_and_a_channel_without_a_shop(clock: ManualClock) -> None:
    assert await logins(OneShop(lambda: None), clock).facts("main", "U1") is None
    assert await logins(None, clock).facts("main", "U1") is None


async def test_what_is_remembered_is_bounded(clock: ManualClock) -> None:
    asks = logins(None, clock)
    for number in range(REMEMBERED + 10):
        await asks.facts("main", f"U{number}")
    assert len(asks._asked) == REMEMBERED
