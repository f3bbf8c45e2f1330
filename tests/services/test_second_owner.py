"""A phone has a second owner some day, also without a shop: by a newer proof, or a record. B3 B15 C12"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.members.identification import identify_line, people_of_phone
from bot.engine.members.identity import OfShop
from bot.model.contact import AttributeValue, Binding, Contact, Identity, Tag
from bot.model.effects import ConfirmPhone, FindMember, MoveMember
from bot.model.event import Listed, Origin
from bot.model.instance import ReservedMember
from bot.scenario.context import PlayedClock, immediate
from bot.scenario.memory.contacts import ContactsInMemory
from bot.scenario.memory.shop import Member, OneShop, ShopInMemory
from bot.services.caller import Caller
from bot.services.members import MemberService
from bot.services.merging import MergeService
from tests.conftest import NOW
from tests.depth import examples
from tests.playbooks import compiled

PHONE = "+886912345678"
PLAYBOOK = compiled("""
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x, shop: forest}
  outlet: {id: "@b", channel_id: "2", channel_secret: y, shop: forest}
  third: {id: "@c", channel_id: "3", channel_secret: z, shop: forest}
shops: {forest: {platform: csv, channel: main}}
rules: [{when: {text: 嗨}, reply: 嗨}]
""")
REST = timedelta(days=90)
OLD = NOW - timedelta(days=400)
ACCOUNTS = ("main:U1", "main:U2", "main:U3", "outlet:V1", "outlet:V2", "third:W1")


def stranger(account: str) -> Contact:
    """Somebody whose every piece of data says whose it is."""
    channel, _, user = account.partition(":")
    points = {"n.points": AttributeValue(account, NOW)}
    return Contact(
        account,
        name=account,
        identities=(Identity(channel, user),),
        tags=(Tag(f"of {account}", OLD, "rule"),),
        attributes=points,
    )


def data_of(contact: Contact) -> set[str]:
    """From whom the data of a contact are."""
    values = {str(known.value) for known in contact.attributes.values()}
    tags = {tag.name.removeprefix("of ") for tag in contact.tags if tag.name != "bound"}
    accounts = {f"{one.channel}:{one.user}" for one in contact.identities}
    return values | tags | accounts | {contact.name or ""}


@dataclass(frozen=True)
class Proof:
    """`account` proves the phone, `days` after the one before; the shop's record of it is `record`'s then."""

    days: int
    account: str
    how: Literal["none", "shop"]
    record: str | None


HOW: tuple[Literal["none", "shop"], ...] = ("none", "none", "shop")
proofs = st.builds(
    Proof,
    st.sampled_from((0, 1, 89, 90, 91, 400)),
    st.sampled_from(ACCOUNTS),
    st.sampled_from(HOW),
    st.sampled_from((None, None, "M1", "M2")),
)


def bound(who: Contact, found: ReservedMember, now: datetime) -> Contact:
    """The contact, as its own turn binds it."""
    return replace(
        who,
        phone=PHONE,
        member_no=found.member_no or who.member_no,
        member_shop=found.shop if found.member_no else who.member_shop,
        tags=(*(tag for tag in who.tags if tag.name != "bound"), Tag("bound", now, "bind")),
        bindings={"phone": Binding(now, ("bound",), flow="bind")},
        notices=(),
    )


class History:
    """People who prove one phone, one after the other, as flows do: found or moved, and bound."""

    def __init__(self) -> None:
        self.now = OLD
        self.people = {account: stranger(account) for account in ACCOUNTS}
        self.contacts = ContactsInMemory(self.people)

    def members(self, proof: Proof) -> MemberService:
        """Who finds and binds, with the shop's records of now."""
        shop = ShopInMemory([Member(PHONE, proof.record)] if proof.record is not None else [])
        contacts, clock = self.contacts, PlayedClock(lambda: self.now)
        merging = MergeService(contacts, contacts, contacts.audit, clock, OfShop)
        shops = OneShop(shop, lambda: PLAYBOOK)
        return MemberService(contacts.phones, contacts, contacts, merging, shops, clock)

    def of(self, account: str) -> Contact:
        """The contact that has this account."""
        return self.people[self.contacts.id_of(account)]

    def proves(self, proof: Proof) -> None:
        self.now += timedelta(days=proof.days, minutes=3)
        immediate(self._proves(proof))

    async def _proves(self, proof: Proof) -> None:
        who, members = self.of(proof.account), self.members(proof)
        channel, _, user = proof.account.partition(":")
        origin, caller = Origin("bind", channel, 1), Caller(who.id, channel, user, f"{self.now}", self.now)
        came = await members.find(FindMember(proof.how, PHONE, origin), caller)
        if came.result == "taken":
            came = await members.move(MoveMember(PHONE, None, origin), caller)
        if (found := came.found) is None:
            return
        holder = self.people.get(await self.contacts.phones.holder(PHONE) or "")
        self.people[who.id] = bound(who, found, self.now)
        told = ConfirmPhone(PHONE, found.member_no, found.other, found.former, found.second)
        await members.settle(told, caller)
        if holder is not None and holder.id != who.id:
            self._law(proof, found, who, holder)

    def _law(self, proof: Proof, found: ReservedMember, before: Contact, holder: Contact) -> None:
        """What this proof has made of who had the phone, by the table of semantics 34."""
        if holder.member_no is None:
            is_same = self.now - holder.bindings["phone"].at <= REST
        elif found.member_no is not None:
            is_same = found.member_no == holder.member_no
        else:
            is_same = proof.record == holder.member_no
        me = self.of(proof.account)
        assert me.phone == PHONE
        if is_same:
            assert holder.id not in self.people or self.people[holder.id].phone is None
            return
        assert data_of(holder).isdisjoint(data_of(me) - data_of(before)), "nothing of them has come here"
        left = self.people[holder.id]
        assert data_of(left) == data_of(holder), "and nothing of this one there"
        assert left.phone is None
        if holder.member_no is None:
            accounts = [one.channel for one in holder.identities]
            assert (left.bindings, [one.channel for one in left.notices]) == ({}, [*accounts])
            assert not any(tag.name == "bound" for tag in left.tags)
        else:
            assert left.bindings == holder.bindings, "bound by number"


@pytest.mark.ring("test", "a law")
@given(st.lists(proofs, max_size=8))
@settings(max_examples=examples(800))
def test_s34_a_newer_code_decides(history: list[Proof]) -> None:
    """Of two proofs further apart than a number rests, the older owner's data and the newer's never meet."""
    run = History()
    for proof in history:
        run.proves(proof)
        holders = [one for one in run.people.values() if one.phone == PHONE]
        assert len(holders) <= 1


@pytest.mark.parametrize("days", [0, 90, 91, 400])
@pytest.mark.parametrize("account", ["outlet:V2", "main:U1"])
def test_s34_without_a_shop_it_is_one_person_for_as_long_as_a_number_rests(days: int, account: str) -> None:
    """Review, c12: on the same account or another one, the phone's next owner is nobody's old friend."""
    run = History()
    run.proves(Proof(0, "outlet:V1", "none", None))
    run.proves(Proof(days, account, "none", None))
    now, first = run.of(account), run.of("outlet:V1")
    if days > 89:  # and three minutes
        assert (first.phone, first.bindings, [one.what for one in first.notices]) == (
            None,
            {},
            ["phone_moved"],
        )
        assert "outlet:V1" not in data_of(now)
    elif account == "main:U1":
        assert now == first
    else:
        assert (first.phone, now.phone) == (None, PHONE)


def test_s34_what_a_shop_finds_by_an_old_phone_is_somebody_else() -> None:
    """Review, c12: the friend of *outlet* is not the member who has the number by now."""
    run = History()
    run.proves(Proof(0, "outlet:V1", "none", None))
    run.proves(Proof(400, "main:U1", "shop", "M1"))
    assert run.of("outlet:V1").id == "outlet:V1"
    assert run.people["outlet:V1"].member_no is None
    run.proves(Proof(400, "outlet:V2", "none", "M1"))
    assert run.of("outlet:V2") == run.of("main:U1"), "a member's phone is believed while the record has it"


LINE = Listed(phone=PHONE, member_no="M9", shop="forest")


def friend(at: datetime) -> Contact:
    return replace(stranger("outlet:V1"), phone=PHONE, bindings={"phone": Binding(at)})


@pytest.mark.parametrize("known", [False, True])
def test_s34_a_record_that_comes_later_is_nobodys_who_has_proven_its_phone_long_ago(known: bool) -> None:
    """C12: by a list, a sync, a webhook; whether or not that member is here without LINE."""
    member = Contact("M:9", phone=PHONE, member_no="M9", member_shop="forest")
    others = [member] if known else []

    def meant(proven: datetime, line: Listed = LINE) -> Contact | None:
        return identify_line(line, "M:9", [friend(proven), *others], NOW).contact

    assert meant(NOW - REST) == friend(NOW - REST)
    assert meant(OLD) == (member if known else None)
    unchanged = replace(LINE, updated=OLD + REST)
    assert meant(OLD, unchanged) == friend(OLD), "the record had this phone when it was proven"
    assert meant(OLD, Listed(phone=PHONE)) == friend(OLD), "a list of phones names nobody else"


def test_s34_who_is_known_without_line_joins_a_phone_just_proven_alone() -> None:
    member = Contact("M:9", phone=PHONE, member_no="M9", member_shop="forest")
    listed = Contact("M:8", phone=PHONE)
    assert people_of_phone(friend(NOW), [member], NOW) == [member]
    assert people_of_phone(friend(OLD), [member, listed], NOW) == [listed]
    line = Listed(line=True)
    assert identify_line(line, "outlet:V1", [friend(OLD), member], NOW).also == ()
    own = replace(line, phone=PHONE, member_no="M9", shop="forest")
    assert identify_line(own, "outlet:V1", [friend(OLD), member], NOW).also == (member,)
