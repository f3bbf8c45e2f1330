"""People without LINE become one with whoever binds their phone, and are themselves again. C12, J2"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.model.audit import MEMBER
from bot.model.contact import AttributeValue, Contact, Identity, Tag
from bot.model.event import Listed
from bot.model.processes import part_of
from bot.model.shop import MemberRefusal
from bot.model.stored import Stored, TurnWrite
from bot.runtime.shops.member_batches import MemberTaker
from bot.runtime.shops.member_plan import MemberLine, refused_line
from bot.services.rewrites import RewriteJob, RewriteRefused
from bot.services.without_line import WithoutLineMerger
from bot.store.contacts.people import MOST
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.people import come
from tests.runtime.test_one_phone import PHONE, PLAYBOOK, STAFF, Binding, binding

__all__ = ["binding"]

OTHER = "+886922333444"
AMY = Contact(
    "M:amy",
    name="王小美",
    phone=PHONE,
    member_no="M1",
    attributes={"n.points": AttributeValue(12, NOW)},
    tags=(Tag("優惠", NOW, "list"),),
    marketing_shop=True,
    marketing=True,
)


async def put(stores: Stores, *people: Contact) -> None:
    await stores.people_without_line.write([(None, one) for one in people])


async def stored(stores: Stores, contact: str) -> Stored:
    return (await stores.contacts.load([contact]))[contact]


async def test_who_binds_becomes_one_with_who_was_known_by_that_phone(
    binding: Binding, stores: Stores
) -> None:
    await put(stores, AMY)
    await binding.binds("main", "U1")
    now = await binding.now("main:U1")
    assert (await binding.now("M:amy")).id == "main:U1"
    assert (now.member_no, now.attributes["n.points"].value, now.marketing) == ("M1", 12, True)
    assert {tag.name for tag in now.tags} == {"會員", "優惠"}
    assert (now.name, [one.user for one in now.identities]) == (now.name, ["U1"])
    assert await binding.log("M:amy") == ["merged"]
    assert await binding.phones.holder(PHONE) == "main:U1"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_undone_they_are_two_again_and_stay_so_however_often_the_phone_is_bound(
    binding: Binding, stores: Stores
) -> None:
    await put(stores, AMY)
    await binding.binds("main", "U1")
    line = await binding.merging.undo("main:U1", STAFF)
    assert (line.what, line.contact, line.other) == ("merged", "main:U1", "M:amy")
    await binding.shop.quiet()
    amy, bound = await stored(stores, "M:amy"), await binding.now("main:U1")
    contact = amy.contact
    assert contact.signed_out is not None
    assert replace(contact, signed_out=None) == replace(AMY, seed=contact.seed, turned=contact.turned)
    assert amy.waiting == frozenset(), "who has no turns is told nothing"
    assert (bound.phone, bound.member_no, bound.attributes) == (PHONE, None, {})
    assert await binding.phones.holder(PHONE) == "main:U1"
    await binding.binds("main", "U1")
    assert (await stored(stores, "M:amy")).to is None


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s36_a_phone_that_two_members_have_leads_to_neither(binding: Binding, stores: Stores) -> None:
    await put(stores, AMY, replace(AMY, id="M:bob", name="Bob", member_no="M2"))
    await binding.binds("main", "U1")
    assert (await binding.now("main:U1")).member_no is None
    assert [(await stored(stores, one)).to for one in ("M:amy", "M:bob")] == [None, None]


async def test_who_has_the_phone_beside_a_member_is_that_member(binding: Binding, stores: Stores) -> None:
    """A line that had no number is about whoever has its phone."""
    await put(stores, AMY, Contact("M:list", phone=PHONE, email="amy@forest.example"))
    await binding.binds("main", "U1")
    now = await binding.now("main:U1")
    assert (now.member_no, now.email) == ("M1", "amy@forest.example")
    assert {(await binding.now(one)).id for one in ("M:amy", "M:list")} == {"main:U1"}


@pytest.mark.ring("all", "a crowd")
async def test_another_system_reaches_whoever_it_names_beside_a_crowd_of_one_phone(stores: Stores) -> None:
    """I4: what is told of nine people at once is lost for none, because a tenth phone is that of many."""
    phones = [f"+88691111111{number}" for number in range(9)]
    await put(stores, *(replace(AMY, id=f"M:{one}", member_no=f"M{one}") for one in range(300)))
    for number, phone in enumerate(phones):
        identities = (Identity("main", f"U{number}", friend=True),)
        after = Contact(f"main:U{number}", phone=phone, identities=identities, member_no=f"B{number}")
        await come(stores.contacts, after)
    found = await stores.people.with_phones([*phones, PHONE])
    assert found == {phone: [f"main:U{number}"] for number, phone in enumerate(phones)}
    by_number = await stores.people.with_member_nos([f"B{number}" for number in range(9)])
    assert sorted(by_number) == [f"B{number}" for number in range(9)]


async def test_s36_two_accounts_of_one_channel_stay_two(binding: Binding, stores: Stores) -> None:
    """Who is known by a LINE user id will write by it: the account of another person is not theirs."""
    await put(stores, Contact("main:U9", phone=PHONE), Contact("outlet:V1", phone=PHONE, name="Amy"))
    await binding.binds("main", "U1")
    assert (await stored(stores, "main:U9")).to is None
    assert (await binding.now("outlet:V1")).id == "main:U1"
    await binding.shop.answered(await binding.says("outlet", "V1", "在嗎"))
    assert {(i.channel, i.user) for i in (await binding.now("main:U1")).identities} == {
        ("main", "U1"),
        ("outlet", "V1"),
    }


async def test_that_line_id_writes_and_is_who_the_list_has_told_of(binding: Binding, stores: Stores) -> None:
    """M2: there is nothing to merge."""
    await put(stores, replace(AMY, id="main:U7", name=None))
    await binding.shop.answered(await binding.says("main", "U7", "在嗎"))
    now = await binding.now("main:U7")
    assert (now.member_no, now.phone, now.bindings, now.has_line) == ("M1", PHONE, {}, True)
    assert {tag.name for tag in now.tags} == {"優惠"}


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s36_a_number_that_another_line_account_has_comes_with_no_phone(
    binding: Binding, stores: Stores
) -> None:
    """C12: a list named their LINE account, and died before it saw that somebody without LINE is the same."""
    await put(stores, AMY, replace(AMY, id="main:U7"))
    await binding.shop.answered(await binding.says("main", "U7", "在嗎"))
    await binding.binds("outlet", "V1")
    bound = await binding.now("outlet:V1")
    assert (bound.phone, bound.member_no) == (PHONE, None)
    assert await stores.people.with_member_no("M1") == ["M:amy", "main:U7"]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_number_that_is_just_told_to_another_line_account_comes_with_no_phone(
    binding: Binding, stores: Stores
) -> None:
    """C12: its turn has not come, so nobody can see it in its document."""
    await put(stores, AMY)
    assert await stores.phones.reserve_number(None, "M1", "main:U7", binding.shop.clock.now())
    await binding.binds("outlet", "V1")
    assert (await binding.now("outlet:V1")).member_no is None
    assert (await stored(stores, "M:amy")).to is None


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s36_a_list_brings_no_number_with_whom_it_joins_that_another_account_is_just_told(
    binding: Binding, stores: Stores
) -> None:
    """C12: the number comes with somebody without LINE as well as with the line itself."""
    await binding.binds("outlet", "V1")
    await put(stores, AMY)
    clock = binding.shop.clock
    assert await stores.phones.reserve_number(None, "M1", "main:U7", clock.now())
    line = {1: MemberLine(Listed(PHONE, "M1"))}
    taken = await MemberTaker(stores, PLAYBOOK, None, "main", STAFF, clock).take(line)
    assert taken[1] == refused_line(MemberRefusal.OVERTAKEN)
    assert (await binding.now("outlet:V1")).member_no is None
    assert (await stored(stores, "M:amy")).to is None
    clock.advance(200)
    taken = await MemberTaker(stores, PLAYBOOK, None, "main", STAFF, clock).take(line)
    assert (taken[1].became, taken[1].joined) == ("changed", 1)
    assert (await binding.now("M:amy")).id == "outlet:V1"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_staff_merge_whichever_they_name_first(binding: Binding, stores: Stores) -> None:
    """An id of somebody without LINE never has a LINE account."""
    await put(stores, AMY, replace(AMY, id="M:twice", member_no=None))
    await binding.shop.answered(await binding.says("main", "U1", "在嗎"))
    one = await binding.merging.merge("M:amy", "main:U1", STAFF)
    assert (one.id, one.phone, one.bindings) == ("main:U1", PHONE, {})
    assert (await binding.merging.merge("M:twice", "M:amy", STAFF)).id == "main:U1"
    await binding.merging.undo("main:U1", STAFF)
    assert (await stored(stores, "M:twice")).contact.phone == PHONE
    await binding.merging.undo("main:U1", STAFF)
    assert (await binding.now("main:U1")).phone is None


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_two_without_line_are_merged_and_parted_and_nobody_is_told(
    stores: Stores, binding: Binding
) -> None:
    await put(stores, AMY, Contact("M:bob", phone=OTHER))
    await binding.merging.merge("M:amy", "M:bob", STAFF)
    await binding.merging.undo("M:amy", STAFF)
    both = [await stored(stores, one) for one in ("M:amy", "M:bob")]
    assert [(one.contact.phone, one.waiting) for one in both] == [(PHONE, frozenset()), (OTHER, frozenset())]
    with pytest.raises(RewriteRefused, match="no merge"):
        await binding.merging.undo("M:bob", STAFF)


async def test_s36_whoever_writes_second_sees_the_first(binding: Binding, stores: Stores) -> None:
    """A list that came between the binding's look and the end of the import finds who has bound."""
    await binding.binds("main", "U1")
    await put(stores, AMY)
    finder = WithoutLineMerger(stores.people, stores.phones, stores.contacts, binding.merging)
    doing = RewriteJob(MEMBER, NOW, "again")
    assert await finder.join("main:U1", doing) == 1
    assert await finder.join("main:U1", doing) == 0
    assert (await binding.now("M:amy")).id == "main:U1"


@pytest.mark.ring("all", "a crowd")
async def test_many_look_at_once_and_it_is_one_merge(binding: Binding, stores: Stores) -> None:
    await binding.binds("main", "U1")
    await put(stores, AMY)
    finder = WithoutLineMerger(stores.people, stores.phones, stores.contacts, binding.merging)
    done = await asyncio.gather(*(finder.join("main:U1", RewriteJob(MEMBER, NOW, f"{n}")) for n in range(5)))
    assert sum(done) == 1
    assert await binding.log("M:amy") == ["merged"]


@pytest.mark.ring("all", "a crowd")
async def test_who_is_changed_while_they_bind_is_merged_as_they_are_then(
    binding: Binding, stores: Stores
) -> None:
    await put(stores, AMY)
    before = await stored(stores, "M:amy")
    changes = asyncio.gather(
        *(
            stores.people_without_line.write(
                [(before, replace(AMY, attributes={"n.points": AttributeValue(n, NOW)}))]
            )
            for n in (20, 30)
        )
    )
    await asyncio.gather(changes, binding.binds("main", "U1"))
    now = await binding.now("main:U1")
    assert now.member_no == "M1"
    assert now.attributes["n.points"].value in (12, 20, 30)
    assert (await stored(stores, "M:amy")).to == "main:U1"


async def test_who_has_met_us_meanwhile_is_not_written_over(stores: Stores) -> None:
    await put(stores, Contact("main:U7", phone=PHONE))
    before = await stored(stores, "main:U7")
    met = replace(before.contact, identities=(Identity("main", "U7"),))
    write = TurnWrite(before.contact, met, part_of(met.id), before.revision, 1, (), ())
    assert await stores.contacts.save([write]) == set()
    await stores.people_without_line.write([(before, replace(before.contact, phone=OTHER))])
    assert (await stored(stores, "main:U7")).contact.phone == PHONE


async def test_a_crowd_with_one_phone_hides_nobody_who_has_the_number(stores: Stores) -> None:
    """Shops write one phone to all whose phone they do not know.

    Asked as one, but a phone of many takes the room of no other: each has its own.
    """
    crowd = [Contact(f"M:{n:03}", phone=PHONE, member_no=f"X{n}") for n in range(60)]
    mine = [Contact("M:z", phone=OTHER, member_no="M1"), Contact("M:y", phone=PHONE, member_no="M1")]
    await stores.people_without_line.write([(None, one) for one in (*crowd, *mine)])
    found = await stores.people.without_line(PHONE, "M1")
    assert {"M:z", "M:y"} <= {*found}
    assert len(found) <= 2 * MOST
    for number in (0, 30, 59):
        assert f"M:{number:03}" in await stores.people.without_line(PHONE, f"X{number}")
    assert await stores.people.without_line(None, "M1") == ["M:y", "M:z"]
    assert await stores.people.without_line(OTHER, None) == ["M:z"]
    assert await stores.people.without_line(None, None) == []
