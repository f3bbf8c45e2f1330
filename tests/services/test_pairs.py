"""Two contacts are changed at once, with their phones. In memory and in MongoDB."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.audit import AuditRow
from bot.model.contact import Binding, Contact, Identity
from bot.model.stored import Stored
from bot.promotions.referrals.model import Invitation
from bot.services.phone_rows import PhoneTaken
from bot.services.rewrites import Rewrite
from tests.conftest import NOW
from tests.services.members import AMY, BO, NEW, PHONE, Contacts

HERS = Contact(AMY, identities=(Identity("main", "U1"),), phone=PHONE, bindings={"phone": Binding(NOW)})
OUTLET = Contact("outlet:V1", identities=(Identity("outlet", "V1"),))
LINE = AuditRow("merged:1", NOW, "member", "merged", OUTLET.id, AMY)
MERGED = replace(OUTLET, phone=PHONE, bindings=HERS.bindings)


@pytest.fixture
async def two(contacts: Contacts) -> Contacts:
    """Amy has a phone, the contact on another channel has none."""
    await contacts.put(HERS, OUTLET)
    await contacts.phones.settle(PHONE, AMY, NOW)
    return contacts


async def now(contacts: Contacts, who: str) -> Contact | None:
    found = await contacts.directory.person(who)
    return None if found is None else found.contact


def merge(kept: Stored, gone: Stored) -> Rewrite:
    assert (kept.contact, gone.contact) == (OUTLET, HERS)
    return Rewrite(MERGED, None, (), LINE)


async def test_one_is_part_of_the_other(two: Contacts) -> None:
    """Both ids lead to what is left, the phone is its, and it is logged about both."""
    made = await two.pairs.change(OUTLET.id, AMY, merge)
    assert made is not None
    assert (made.kept, made.gone) == (MERGED, None)
    assert [await now(two, one) for one in (AMY, OUTLET.id, BO)] == [MERGED, MERGED, None]
    assert await two.directory.people_of([AMY, OUTLET.id, BO]) == {AMY: MERGED, OUTLET.id: MERGED}
    assert list(await two.index.with_phone(PHONE)) == [OUTLET.id]
    assert await two.phones.holder(PHONE) == OUTLET.id
    assert [[row.id for row in await two.audit.of(one)] for one in (AMY, OUTLET.id)] == [[LINE.id]] * 2


async def test_both_stay_and_the_phone_moves(two: Contacts) -> None:
    left = replace(HERS, phone=None, bindings={})
    await two.pairs.change(OUTLET.id, AMY, lambda kept, gone: Rewrite(MERGED, left, (), LINE))
    assert [await now(two, one) for one in (AMY, OUTLET.id)] == [left, MERGED]
    assert await two.phones.holder(PHONE) == OUTLET.id


async def test_nothing_is_changed_where_there_is_nothing_to_do(two: Contacts) -> None:
    assert await two.pairs.change(OUTLET.id, AMY, lambda kept, gone: None) is None
    assert [await now(two, one) for one in (AMY, OUTLET.id)] == [HERS, OUTLET]
    assert list(await two.audit.of(AMY)) == []


async def test_a_phone_of_a_third_changes_nothing_at_all(two: Contacts) -> None:
    """Nor is a phone free that one of the two had."""
    await two.put(Contact(BO, phone=NEW, bindings=HERS.bindings))
    await two.phones.settle(NEW, BO, NOW)
    theirs = replace(MERGED, phone=NEW)
    with pytest.raises(PhoneTaken):
        await two.pairs.change(OUTLET.id, AMY, lambda kept, gone: Rewrite(theirs, None, (), LINE))
    assert [await now(two, one) for one in (AMY, OUTLET.id)] == [HERS, OUTLET]
    assert [await two.phones.holder(one) for one in (PHONE, NEW)] == [AMY, BO]
    assert list(await two.audit.of(AMY)) == []


async def test_a_line_that_is_there_stays_as_it_is(contacts: Contacts) -> None:
    for who in ("member", "shop:forest"):
        await contacts.audit.add(AuditRow("unbound:e1", NOW, who, "unbound", AMY))
    assert [row.actor for row in await contacts.audit.of(AMY)] == ["member"]


async def test_contacts_are_found_by_what_is_private(contacts: Contacts) -> None:
    """Also those without LINE, by number or phone; only those with LINE by many numbers."""
    listed = Contact("M:1", phone=PHONE, member_no="M1")
    await contacts.put(replace(HERS, member_no="M1"), listed, Contact("M:2", member_no="M2"))
    assert sorted(await contacts.index.with_phone(PHONE)) == ["M:1", AMY]
    assert sorted(await contacts.index.with_member_no("M1")) == ["M:1", AMY]
    assert await contacts.index.with_member_nos(["M1", "M2"]) == {"M1": [AMY]}
    assert list(await contacts.index.without_line(PHONE, "M2")) == ["M:1", "M:2"]
    assert list(await contacts.index.without_line(None, "M2")) == ["M:2"]
    assert list(await contacts.index.without_line(None, None)) == []


async def test_an_inviter_is_found_by_each_of_their_codes(contacts: Contacts) -> None:
    hers = replace(HERS, held={**HERS.held, "invitations": (Invitation("春天", ("ABCD", "EFGH")),)})
    await contacts.put(hers, OUTLET)
    assert [await contacts.index.link_owner(code) for code in ("ABCD", "EFGH", "IJKL")] == [hers, hers, None]
