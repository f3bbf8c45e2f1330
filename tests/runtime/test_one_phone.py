"""One phone, bound in chat by several accounts: on other channels one person, on the same one it moves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.engine.members.identity import OfShop
from bot.model.contact import Binding as PhoneBinding
from bot.model.contact import Contact
from bot.model.effects import CheckCode, SendCode
from bot.model.event import Outcome
from bot.model.inbox import Received
from bot.runtime.effects.effect_runner import EffectRouter
from bot.runtime.effects.merging import Merging
from bot.services.caller import Caller
from bot.services.effects import EffectHandlers
from bot.services.members import MemberService
from bot.services.rewrites import RewriteRefused
from bot.services.shops import MemberLookup as MemberShop
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.people import People
from bot.store.contacts.phones import Phones
from bot.store.database.mongo import Database
from bot.store.events.audit import AuditLog
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.people import changed
from tests.playbooks import compiled
from tests.runtime.harness import Bot
from tests.runtime.shop import OPENING, TICK, Shop, parts
from tests.runtime.test_merging import heard_on

PHONE = "+886912345678"
STAFF = "command:test"
PLAYBOOK = compiled("""
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x, sms: text}
  outlet: {id: "@b", channel_id: "2", channel_secret: y, sms: text}
sms: {text: {provider: console, text: "驗證碼 {{ sms.code }}"}}
privacy:
  {controller: x, purpose: x, kinds: x, period: x, recipients: x, rights_contact: x, version: "1",
   url: "https://a.example/p", terms: "https://a.example/t"}
tags: {會員: , 優惠: }
rules:
  - {when: {text: 綁定}, start: bind}
  - {when: {text: 在嗎}, reply: 在}
flows:
  bind:
    page: true
    states:
      ask_phone:
        {ask: 手機？, answer: phone, otherwise: 不是手機, give_up_after: {1h: over}, next: sending}
      sending:
        do: [{send_code: "{{ answer.ask_phone }}"}]
        rules: [{when: {code: sent}, to: ask_code}, {when: {code: [too_soon, refused, failed]}, to: over}]
        give_up_after: {1h: over}
      ask_code:
        {ask: 驗證碼？, answer: code, otherwise: 不是驗證碼, give_up_after: {1h: over}, next: checking}
      checking:
        do: [{check_code: "{{ answer.ask_code }}"}]
        rules: [{when: {code: right}, to: matching}, {when: {code: [wrong, expired, locked]}, to: over}]
        give_up_after: {1h: over}
      matching:
        do: [{find_member: none}]
        rules:
          - {when: {member: found}, to: bound}
          - {when: {member: taken}, to: moving}
          - {when: {member: [missing, shop_failed]}, to: over}
        give_up_after: {1h: over}
      moving:
        do: [move_member]
        rules: [{when: {member: found}, to: bound}, {when: {member: [missing, taken, shop_failed]}, to: over}]
        give_up_after: {1h: over}
      bound:
        do: [bind_member, {add_tags: 會員}, {result: {trigger: 我綁好了, reply: 綁好了}}]
        end: true
      over: {push: 沒有綁定, end: true}
""")


class EveryCodeIsRight:
    """SMS that nobody needs to read."""

    @property
    def carries_out(self) -> EffectHandlers:
        return {SendCode: self.send, CheckCode: self.check}

    async def send(self, asked: SendCode, caller: Caller) -> Outcome:
        return Outcome("code", "sent", asked.origin)

    async def check(self, asked: CheckCode, caller: Caller) -> Outcome:
        return Outcome("code", "right", asked.origin, proven=PHONE)


class NoShops:
    """No channel has one."""

    def of(self, channel: str) -> MemberShop | None:
        return None

    def by_name(self, name: str) -> MemberShop | None:
        return None


@dataclass
class Binding:
    """Two processes, and people who bind one phone there."""

    shop: Shop
    contacts: Contacts
    phones: Phones
    audit: AuditLog
    merging: Merging
    world: EffectRouter
    bots: list[Bot] = field(default_factory=list)

    async def opens(self) -> None:
        shop = self.shop
        for _ in range(2):
            bot = Bot(shop.database, shop.seal, shop.clock, shop.line, PLAYBOOK, effects=self.world)
            shop.bots.append(bot)
            self.bots.append(await bot.start())
        await shop.until(lambda: all(parts(bot) == 128 for bot in self.bots), OPENING)

    async def says(self, channel: str, user: str, text: str, bot: int = 0) -> Received:
        heard = heard_on(channel, self.shop.says(user, text))
        await self.bots[bot].hear(heard)
        return heard

    async def _answered(self, channel: str, user: str, text: str, bot: int) -> None:
        before = len(self.shop.line.calls)
        await self.says(channel, user, text, bot)
        await self.shop.until(lambda: len(self.shop.line.calls) > before)

    async def binds(self, channel: str, user: str, bot: int = 0) -> None:
        """From the first word until it is said whether it came off."""
        for text in ("綁定", "0912345678", "123456"):
            await self._answered(channel, user, text, bot)
        await self.shop.quiet()

    async def now(self, contact: str) -> Contact:
        found = await self.contacts.person(contact)
        assert found is not None
        return found.contact

    async def becomes(self, contact: str, *, bound: bool) -> Contact:
        """The contact, once its phone is bound, or no more."""
        async with asyncio.timeout(PATIENCE):
            while ("phone" in (now := await self.now(contact)).bindings) is not bound:
                self.shop.clock.advance(TICK)
        return now

    async def log(self, contact: str) -> list[str]:
        return [line.what for line in await self.audit.of(contact)]


@pytest.fixture
async def binding(database: Database, seal: Seal, clock: ManualClock, shop: Shop) -> Binding:
    contacts, phones, audit = Contacts(database, seal), Phones(database, seal), AuditLog(database, seal)
    merging = Merging(stores_of(database, seal).rewriter, contacts, audit, clock, OfShop)
    members = MemberService(phones, contacts, People(database, seal), merging, NoShops(), clock)
    binding = Binding(
        shop,
        contacts,
        phones,
        audit,
        merging,
        EffectRouter(EveryCodeIsRight(), members, notices=members.hears),
    )
    await binding.opens()
    return binding


async def test_bound_on_two_channels_it_is_one_person(binding: Binding) -> None:
    """B3, B7: one contact with both accounts, and *first* is once in a life."""
    await binding.binds("main", "U1")
    first = await binding.now("main:U1")
    await binding.binds("outlet", "V1", 1)
    one = await binding.now("main:U1")
    assert one.id == "outlet:V1"
    assert {(i.channel, i.user) for i in one.identities} == {("main", "U1"), ("outlet", "V1")}
    assert one.bound_before == first.bound_before
    assert await binding.phones.holder(PHONE) == "outlet:V1"
    assert await binding.log("main:U1") == ["merged", "bound"]
    for channel, user in (("main", "U1"), ("outlet", "V1")):
        await binding.shop.answered(await binding.says(channel, user, "在嗎"))
    assert binding.shop.line.texts()[-2:] == ["在", "在"]


@pytest.mark.ring("all", "a crowd")
async def test_two_channels_at_once_end_as_one_person(binding: Binding) -> None:
    """Whoever comes second is told to come again, or is the same person: never two holders."""
    accounts = [("main", "U1"), ("outlet", "V1")]
    for channel, user in accounts:
        for text in ("綁定", "0912345678"):
            await binding.shop.answered(await binding.says(channel, user, text))
    await asyncio.gather(*(binding.says(*who, "123456", n) for n, who in enumerate(accounts)))
    await binding.shop.until(lambda: len(binding.shop.line.calls) >= 6)
    await binding.shop.quiet()
    bound = [c for c in [await binding.now(f"{c}:{u}") for c, u in accounts] if "phone" in c.bindings]
    assert bound, "somebody has it"
    assert len({contact.id for contact in bound}) == 1
    assert await binding.phones.holder(PHONE) == bound[0].id
    binding.shop.clock.advance(180)
    if (await binding.now("main:U1")).id != (await binding.now("outlet:V1")).id:
        left = next(who for who in accounts if f"{who[0]}:{who[1]}" != bound[0].id)
        await binding.binds(*left)
    assert (await binding.now("main:U1")).id == (await binding.now("outlet:V1")).id


async def test_a_phone_moves_on_one_channel_and_back_again(binding: Binding) -> None:
    """B15: unbound, the tags come along, logged, and undone by staff."""
    await binding.binds("main", "U1")
    await binding.binds("main", "U2", 1)
    old, new = await binding.now("main:U1"), await binding.now("main:U2")
    assert (old.phone, old.bindings, [tag.name for tag in old.tags]) == (None, {}, [])
    assert (new.phone, [tag.name for tag in new.tags]) == (PHONE, ["會員"])
    assert (old.signed_out is not None, new.signed_out) == (True, None)
    assert await binding.phones.holder(PHONE) == "main:U2"
    line = await binding.merging.undo("main:U1", STAFF)
    assert (line.what, line.contact, line.other) == ("phone_moved", "main:U2", "main:U1")
    await binding.shop.quiet()
    old, new = await binding.now("main:U1"), await binding.now("main:U2")
    assert (old.phone, [tag.name for tag in old.tags]) == (PHONE, ["會員"])
    assert (new.phone, new.bindings, new.tags) == (None, {}, ())
    assert await binding.phones.holder(PHONE) == "main:U1"
    assert await binding.log("main:U1") == ["phone_moved_back", "phone_moved", "bound"]
    assert (await binding.contacts.load(["main:U1"]))["main:U1"].to is None


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_moves_are_undone_one_after_the_other(binding: Binding) -> None:
    await binding.binds("main", "U1")
    await binding.binds("main", "U2")
    await binding.binds("main", "U1")  # moves it back, by a code
    await binding.merging.undo("main:U1", STAFF)
    assert (await binding.now("main:U2")).phone == PHONE
    await binding.merging.undo("main:U1", STAFF)
    assert (await binding.now("main:U1")).phone == PHONE
    with pytest.raises(RewriteRefused, match="no merge and no moved phone"):
        await binding.merging.undo("main:U1", STAFF)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_move_is_not_undone_once_a_third_has_the_phone(binding: Binding) -> None:
    await binding.binds("main", "U1")
    await binding.binds("main", "U2")
    await binding.merging.unbind("main:U2", "phone", STAFF)
    await binding.becomes("main:U2", bound=False)
    await binding.shop.quiet()
    await binding.binds("main", "U3")
    with pytest.raises(RewriteRefused, match="somebody else has bound the phone since"):
        await binding.merging.undo("main:U1", STAFF)
    assert (await binding.now("main:U1")).phone is None
    assert await binding.phones.holder(PHONE) == "main:U3"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_move_is_not_undone_once_the_old_account_has_a_phone_again(binding: Binding) -> None:
    await binding.binds("main", "U1")
    await binding.binds("main", "U2")
    again = {"phone": PhoneBinding(NOW)}
    await changed(binding.contacts, "main:U1", 10**6, phone="+886900000000", bindings=again)
    with pytest.raises(RewriteRefused, match='"main:U1" has bound another phone since'):
        await binding.merging.undo("main:U1", STAFF)
    assert await binding.phones.holder(PHONE) == "main:U2"


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("keep_tags", [False, True])
async def test_staff_undo_a_binding(binding: Binding, keep_tags: bool) -> None:
    """B11: logged once, by who asked; the phone is free, and the member may bind again without a gift."""
    await binding.binds("main", "U1")
    await binding.merging.unbind("main:U1", "phone", STAFF, keep_tags=keep_tags)
    free = await binding.becomes("main:U1", bound=False)
    await binding.shop.quiet()
    assert [tag.name for tag in free.tags] == (["會員"] if keep_tags else [])
    assert await binding.phones.holder(PHONE) is None
    asked, done = await binding.audit.of("main:U1")
    assert (asked.actor, asked.what, asked.details[0], done.what) == (STAFF, "unbound", "phone", "bound")
    with pytest.raises(RewriteRefused, match='"main:U1" has no binding "phone"'):
        await binding.merging.unbind("main:U1", "phone", STAFF)
    await binding.binds("main", "U1")
    assert (await binding.now("main:U1")).bound_before == free.bound_before
