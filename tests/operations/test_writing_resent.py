"""A writing to a shop that was given up overwrites nothing newer when it is sent once more. C10, K3"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bot.model.contact import Binding, Contact, Identity
from bot.model.effects import CONSENT
from bot.model.instance import ReservedMember
from bot.model.outgoing import DeadLetter
from bot.model.shop_failure import ShopAway
from bot.model.value import Value
from bot.operations.dead_letters import in_full
from bot.operations.resending import Handling, resend
from bot.runtime.effects.effect_runner import EffectRouter
from bot.services.member_writing import MemberWriter
from bot.store.events.dead_letter_orders import DeadLetterOrders, MakeAgain, NotOrdered
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.people import come
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, said

PLAYBOOK = compiled(
    """\
channels: {main: {id: forest, channel_id: "1", channel_secret: x, shop: erp}}
api_token: 0f1e0f1e0f1e0f1e0f1e0f1e0f1e0f1e
shops:
  erp:
    platform: hook
    url: https://erp.example/oaflow
    secret: opaque
    attributes: {skin: {from: skin, write: true}, size: {from: size, write: true}}
    consent: {from: marketing, write: true}
attributes: {skin: text, size: text}
rules:
  - {when: {text: 乾性}, do: [{set: {skin: 乾性}}, {set: {size: S}}]}
  - {when: {text: 油性}, set: {skin: 油性}}
  - {when: {text: 大號}, set: {size: L}}
  - {when: {text: 忘了}, clear: skin}
  - {when: {text: 不要}, stop_marketing: true}
  - {when: {text: 要}, allow_marketing: true}
  - {when: {text: 解除}, unbind: phone}
"""
)
WHO = "command:amy"


class Record:
    """The shop's record of the one member; while it is away nothing is written."""

    def __init__(self) -> None:
        self.fields: dict[str, Value | None] = {}
        self.keys: list[str] = []
        self.is_away = False

    def by_name(self, name: str) -> Record:
        return self

    async def write(
        self, member_no: str, values: Mapping[str, Value | None], key: str
    ) -> ReservedMember | None:
        if self.is_away:
            raise ShopAway("the shop answers 503")
        self.fields |= values
        self.keys.append(key)
        return ReservedMember(None, member_no, shop="erp")


class Member:
    """Somebody who is a member of that shop, and a bot."""

    def __init__(self, bot: Bot, record: Record, stores: Stores) -> None:
        self.bot, self.record, self.stores = bot, record, stores

    async def says(self, *texts: str) -> None:
        for text in texts:
            await self.bot.hear(said(text, "U1", self.bot.clock, replyToken=None))
            await self.bot.settle()

    async def says_in_vain(self, text: str) -> DeadLetter:
        """What the shop is to hear is given up."""
        known = {one.name for one in await self.bot.dead_letters()}
        self.record.is_away = True
        await self.says(text)
        self.record.is_away = False
        [letter] = [one for one in await self.bot.dead_letters() if one.name not in known]
        return letter

    async def resent(self, letter: DeadLetter) -> Handling:
        [done] = await resend(self.stores, [letter.name], WHO, patience=0)
        await self.bot.settle()
        self.bot.runtime.recovery.reread("main:U1")
        await self.bot.settle()
        return done


@pytest.fixture
async def member(bots: Bots, stores: Stores, by_our_clock: None) -> Member:
    record = Record()
    bot = bots.make(PLAYBOOK, effects=EffectRouter(MemberWriter(record)))
    contact = Contact(
        "main:U1",
        identities=(Identity("main", "U1", True, seen=NOW),),
        phone="+886912345678",
        member_no="M1",
        member_shop="erp",
        bindings={"phone": Binding(NOW)},
    )
    await come(bot.contacts, contact)
    await bot.start()
    return Member(bot, record, stores)


async def test_what_is_still_so_is_written_under_its_own_key(member: Member) -> None:
    letter = await member.says_in_vain("油性")
    done = await member.resent(letter)
    assert (done.why, done.doubt) == (None, "same-key")
    assert member.record.fields == {"t.skin": "油性"}


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize(
    ("in_vain", "since", "stands"),
    [
        ("油性", "乾性", {"t.skin": "乾性", "t.size": "S"}),
        ("油性", "忘了", {"t.skin": None}),
        ("不要", "要", {CONSENT: True}),
    ],
)
async def test_an_old_value_does_not_overwrite_a_newer_one(
    member: Member, in_vain: str, since: str, stands: dict[str, Value | None]
) -> None:
    letter = await member.says_in_vain(in_vain)
    await member.says(since)
    done = await member.resent(letter)
    assert done.became == "refused"
    assert "out of date" in str(done.why)
    assert member.record.fields == stands
    assert (await in_full(member.stores, letter.name)).why_not == done.why
    [listed] = [one for one in await member.bot.dead_letters() if one.handled is None]
    assert listed.name == letter.name, "to be dropped by whoever has read why"


async def test_cleared_in_vain_and_set_since(member: Member) -> None:
    await member.says("油性")
    letter = await member.says_in_vain("忘了")
    await member.says("乾性")
    assert (await member.resent(letter)).became == "refused"
    assert member.record.fields["t.skin"] == "乾性"


async def test_of_two_values_the_one_that_is_still_so_is_written(member: Member) -> None:
    """Under a key of its own: the shop may have answered both under the letter's."""
    letter = await member.says_in_vain("乾性")
    await member.says("大號")
    done = await member.resent(letter)
    assert done.became != "refused", done.why
    assert member.record.fields == {"t.skin": "乾性", "t.size": "L"}
    again = await member.says_in_vain("乾性")
    await member.resent(again)
    assert len(set(member.record.keys)) == len(member.record.keys) == 3


async def test_said_back_and_forth_it_is_so_again(member: Member) -> None:
    letter = await member.says_in_vain("油性")
    await member.says("乾性", "油性")
    assert (await member.resent(letter)).became != "refused"
    assert member.record.fields["t.skin"] == "油性"


@pytest.mark.ring("all", "several processes of a bot")
async def test_who_is_no_member_any_more_has_no_record_to_be_written(member: Member) -> None:
    letter = await member.says_in_vain("油性")
    await member.says("解除")
    done = await member.resent(letter)
    assert done.became == "refused"
    assert "not this member" in str(done.why)
    assert member.record.fields == {}


async def test_what_is_said_while_it_is_compared_stands(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The turn comes between comparing and ordering: it is compared once more."""
    letter = await member.says_in_vain("油性")
    order = DeadLetterOrders.make_again
    compared = 0

    async def later(self: DeadLetterOrders, orders: Sequence[MakeAgain]) -> dict[str, NotOrdered]:
        nonlocal compared
        compared += len(orders)
        await member.says("乾性")
        return await order(self, orders)

    monkeypatch.setattr(DeadLetterOrders, "make_again", later)
    done = await member.resent(letter)
    assert (done.became, compared) == ("refused", 1)
    assert member.record.fields["t.skin"] == "乾性"
