"""A merge loses nothing (J2), of people of any kind; undone at once it never was, later the new stays."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given

from bot.engine.members.identity import OfShop, are_two_members, without_member
from bot.engine.members.merge import merged, parted
from bot.engine.members.same_phone import Two, moved, moved_back, one_phone
from bot.engine.turn.results import WITHDRAWN
from bot.model.contact import AttributeValue, Binding, Contact, Identity, StaffStop, Tag
from bot.model.held import held_items
from bot.model.instance import Instance, Notice, PendingResult, Timer
from bot.model.message import JourneyPush, Pushed
from bot.promotions.appointments.model import HELD_APPOINTMENTS, PLACE_WISHES
from bot.promotions.coupons.model import HELD_COUPONS
from bot.promotions.draws.model import HELD_DRAWS
from bot.promotions.referrals.model import HELD_REFERRALS, INVITATIONS
from bot.promotions.stamps.model import HELD_CARDS
from tests.conftest import NOW
from tests.store.any_contact import contacts

LATER = NOW + timedelta(days=1)
PHONE = "+886912345678"
PUSHED = Pushed({"type": "text", "text": "推"}, JourneyPush("welcome", "tip", 1))
BY_CHANNEL = ("flows", "results", "pages", "notices", "photos")
LOOKED_AT_ANEW = frozenset({"version", "turned"})
"""What a merge and its undoing leave for the next turn to set."""


def on(contact: Contact, who: str, *channels: str) -> Contact:
    """The contact as somebody who is only on these channels, with nothing impossible in it."""

    def placed(record: Any, number: int) -> Any:
        return replace(record, channel=channels[number % len(channels)])

    there: dict[str, Any] = {
        name: tuple(placed(record, number) for number, record in enumerate(getattr(contact, name)))
        for name in BY_CHANNEL
    }
    there["chats"] = tuple(
        {one.channel: one for one in (placed(c, n) for n, c in enumerate(contact.chats))}.values()
    )
    begun = {(one.flow, one.channel): replace(one, visit=one.visit + 1) for one in there["flows"]}
    flows: list[Instance] = sorted(begun.values(), key=lambda one: (one.began, one.entered))
    coupons = sorted(HELD_COUPONS.of(contact), key=lambda held: held.grant.at)
    cards = {held.card: held for held in HELD_CARDS.of(contact)}
    invitations = {one.campaign: one for one in INVITATIONS.of(contact)}
    referrals = {one.id: one for one in HELD_REFERRALS.of(contact)}
    bindings = {kind: one for kind, one in contact.bindings.items() if kind != "phone" or contact.phone}
    return replace(
        contact,
        **{**there, "flows": tuple(flows)},
        id=f"{channels[0]}:{who}",
        identities=tuple(Identity(channel, who, since=NOW) for channel in channels),
        tags=tuple({tag.name: tag for tag in contact.tags}.values()),
        timers=tuple(Timer(one.flow, one.channel, one.visit, "1d", NOW) for one in flows),
        bindings=bindings,
        consents=tuple(dict.fromkeys(placed(c, n) for n, c in enumerate(contact.consents))),
        lists=tuple(dict.fromkeys(contact.lists)),
        audiences=tuple(dict.fromkeys(f"{channels[0]}:{name}" for name in contact.audiences)),
        held=held_items(
            {
                "coupons": tuple(
                    replace(held, grant=replace(held.grant, id=f"{who}{n}")) for n, held in enumerate(coupons)
                ),
                "stamp_cards": tuple(
                    replace(
                        held,
                        entries=tuple(replace(line, id=f"{who}{n}") for n, line in enumerate(held.entries)),
                    )
                    for held in cards.values()
                ),
                "draws": tuple({one.draw: one for one in HELD_DRAWS.of(contact)}.values()),
                "appointments": tuple(
                    replace(one, id=f"{who}{n}") for n, one in enumerate(HELD_APPOINTMENTS.of(contact))
                ),
                "place_wishes": tuple(
                    replace(one, id=f"{who}{n}") for n, one in enumerate(PLACE_WISHES.of(contact))
                ),
                "referrals": tuple(replace(one, id=f"{who} {one.id}") for one in referrals.values()),
                "invitations": tuple(
                    replace(
                        one,
                        codes=tuple(f"{who}{code}" for code in one.codes),
                        came=tuple(f"{who}{id_}" for id_ in one.came),
                        done=tuple(f"{who}{id_}" for id_ in one.done),
                    )
                    for one in invitations.values()
                ),
            }
        ),
        pushes=tuple(sorted(contact.pushes)),
    )


ours = contacts().map(lambda contact: on(contact, "U1", "main", "second"))
theirs = contacts().map(lambda contact: on(contact, "V1", "outlet"))


def comparable(contact: Contact) -> dict[str, Any]:
    return {f.name: getattr(contact, f.name) for f in fields(Contact) if f.name not in LOOKED_AT_ANEW}


@pytest.mark.ring("test", "a law")
@given(ours, theirs)
def test_nothing_is_lost_in_a_merge_and_nothing_is_proven_by_it(one: Contact, other: Contact) -> None:
    """What is proven is a phone that one of them has proven."""
    both = merged(one, other)
    proven = {contact.phone for contact in (one, other) if "phone" in contact.bindings}
    assert ("phone" in both.bindings) == bool(proven)
    assert not proven or both.phone in proven
    if are_two_members(one, other):
        other = without_member(other, OfShop())  # of one of two members nothing of the shop's stays (R1)
    both = merged(one, other)
    assert {i.channel for i in both.identities} == {"main", "second", "outlet"}
    assert {tag.name for tag in both.tags} == {tag.name for tag in (*one.tags, *other.tags)}
    assert both.attributes.keys() == one.attributes.keys() | other.attributes.keys()
    assert both.bindings.keys() == one.bindings.keys() | other.bindings.keys()
    assert both.used.keys() == one.used.keys() | other.used.keys()
    for name in (*BY_CHANNEL, "timers", "consents", "lists", "audiences"):
        assert {*map(repr, getattr(both, name))} == {*map(repr, (*getattr(one, name), *getattr(other, name)))}
    assert sorted(both.pushes) == sorted((*one.pushes, *other.pushes))


@pytest.mark.ring("test", "a law")
@given(ours, theirs)
def test_two_members_are_one_of_them_after_a_merge(one: Contact, other: Contact) -> None:
    """R1: also undone at once both are what they were."""
    one, other = (replace(c, member_no=c.member_no or n) for c, n in ((one, "M1"), (other, "M2")))
    assume(are_two_members(one, other))
    mapped = OfShop(frozenset(other.attributes))
    both = merged(one, other, mapped)
    assert (both.member_no, both.member_shop, both.last_order) == (
        one.member_no,
        one.member_shop,
        one.last_order,
    )
    assert both.attributes == one.attributes
    assert ("shop" in both.bindings) == ("shop" in one.bindings)
    kept, gone = parted(both, one, other, mapped)
    assert gone.attributes == other.attributes
    assert (comparable(kept)["tags"], gone.tags) == (one.tags, other.tags)


@pytest.mark.ring("test", "a law")
@given(ours, theirs)
def test_undone_at_once_both_are_as_they_were(one: Contact, other: Contact) -> None:
    """And never do both hold one proven phone."""
    draws = tuple(
        replace(held, waits=0) for held in HELD_DRAWS.of(other)
    )  # of those that wait: test_draws.py
    other = replace(other, held=held_items({**other.held, "draws": draws}))
    with_one_phone = replace(other, phone=one.phone or other.phone)
    parts = parted(merged(one, with_one_phone), one, with_one_phone)
    held = [contact.phone for contact in parts if "phone" in contact.bindings]
    assert len(held) == len(set(held))
    assume(not (one.phone == other.phone and one.bindings.keys() & other.bindings.keys() & {"phone"}))
    kept, gone = parted(merged(one, other), one, other)
    assert kept.signed_out == max(filter(None, (one.signed_out, other.signed_out)), default=None)
    assert comparable(replace(kept, signed_out=one.signed_out)) == comparable(one), (
        "whoever was out stays out"
    )
    assert comparable(gone) == comparable(other)


def person(channel: str, user: str, **more: Any) -> Contact:
    return replace(Contact(f"{channel}:{user}", identities=(Identity(channel, user),)), **more)


AMY = person("main", "U1", attributes={"t.skin": AttributeValue("乾性", NOW)}, tags=(Tag("VIP", NOW, "x"),))
OUTLET = person(
    "outlet",
    "V1",
    phone=PHONE,
    attributes={"t.skin": AttributeValue("油性", LATER), "n.points": AttributeValue(3, NOW)},
    tags=(Tag("會員", NOW, "bind"),),
    bindings={"phone": Binding(NOW, ("會員",))},
    flows=(Instance("quiz", "outlet", "問", 1, NOW, NOW),),
)
ONE = merged(AMY, OUTLET)


def test_what_has_changed_since_a_merge_stays_when_it_is_undone() -> None:
    now = replace(
        ONE,
        attributes={**ONE.attributes, "t.skin": AttributeValue("敏感", LATER)},
        tags=(*ONE.tags, Tag("新客", LATER, "y")),
        name="小美",
    )
    kept, gone = parted(now, AMY, OUTLET)
    assert kept.attributes == {"t.skin": AttributeValue("敏感", LATER)}
    assert [tag.name for tag in kept.tags] == ["VIP", "新客"]
    assert kept.name == "小美"
    assert (gone.tags, gone.attributes) == (OUTLET.tags, OUTLET.attributes)


def test_what_stands_on_a_channel_goes_with_it_as_it_is_now() -> None:
    identities = tuple(replace(one, menu="vip", friend=False) for one in ONE.identities)
    going_on = (replace(ONE.flows[0], state="答", visit=2),)
    kept, gone = parted(replace(ONE, identities=identities, flows=going_on), AMY, OUTLET)
    assert (kept.identities, kept.flows) == (identities[:1], ())
    assert (gone.identities, gone.flows) == (identities[1:], going_on)


def test_a_phone_that_the_kept_one_has_proven_stays_there() -> None:
    mine = replace(AMY, phone=PHONE, bindings={"phone": Binding(LATER, ("新會員",))})
    kept, gone = parted(merged(mine, OUTLET), mine, OUTLET)
    assert (kept.phone, kept.bindings) == (PHONE, mine.bindings)
    assert (gone.phone, gone.bindings, gone.tags) == (None, {}, ())


def test_another_phone_that_was_bound_since_stays() -> None:
    now = replace(ONE, phone="+886900000000", bindings={"phone": Binding(LATER, ("會員", "新"))})
    kept, gone = parted(now, AMY, OUTLET)
    assert (kept.phone, kept.bindings) == ("+886900000000", {"phone": Binding(LATER, ("新",))})
    assert (gone.phone, gone.bindings) == (PHONE, OUTLET.bindings)


def test_a_no_said_since_is_heard_of_both() -> None:
    now = replace(ONE, marketing_here=False, marketing=False)
    kept, gone = parted(now, AMY, OUTLET)
    assert (kept.marketing, gone.marketing, gone.marketing_here) == (False, False, False)


def test_an_own_no_after_that_of_staff_is_heard_of_both() -> None:
    """It changes nothing that is stored of the answer itself, but whose it is."""
    staffed = replace(AMY, marketing_here=False, marketing=False, staff_stop=StaffStop())
    now = replace(merged(staffed, OUTLET), staff_stop=None)
    for one in parted(now, staffed, OUTLET):
        assert (one.marketing_here, one.marketing, one.staff_stop) == (False, False, None)


def test_a_no_of_staff_since_is_taken_back_of_each() -> None:
    now = replace(ONE, marketing_here=False, marketing=False, staff_stop=StaffStop())
    for one in parted(now, AMY, OUTLET):
        assert (one.marketing_here, one.marketing, one.staff_stop) == (False, False, StaffStop())
    own = replace(OUTLET, marketing_here=False, marketing=False)
    now = replace(merged(AMY, own), staff_stop=None)
    assert parted(now, AMY, own)[1].staff_stop is None


def test_a_no_that_the_shop_has_told_since_is_heard_of_its_member() -> None:
    """Not only of whom it happened to be merged with: the law's way out is open wherever it was taken."""
    other = replace(OUTLET, member_no="M1", member_shop="f", marketing_shop=True, marketing=True)
    now = replace(merged(AMY, other), marketing_shop=False, marketing=False)
    _, gone = parted(now, AMY, other)
    assert (gone.member_no, gone.marketing_shop, gone.marketing) == ("M1", False, False)
    folded = replace(now, marketing=True)  # `consent_from: here`: the shop does not decide
    assert parted(folded, AMY, other)[1].marketing is True
    mine = replace(AMY, member_no="M7", member_shop="f", bindings={"shop": Binding(NOW)})
    now = replace(merged(mine, other), marketing_shop=False, marketing=False)
    _, gone = parted(now, mine, other)
    assert gone.marketing is True, "it was said of another member"


OLD = person(
    "main",
    "U0",
    phone=PHONE,
    member_no="M1",
    tags=(Tag("會員", NOW, "bind"), Tag("VIP", NOW, "x")),
    bindings={"phone": Binding(NOW, ("會員",), flow="phone_binding")},
)
NEW = person("main", "U9", phone=PHONE, member_no="M1", bindings={"phone": Binding(LATER)})


def test_a_phone_moves_with_its_binding_and_the_old_account_is_told() -> None:
    here, there = moved(NEW, OLD, ("main",), LATER)
    assert (here.phone, here.member_no, here.tags) == (PHONE, "M1", OLD.tags[:1])
    assert here.bindings["phone"].tags == ("會員",)
    assert (there.phone, there.bindings) == (None, {})
    assert (there.tags, there.notices) == (OLD.tags[1:], (Notice("main", "phone_moved", LATER),))


def test_a_phone_that_moves_before_its_result_is_said_leaves_nothing_to_say() -> None:
    waits = PendingResult("main", "phone_binding", "bound#1", LATER, pushes=(PUSHED,))
    other = replace(waits, flow="quiz")
    _, there = moved(NEW, replace(OLD, results=(waits, other)), ("main",), LATER)
    assert there.results == (replace(waits, result=WITHDRAWN), other)


def test_a_no_of_staff_comes_along_as_theirs() -> None:
    staffed = replace(OLD, marketing_here=False, marketing=False, staff_stop=StaffStop(None, shop=True))
    own = replace(NEW, marketing_here=False, marketing=False)
    assert moved(NEW, staffed, ("main",), LATER)[0].staff_stop == StaffStop(None, shop=True)
    assert moved(own, staffed, ("main",), LATER)[0].staff_stop is None
    mine = replace(own, staff_stop=StaffStop())
    assert moved(mine, OLD, ("main",), LATER)[0].staff_stop == StaffStop()
    assert moved(mine, replace(OLD, marketing_here=False), ("main",), LATER)[0].staff_stop is None


def test_s33_a_no_to_marketing_comes_along() -> None:
    """It is the same person. Undone it stays with both: nobody can tell whose it was."""
    stopped = replace(OLD, marketing_here=False, marketing=False)
    here, there = moved(NEW, stopped, ("main",), LATER)
    assert (here.marketing_here, here.marketing) == (False, False)
    for one in moved_back(here, there, stopped):
        assert (one.marketing_here, one.marketing) == (False, False)
    here, _ = moved(replace(NEW, marketing_here=False, marketing=False), OLD, ("main",), LATER)
    assert here.marketing is False
    here, _ = moved(NEW, replace(OLD, marketing_here=True, marketing=True), ("main",), LATER)
    assert (here.marketing_here, here.marketing) == (None, None), "a yes was said by the other account"


def test_a_move_undone_gives_all_of_it_back() -> None:
    here, there = moved_back(*moved(NEW, OLD, ("main",), LATER), OLD)
    assert (here.phone, here.bindings, here.tags) == (None, {}, ())
    assert replace(there, tags=OLD.tags) == OLD
    assert {tag.name for tag in there.tags} == {"會員", "VIP"}


def test_two_with_one_phone_are_one_person_unless_both_have_an_account_on_the_channel() -> None:
    mine = replace(AMY, phone=PHONE, bindings={"phone": Binding(LATER)})
    assert one_phone(mine, OUTLET, PHONE, LATER) == Two("merged", merged(mine, OUTLET), None)
    assert one_phone(NEW, OLD, PHONE, LATER) == Two("phone_moved", *moved(NEW, OLD, ("main",), LATER))
    assert one_phone(AMY, OUTLET, PHONE, LATER) is None, "it was unbound meanwhile"
    assert one_phone(mine, replace(OUTLET, bindings={}), PHONE, LATER) is None
    assert one_phone(mine, OUTLET, None, LATER) is None
