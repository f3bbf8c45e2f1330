"""N2: a press at a till stamps once, whoever presses again; its undoing takes back that press alone."""

from __future__ import annotations

import pytest

from bot.model.event import Event, Source
from bot.operations.till import TillActor
from bot.promotions.stamps.model import StampAct
from bot.promotions.stamps.operations.acts import StampResult, clerk_act, person_at_till, stamp
from bot.services.own_events import own_event
from bot.store.stores import Stores
from tests.conftest import ManualClock
from tests.operations.conftest import stores
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, followed

__all__ = ["stores"]

PLAYBOOK = compiled("""
coupons: {折50: {for: 30d, per_person: 9}}
stamp_cards: {集點: {title: 集點卡, cells: 5, rewards: {5: 折50}, per_day: 3, stamp: [clerk, code]}}
rules:
  - {when: {coupon: any, result: [given, had]}, push: 送您優惠券}
""")
MEI, NING = TillActor("console:mei", "信義店"), TillActor("console:ning", "板橋店")


class Till:
    """A bot that runs, and clerks beside it."""

    def __init__(self, bot: Bot, stores: Stores) -> None:
        self.stores = stores
        self.bot = bot

    async def press(
        self, press: str, count: int = 1, who: TillActor = MEI, *, card: str = "集點", undoes: str = ""
    ) -> StampResult:
        act = clerk_act(card, count, who, press, undoes=undoes)
        return await stamp(self.stores, PLAYBOOK, "main:U1", act)

    async def count(self, contact: str = "main:U1") -> int:
        person = await person_at_till(self.stores, PLAYBOOK, contact)
        assert person is not None
        return person.cards[0].count


@pytest.fixture
async def till(bots: Bots, stores: Stores) -> Till:
    bot = await bots(PLAYBOOK)
    await bot.hear(followed("U1", bot.clock))
    await bot.settle()
    return Till(bot, stores)


async def test_a_press_stamps_once_with_its_line_in_the_audit_log(till: Till) -> None:
    assert [await till.press("p1", 2), await till.press("p1", 2)] == ["done", "done"]
    assert await till.count() == 2
    lines = [row for row in await till.stores.audit.of("main:U1") if row.what == "stamped"]
    assert [(row.actor, row.details) for row in lines] == [("console:mei", ("集點", "2", "信義店"))]


@pytest.mark.ring("all", "several processes of a bot")
async def test_more_than_a_day_gives_is_refused(till: Till) -> None:
    assert [await till.press("p1", 2), await till.press("p2", 2), await till.press("p3")] == [
        "done",
        "refused",
        "done",
    ]
    assert await till.count() == 3


@pytest.mark.ring("all", "several processes of a bot")
async def test_an_undo_takes_back_that_press_and_once(till: Till) -> None:
    await till.press("p1", 2)
    await till.press("p2", 1, NING)
    assert [await till.press("u1", undoes="p1"), await till.press("u2", undoes="p1", who=NING)] == [
        "done",
        "refused",
    ]
    assert await till.count() == 1


async def test_a_card_or_person_that_is_not_there_is_said(till: Till) -> None:
    assert await till.press("p1", card="別張") == "unknown"
    assert await stamp(till.stores, PLAYBOOK, "main:U9", clerk_act("集點", 1, MEI, "p1")) == "unknown"


async def test_who_scans_the_code_at_the_counter_before_anything_else_is_stamped(
    till: Till, clock: ManualClock
) -> None:
    """A customer whom nobody knows yet, before their page is opened for the first time."""
    act = StampAct("集點", "code", 1, "code 集點 7", store="信義店")
    scanned = Event("main:scanned", "main", Source("user", "U2"), clock.now(), act)
    await till.bot.hear(own_event("main:U2", scanned))
    await till.bot.settle()
    assert await till.count("main:U2") == 1
