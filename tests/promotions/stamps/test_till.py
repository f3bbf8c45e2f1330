"""N2: a clerk stamps the card of who shows a code; one press is one card at most, undone for ten minutes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.promotions.stamps.model import HELD_CARDS
from tests.promotions.coupons.examples import coupon
from tests.promotions.coupons.test_till import Till
from tests.promotions.stamps.test_engine import CARD
from tests.runtime.bots import Bots
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, Staff
from tests.web.admin.store_world import store_world

pytestmark = pytest.mark.ring("all", "several processes of a bot")

REWARD = coupon(name="折50")


class StampTill(Till):
    """The same, with a stamp card."""

    async def reads(self, browser: Staff, who: str = "main:U1") -> str:
        """The page of the person whose code was just read."""
        code = await self.world.staff.stores.person_codes.issue(who, self.bot.clock.now())
        status, page = await self.look(browser, code)
        assert status == 200, page
        return page

    async def stamps(
        self, browser: Staff, page: str, count: str = "1", *, undo: bool = False
    ) -> tuple[int, str]:
        """A button of a page, and what it shows then."""
        fields = dict(re.findall(r'name="(person|press|card)" value="([^"]+)"', page))
        more = {"undo": "1"} if undo else {"count": count}
        status, answer = await self.bot.meanwhile(browser.post("/admin/till/stamp", ZH, **{**fields, **more}))
        return (status, answer) if status != 303 else await browser.get(answer, **ZH)


@pytest.fixture
async def till(bots: Bots, worlds: StaffWorlds, by_our_clock: None) -> StampTill:
    world = await store_world(worlds)
    card = replace(CARD, rewards={5: REWARD.name, 10: REWARD.name})
    world.playbook = replace(
        world.playbook,
        promotions={
            **world.playbook.promotions,
            "stamp_cards": {card.name: card},
            "coupons": {REWARD.name: REWARD},
        },
    )
    bot = await bots(world.playbook)
    return StampTill(world, bot)


async def count(till: StampTill) -> int:
    [held] = HELD_CARDS.of((await till.bot.stored("U1")).contact)
    return held.count


async def test_it_is_stamped_and_undone_for_ten_minutes_from_the_press(till: StampTill) -> None:
    clerk = await till.world.signed_in("A01")
    page = await till.reads(clerk)
    assert "person-1" not in page
    till.bot.clock.advance(5 * 60)
    assert "再蓋一次這張卡" not in page
    _, page = await till.stamps(clerk, page, "3")
    assert await count(till) == 3
    folded = page[page.index("再蓋一次這張卡") :].partition("</details>")[0]
    assert 'name="count"' in folded, "a second press of an impatient hand meets no armed button"
    till.bot.clock.advance(9 * 60)
    _, page = await till.stamps(clerk, page, undo=True)
    assert await count(till) == 0
    _, page = await till.stamps(clerk, await till.reads(clerk), "2")
    till.bot.clock.advance(timedelta(minutes=10).total_seconds())
    status, _ = await till.stamps(clerk, page, undo=True)
    assert (status, await count(till)) == (403, 2)


async def test_a_form_that_is_sent_twice_is_one_press(till: StampTill) -> None:
    clerk = await till.world.signed_in("A01")
    page = await till.reads(clerk)
    for _ in range(2):
        await till.stamps(clerk, page, "3")
    assert await count(till) == 3


@pytest.mark.parametrize("wrong", ["0", "11", "-1", "x", ""])
async def test_one_press_fills_one_card_at_most(till: StampTill, wrong: str) -> None:
    clerk = await till.world.signed_in("A01")
    status, _ = await till.stamps(clerk, await till.reads(clerk), wrong)
    assert (status, HELD_CARDS.of((await till.bot.stored("U1")).contact)) == (422, ())


async def test_a_page_of_a_quarter_of_an_hour_ago_stamps_nothing(till: StampTill) -> None:
    clerk = await till.world.signed_in("A01")
    page = await till.reads(clerk)
    till.bot.clock.advance(16 * 60)
    status, _ = await till.stamps(clerk, page)
    assert (status, HELD_CARDS.of((await till.bot.stored("U1")).contact)) == (409, ())


async def test_another_account_opens_no_page_of_mine(till: StampTill) -> None:
    page = await till.reads(await till.world.signed_in("A01"))
    status, _ = await till.stamps(await till.world.signed_in("B01"), page)
    assert (status, HELD_CARDS.of((await till.bot.stored("U1")).contact)) == (409, ())
