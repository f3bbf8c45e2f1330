"""N4: a friend and the inviter, on a real database: told by the desk, by events that count once."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.compiled.playbook import ChannelRules, Playbook
from bot.model.event import Event, PageOpened, Source, Unfollow, What
from bot.model.inbox import Received
from bot.model.promotion_act import ReferralAct
from bot.model.promotion_effects import ReportReferral
from bot.runtime.effects.effect_runner import EffectRouter
from bot.runtime.effects.referrals import ReferralDesk
from bot.runtime.own_events import own_event
from bot.runtime.ports import Caller
from bot.store.contacts.people import People
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.engine.test_referrals import CAMPAIGN
from tests.runtime.harness import Bot, ScriptedLine, followed

CAMPAIGN_NOW = replace(CAMPAIGN, until=None, deed="followed", friend=None, inviter=None)
"""Without coupons: those have a desk and tests of their own."""
PLAYBOOK = Playbook("shop", {"main": ChannelRules("main")}, (), "v1", referrals={CAMPAIGN.name: CAMPAIGN_NOW})


class Shop:
    """A running bot with the desk."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.clock = clock
        bot = Bot(database, seal, clock, ScriptedLine(), PLAYBOOK)
        self.desk = ReferralDesk(People(database, seal), bot.contacts, clock)
        self.bot = Bot(database, seal, clock, ScriptedLine(), PLAYBOOK, EffectRouter(referrals=self.desk))
        self.desk.store = self.bot.runtime.receiver.store

    def does(self, user: str, name: str, what: What) -> Received:
        source = Source("user", user)
        return own_event(f"main:{user}", Event(f"main:{name}", "main", source, self.clock.now(), what))

    async def hear(self, *received: Received) -> None:
        await self.bot.hears(*received)

    async def link(self, user: str) -> str:
        await self.hear(self.does(user, f"look{user}", PageOpened("my_invites")))
        return (await self.bot.stored(user)).contact.invitations[0].codes[0]


async def begun(database: Database, seal: Seal, clock: ManualClock) -> tuple[Shop, str]:
    shop = Shop(database, seal, clock)
    await shop.bot.start()
    await shop.hear(followed("U1", clock))
    code = await shop.link("U1")
    await shop.hear(shop.does("U2", "opened", ReferralAct("好友", "opened", code)))
    return shop, code


async def test_s43_both_are_told_and_rewarded_once(
    database: Database, seal: Seal, clock: ManualClock
) -> None:
    shop, code = await begun(database, seal, clock)
    await shop.hear(followed("U2", clock))
    (one,) = (await shop.bot.stored("U2")).contact.referrals
    (held,) = (await shop.bot.stored("U1")).contact.invitations
    assert (one.state, one.by) == ("done", code)
    assert (held.friends, held.successes, held.came, held.done) == (1, 1, (one.id,), (one.id,))
    caller = Caller("main:U2", "main", "U2", "again", clock.now())
    for judge in (False, True):  # a call that is made anew after a death
        await shop.desk.report(ReportReferral("好友", code, one.id, judge=judge), caller)
    await shop.hear(shop.does("U2", "leaves", Unfollow()), followed("U2", clock))
    assert (await shop.bot.stored("U1")).contact.invitations == (held,)
    await shop.bot.runtime.stop()


async def test_neither_contact_has_the_others_id(database: Database, seal: Seal, clock: ManualClock) -> None:
    """J4: so nothing of somebody who is erased stays with whom they have brought, or were brought by."""
    shop, _ = await begun(database, seal, clock)
    await shop.hear(followed("U2", clock))
    assert "U1" not in repr((await shop.bot.stored("U2")).contact)
    assert "U2" not in repr((await shop.bot.stored("U1")).contact)
    await shop.bot.runtime.stop()


async def test_a_code_that_nobody_has_brings_nobody(
    database: Database, seal: Seal, clock: ManualClock
) -> None:
    shop, code = await begun(database, seal, clock)
    people = People(database, seal)
    found = await people.inviter(code)
    assert found is not None
    assert found.id == "main:U1"
    assert await people.inviter("nobody") is None
    await shop.bot.runtime.stop()
