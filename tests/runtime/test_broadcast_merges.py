"""A LINE account gets a broadcast once, whichever contact has it: merged and parted meanwhile (I1, C5)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from random import Random
from typing import Any

import pytest

from bot.engine.members.identity import OfShop
from bot.model.contact import Contact, Identity
from bot.model.processes import part_of
from bot.runtime.effects.merging import Merging
from bot.services.rewrites import RewriteRefused
from bot.store.codec.contact_changes import changes
from bot.store.contacts import audiences
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.depth import one_of
from tests.playbooks import compiled
from tests.runtime import broadcast_world
from tests.runtime.broadcast_world import Fate, Granted, Shop, marking, through, users
from tests.runtime.test_broadcast_schedules import play, two_senders

ALIKE, NAMED = marking(broadcast_world.ALIKE), marking(broadcast_world.NAMED)
PEOPLE = users(9)
Act = Callable[[], Awaitable[object]]


class Accounts(Shop):
    """Everybody has an account on another channel, too, whose contact comes before all of these."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        super().__init__(database, seal, clock, compiled(ALIKE))
        stores = self.stores
        self.merging = Merging(stores.rewriter, stores.contacts, stores.audit, clock, OfShop)

    async def everybody_comes(self) -> None:
        await self.come(*PEOPLE, name="小美")
        others = [self._other(user) for user in PEOPLE]
        await self.database.collection("contacts").insert_many(others)

    def _other(self, user: str) -> dict[str, Any]:
        contact = Contact(other(user), name="小美", identities=(Identity("alpha", user, friend=True),))
        contact.turned = self.clock.now()
        fields, _ = changes(Contact(contact.id), contact, self.seal, born=True)
        return {"_id": contact.id, "part": part_of(contact.id), "rev": 1, "fence": 0, "open": [], **fields}

    async def one(self, user: str) -> None:
        """The two are one person: kept is the contact of the other channel."""
        await self.merging.merge(other(user), f"main:{user}", "amy")

    async def two(self, user: str) -> None:
        """They are two again."""
        await self.merging.undo(other(user), "amy")

    async def holder(self, user: str) -> Contact:
        """Who has this account now."""
        stored = await self.stores.contacts.person(f"main:{user}")
        assert stored is not None
        return stored.contact


def other(user: str) -> str:
    return f"alpha:{user}"


@pytest.fixture
def shop(database: Database, seal: Seal, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    """Four people to a batch, eight found at a time, and read as many at a time."""
    monkeypatch.setattr(audiences, "SPAN", 8)
    shop = Accounts(database, seal, clock)
    shop.most, shop.page = 4, 8
    return shop


class After:
    """Does something once, after the first page of people was stored."""

    def __init__(self, act: Act, name: str, part: Any) -> None:
        self._act: Act | None = act
        self._mine = name == "sendings"
        self._part = part

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if not (self._mine and name == "gathered"):
            return found

        async def gathered(*given: Any) -> Any:
            result = await found(*given)
            act, self._act = self._act, None
            if act is not None:
                await act()
            return result

        return gathered


async def is_right(shop: Accounts) -> None:
    """Each account got it once; and who has it now has what it left: one mark, one tag."""
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)
    rows = await shop.database.collection("timeline").find({"what": "broadcast: b"}).to_list(None)
    assert len(rows) == len(PEOPLE)
    for user in PEOPLE:
        contact = await shop.holder(user)
        assert [(tag.name, tag.again) for tag in contact.tags] == [("送過", 0)], user
        assert contact.identity("main").pushed is not None, user


async def test_merged_while_people_are_looked_for_into_who_comes_before(shop: Accounts) -> None:
    """The contact that has the account by then lies behind us already: it is found all the same."""
    await shop.everybody_comes()
    sending = await shop.order()
    process = shop.process(around=partial(After, lambda: shop.one(PEOPLE[8])))
    assert (await through(shop, sending, process)).state == "done"
    await is_right(shop)
    assert await shop.told(sending) == {"got": 9}


async def test_parted_while_people_are_looked_for(shop: Accounts) -> None:
    """Found with the one contact, then once more with its own: one of the two is called."""
    await shop.everybody_comes()
    await shop.one(PEOPLE[8])
    sending = await shop.order()
    process = shop.process(around=partial(After, lambda: shop.two(PEOPLE[8])))
    assert (await through(shop, sending, process)).state == "done"
    await is_right(shop)
    assert await shop.told(sending) == {"got": 9, "twice": 1}


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("text", [ALIKE, NAMED], ids=["alike", "personal"])
@pytest.mark.parametrize("merged_first", [True, False], ids=["parted", "merged"])
@pytest.mark.parametrize("meanwhile", [False, True], ids=["before its call", "during its call"])
async def test_changed_after_the_audience_was_fixed(
    shop: Accounts, text: str, merged_first: bool, meanwhile: bool
) -> None:
    """What it leaves is left on who has the account then; what is said is what that person is called."""
    shop.playbook = compiled(text)
    await shop.everybody_comes()
    if merged_first:
        await shop.one(PEOPLE[3])
    sending, fate = await shop.order(), Fate()
    process = shop.process(fate=fate)

    async def change() -> None:
        fate.then = None
        await (shop.two if merged_first else shop.one)(PEOPLE[3])

    if meanwhile:
        fate.then = change
    else:
        await process.broadcasts.conduct()
        assert shop.line.calls == []
        await change()
    assert (await through(shop, sending, process)).state == "done"
    await is_right(shop)
    assert all("小美" in said[0] for said in shop.line.texts.values()) or text == ALIKE


async def test_with_messages_for_some_nobody_has_them_twice(shop: Accounts) -> None:
    """`send_part`: who was found twice takes one of them, and stays left out the other time."""
    shop.playbook = compiled(ALIKE.replace("push:", "if_quota_short: send_part, push:"))
    shop.months = Granted(7)
    await shop.everybody_comes()
    await shop.one(PEOPLE[8])
    sending = await shop.order()
    process = shop.process(around=partial(After, lambda: shop.two(PEOPLE[8])))
    assert (await through(shop, sending, process)).state == "done"
    assert set(shop.line.got.values()) == {1}
    assert await shop.told(sending) == {"got": 7, "quota": 2, "twice": 1}


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize(("seed", "text"), one_of(7, [(n, t) for n in range(14) for t in (ALIKE, NAMED)]))
async def test_whatever_comes_first(shop: Accounts, text: str, seed: int) -> None:
    """Two processes, paused at any call, while staff merge people and undo it again."""
    dice = Random(seed)
    shop.playbook = compiled(text)
    await shop.everybody_comes()
    for user in PEOPLE:
        if dice.random() < 0.4:
            await shop.one(user)
    sending, story = await shop.order(), list[str]()
    async with two_senders(shop) as (gates, senders):
        for _ in range(12):
            story += await play(shop, gates, dice, *senders, moves=dice.randrange(1, 25))
            user = dice.choice(PEOPLE)
            act = dice.choice((shop.one, shop.two))
            try:
                await act(user)
                story.append(f"{act.__name__} {user}")
            except RewriteRefused:
                story.append("nothing to be changed")
    assert (await through(shop, sending, shop.process())).state == "done", story
    assert shop.line.got == dict.fromkeys(PEOPLE, 1), story
    told = await shop.told(sending)
    assert told.pop("got") == len(PEOPLE), story
    assert told.keys() <= {"twice"}, story
