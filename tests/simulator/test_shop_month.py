"""N1–N6: weeks of a made-up shop: coupons, stamps, a draw, a week of bookings, and what it all brought.

Every friend lives by habits that a seed has drawn. What the shop sold stands in a ledger beside it, and what
the bot says of coupons, stamps, places and money has to be the same; `make soak` plays a month of 200.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.store.mongod.embedded import OWN_NAME
from tests.cli.oaflow import ended
from tests.simulator.member_page import opened
from tests.simulator.shop import TAIPEI, Shop, open_shop, written

PLAYBOOK = Path(__file__).with_name("camellia.yaml")


@dataclass
class Ledger:
    """What the shop itself knows: who has paid how much, and what it took back."""

    paid: dict[str, tuple[str, int]] = field(default_factory=dict)
    called_off: set[str] = field(default_factory=set)
    refunded: dict[str, int] = field(default_factory=dict)

    def stays(self, key: str) -> int:
        """What stays paid of an order."""
        return 0 if key in self.called_off else self.paid[key][1] - self.refunded.get(key, 0)

    def money(self) -> int:
        """Of all orders."""
        return sum(self.stays(key) for key in self.paid)

    def stamps(self, friend: str) -> int:
        """One for each full 300 of what stays paid of an order."""
        return sum(self.stays(key) // 300 for key, (who, _) in self.paid.items() if who == friend)


@dataclass
class ShopMonth:
    """So many friends of a shop, from day to day."""

    shop: Shop
    random: Random
    friends: list[str] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    booked: Counter[str] = field(default_factory=Counter)
    draws: int = 0
    codes: set[str] = field(default_factory=set)

    async def now(self) -> datetime:
        return datetime.fromtimestamp((await self.shop.get("clock"))["now"] / 1000, TAIPEI)

    async def open(self, number: int) -> None:
        """So many become friends; the shop knows each by the LINE account, which binds them."""
        for place in range(number):
            friend = await self.shop.friend(f"客人 {place + 1}")
            member = {"name": f"客人 {place + 1}", "line": friend}
            await self.shop.do(f"shop/camellia/members/{8_000 + place}", member, method="PUT")
            await self.shop.do(f"friends/{friend}/shop", {"news": "member_updated"})
            self.friends.append(friend)
        await self.shop.rest()

    async def campaign(self) -> None:
        """Everybody asks for the coupon; the stock is for some."""
        for friend in self.friends:
            await self.shop.do(f"friends/{friend}/say", {"text": "領券"})
        await self.shop.rest()
        for friend in self.friends:
            said = (await self.shop.texts(friend))[-1]
            if said != "發完了":
                assert said not in self.codes, "no code twice"
                self.codes.add(said)

    async def day(self, day: datetime, *, booking: bool = False, eager: float = 1.0) -> None:
        """Some draw, some look at the stand, some buy, a few bring it back."""
        await self.shop.do("clock", {"to": f"{day:%Y-%m-%dT%H:%M}"})
        for friend in self.friends:
            chance = self.random.random
            if chance() < 0.3:
                self.draws += 1
                await self.shop.do(f"friends/{friend}/say", {"text": "抽"})
            if chance() < 0.12 * eager:
                await self.buys(friend)
            if booking and chance() < 0.4:
                await self.books(friend, day)
        await self.shop.rest()

    async def buys(self, friend: str) -> None:
        amount = self.random.choice((90, 299, 300, 450, 899, 1_200, 2_400))
        key = f"S{len(self.ledger.paid) + 1}"
        await self._order(friend, "order_paid", key, amount)
        if self.random.random() < 0.3:  # the platform tells it again
            await self._order(friend, "order_paid", key, amount)
        self.ledger.paid[key] = (friend, amount)
        if self.random.random() < 0.1:
            await self._order(friend, self.random.choice(("order_cancelled", "order_refunded")), key, amount)
            self.ledger.called_off.add(key)
        elif self.random.random() < 0.2:
            for back in sorted(self.random.sample(range(1, amount), 2)):
                await self._order(friend, "order_partially_refunded", key, amount, refunded=back)
                self.ledger.refunded[key] = back

    async def _order(self, friend: str, news: str, key: str, amount: int, **more: int) -> None:
        body = {"news": news, "amount": amount, "order_no": key, **more}
        assert (await self.shop.do(f"friends/{friend}/shop", body))["status"] in (200, 202)

    async def books(self, friend: str, day: datetime) -> None:
        """One of four times of the next day: of two at a time, the others hear that it is taken."""
        at = f"{day + timedelta(days=1):%Y-%m-%d} {self.random.choice((11, 14, 16, 18)):02}:00"
        await self.shop.say(friend, "預約", at)
        said = (await self.shop.texts(friend))[-1]
        if said.startswith("約好"):
            self.booked[f"{at} {said.split()[-1]}"] += 1


@dataclass(frozen=True)
class Size:
    """How much is played."""

    friends: int
    days: int
    stock: int


SHORT, MONTH = Size(6, 4, 4), Size(200, 30, 100)


@pytest.fixture(
    params=[SHORT, pytest.param(MONTH, marks=pytest.mark.ring("soak", "more of the same"))],
    ids=["days", "month"],
)
async def month(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[ShopMonth, Size]]:
    """A shop of its own: with its own database, for its clock is moved."""
    size: Size = request.param
    folder = tmp_path / "shop"
    (folder / OWN_NAME).mkdir(parents=True)
    sale = datetime.now(TAIPEI) + timedelta(days=size.days // 3)
    text = PLAYBOOK.read_text("utf-8").replace("stock: STOCK", f"stock: {size.stock}")
    async with open_shop(written(folder, text.replace("at: SALE_DAY", f"at: {sale:%Y-%m-%d}"))) as shop:
        yield ShopMonth(shop, Random(20261128)), size


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_weeks_of_a_made_up_shop_and_what_they_brought(month: tuple[ShopMonth, Size]) -> None:
    played, size = month
    shop = played.shop
    await played.open(size.friends)
    await played.campaign()
    assert len(played.codes) == size.stock, "the last coupon went to one, and everybody else heard it"
    first = (await played.now()).replace(hour=15, minute=0) + timedelta(days=1)
    for number in range(size.days):
        after_sale = size.days // 3 <= number + 1 <= size.days // 3 + 7
        booking = size.days // 2 <= number < size.days // 2 + 7
        await played.day(first + timedelta(days=number), booking=booking, eager=2.0 if after_sale else 1.0)

    assert max(played.booked.values(), default=1) == 1, "no place twice"
    ledger = played.ledger
    for friend in played.friends:
        [card] = (await opened(shop, friend, "my_stamps")).screen["stamps"]
        assert card["full"] * 10 + card["count"] - card["owed"] == ledger.stamps(friend)
    await _report(played, size)


async def _report(played: ShopMonth, size: Size) -> None:
    """What the bot says it brought is what the shop's own books say."""
    folder = str(played.shop.folder)
    told = json.loads((await ended("attribution", "report", folder, "--days", "60", "--json")).out)
    ledger = played.ledger
    assert int(told["total"]["money"]) == ledger.money()
    assert told["total"]["orders"] == len(ledger.paid) - len(ledger.called_off)
    # one that was off before anybody asked the shop about it was never heard to be paid
    assert told["called_off"] <= len(ledger.called_off)
    for rule in ("first", "last"):
        credited = sum(int(one[rule]["money"]) for one in told["sources"])
        assert credited + int(told["direct"]["money"]) == int(told["total"]["money"])
    contacts = {one["name"]: one["contacts"] for one in told["sources"]}
    assert contacts["見面禮"] == size.stock
    groups = json.loads((await ended("broadcast", "report", folder, "週年慶", "--json")).out)["groups"]
    assert sum(one["people"] for one in groups) == size.friends
    draws = json.loads((await ended("draw", "list", folder, "--json")).out)["draws"]
    assert sum(one["tries"] for one in draws) == played.draws
    assert sum(prize["won"] for one in draws for prize in one["prizes"]) <= 5
    cohorts = json.loads((await ended("attribution", "cohorts", folder, "--json")).out)["cohorts"]
    assert sum(one["people"] for one in cohorts) == size.friends
    for command in (
        ["attribution", "report", folder, "--days", "60"],
        ["broadcast", "report", folder, "週年慶"],
    ):
        sys.stdout.write((await ended(*command)).out)
