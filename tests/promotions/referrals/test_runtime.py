"""N4: a friend and the inviter, on a real database: told by the desk, by events that count once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine.compiled.playbook import ChannelRules, Playbook
from bot.model.event import Event, PageOpened, Source, Unfollow, What
from bot.model.inbox import Received
from bot.promotions.referrals.model import HELD_REFERRALS, INVITATIONS, ReferralAct, ReportReferral
from bot.promotions.referrals.services import ReferralService
from bot.runtime.effects.effect_runner import EffectRouter
from bot.services.caller import Caller
from bot.services.own_events import own_event
from bot.store.contacts.people import People
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.promotions.referrals.test_engine import CAMPAIGN
from tests.runtime.bots import Bots
from tests.runtime.harness import followed

CAMPAIGN_NOW = replace(CAMPAIGN, until=None, goal="followed", friend=None, inviter=None)
"""Without coupons: those have a desk and tests of their own."""
PLAYBOOK = Playbook(
    "shop", {"main": ChannelRules("main")}, (), "v1", promotions={"referrals": {CAMPAIGN.name: CAMPAIGN_NOW}}
)


class Shop:
    """A running bot with the desk; U1 has invited U2, who has opened the link."""

    def __init__(self, bots: Bots, people: People, clock: ManualClock) -> None:
        self.clock, self.people = clock, people
        self.desk = ReferralService(people, bots.make(PLAYBOOK).contacts, clock)
        self.bot = bots.make(PLAYBOOK, effects=EffectRouter(notices=self.desk.hears))
        self.desk.store = self.bot.runtime.receiver.store
        self.code = ""

    async def begins(self) -> Shop:
        await self.bot.start()
        await self.bot.hears(followed("U1", self.clock), self.does("U1", "look", PageOpened("my_invites")))
        self.code = INVITATIONS.of((await self.bot.stored("U1")).contact)[0].codes[0]
        await self.bot.hears(self.does("U2", "opened", ReferralAct("好友", "opened", self.code)))
        return self

    def does(self, user: str, name: str, what: What) -> Received:
        source = Source("user", user)
        return own_event(f"main:{user}", Event(f"main:{name}", "main", source, self.clock.now(), what))


@pytest.fixture
async def shop(bots: Bots, database: Database, seal: Seal, clock: ManualClock) -> Shop:
    return await Shop(bots, People(database, seal), clock).begins()


@pytest.mark.ring("all", "several processes of a bot")
async def test_s43_both_are_told_and_rewarded_once(shop: Shop, clock: ManualClock) -> None:
    await shop.bot.hears(followed("U2", clock))
    (one,) = HELD_REFERRALS.of((await shop.bot.stored("U2")).contact)
    (held,) = INVITATIONS.of((await shop.bot.stored("U1")).contact)
    assert (one.state, one.by) == ("done", shop.code)
    assert (held.friends, held.successes, held.came, held.done) == (1, 1, (one.id,), (one.id,))
    caller = Caller("main:U2", "main", "U2", "again", clock.now())
    for judge in (False, True):  # a call that is made anew after a death
        await shop.desk.report(ReportReferral("好友", shop.code, one.id, judge=judge), caller)
    await shop.bot.hears(shop.does("U2", "leaves", Unfollow()), followed("U2", clock))
    assert INVITATIONS.of((await shop.bot.stored("U1")).contact) == (held,)


async def test_s43_a_ring_of_three_is_found_by_the_links_in_the_database(
    shop: Shop, clock: ManualClock
) -> None:
    """N4: U4 by U3, U5 by U4, U3 by U5: who closes it does not count."""
    codes = {}
    for user in ("U3", "U4", "U5"):
        await shop.bot.hears(shop.does(user, f"look {user}", PageOpened("my_invites")))
        codes[user] = INVITATIONS.of((await shop.bot.stored(user)).contact)[0].codes[0]
    for friend, inviter in (("U4", "U3"), ("U5", "U4"), ("U3", "U5")):
        opened = ReferralAct("好友", "opened", codes[inviter])
        await shop.bot.hears(shop.does(friend, f"opened {friend}", opened), followed(friend, clock))
    ends = {user: HELD_REFERRALS.of((await shop.bot.stored(user)).contact)[0] for user in codes}
    assert {user: one.state for user, one in ends.items()} == {"U3": "refused", "U4": "done", "U5": "done"}
    assert ends["U3"].why == "ring"


@pytest.mark.ring("all", "several processes of a bot")
async def test_neither_contact_has_the_others_id(shop: Shop, clock: ManualClock) -> None:
    """J4: so nothing of somebody who is erased stays with whom they have brought, or were brought by."""
    await shop.bot.hears(followed("U2", clock))
    assert "U1" not in repr((await shop.bot.stored("U2")).contact)
    assert "U2" not in repr((await shop.bot.stored("U1")).contact)


async def test_a_code_that_nobody_has_brings_nobody(shop: Shop) -> None:
    found = await shop.people.link_owner(shop.code)
    assert found is not None
    assert found.id == "main:U1"
    assert await shop.people.link_owner("nobody") is None
