"""Two contacts become one: nothing that either knew is lost (language, 8.3). B3"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.members.identity import OfShop
from bot.engine.members.merge import merged, parted
from bot.model.contact import AttributeValue, Binding, Clerk, Contact, Identity, StaffStop, Tag
from bot.model.instance import Instance, Timer

EARLY = datetime(2026, 1, 1, tzinfo=UTC)
LATE = EARLY + timedelta(days=30)


def instance(flow: str, entered: datetime, visit: int) -> Instance:
    return Instance(flow, "main", "等", visit, entered, entered)


OURS = Contact(
    "outlet:U2",
    identities=(Identity("outlet", "U2", True, LATE),),
    tags=(Tag("甲", LATE, "x", LATE, again=1, last=LATE), Tag("乙", LATE, "x")),
    attributes={"n.points": AttributeValue(5, LATE), "t.skin": AttributeValue("乾性", EARLY)},
    timers=(Timer("f", "main", 9, "1d", LATE), Timer("", "outlet", 0, "staff", LATE)),
    seed=7,
    bindings={"phone": Binding(LATE)},
    bound_before=LATE,
    marketing_here=True,
    marketing=True,
    last_order=EARLY,
    flows=(instance("f", LATE, 9), instance("g", EARLY, 1)),
    used={"a": EARLY, "b": LATE},
    audiences=("outlet:x",),
    pushes=(LATE,),
)
THEIRS = Contact(
    "main:U1",
    name="小美",
    identities=(Identity("main", "U1", True, EARLY),),
    tags=(Tag("甲", EARLY, "y", again=3), Tag("丙", EARLY, "y", again=1, last=LATE)),
    attributes={
        "n.points": AttributeValue(3, EARLY),
        "t.skin": AttributeValue("油性", LATE),
        "t.b": AttributeValue("b", EARLY),
    },
    timers=(Timer("f", "main", 2, "1d", LATE),),
    seed=3,
    phone="+886912345678",
    bindings={"phone": Binding(EARLY), "shop": Binding(EARLY)},
    bound_before=EARLY,
    clerk=Clerk("C", "小安", "xinyi", EARLY),
    marketing_here=False,
    marketing=False,
    last_order=LATE,
    flows=(instance("f", EARLY, 2),),
    used={"a": LATE},
    audiences=("main:x",),
    pushes=(EARLY,),
)
BOTH = merged(OURS, THEIRS)


def test_identities_and_what_only_one_of_them_knew() -> None:
    assert [i.channel for i in BOTH.identities] == ["outlet", "main"]
    assert (BOTH.id, BOTH.name, BOTH.phone, BOTH.clerk) == ("outlet:U2", "小美", THEIRS.phone, THEIRS.clerk)
    assert set(BOTH.bindings) == {"phone", "shop"}
    assert BOTH.audiences == ("outlet:x", "main:x")
    assert BOTH.pushes == (EARLY, LATE)


def test_the_value_set_later_wins() -> None:
    assert {slot: known.value for slot, known in BOTH.attributes.items()} == {
        "n.points": 5,
        "t.skin": "油性",
        "t.b": "b",
    }


def test_a_tag_of_both_stays_as_long_as_the_longer_one_and_is_counted_together() -> None:
    assert set(BOTH.tags) == {
        Tag("甲", EARLY, "y", None, again=5, last=LATE),
        Tag("乙", LATE, "x"),
        Tag("丙", EARLY, "y", again=1, last=LATE),
    }


def test_of_two_instances_the_later_entered_stays_with_its_timers() -> None:
    assert [(i.flow, i.visit) for i in BOTH.flows] == [("g", 1), ("f", 9)]
    assert {(timer.flow, timer.visit) for timer in BOTH.timers} == {("f", 9), ("", 0)}


def test_a_tag_that_one_run_has_put_on_both_was_put_on_once() -> None:
    """So that undoing the run takes it off again (J2)."""
    by = "many:3f2a9c01b7de:console:mei"
    ours, theirs = (replace(one, tags=(Tag("甲", one.tags[0].at, by),)) for one in (OURS, THEIRS))
    [tag] = merged(ours, theirs).tags
    assert (tag.by, tag.again) == (by, 0)


def test_first_is_kept_for_life_and_the_older_seed_stays() -> None:
    assert BOTH.bound_before == EARLY
    assert BOTH.seed == 3
    assert BOTH.used == {"a": LATE, "b": LATE}
    assert BOTH.last_order == LATE


def test_a_no_to_marketing_on_either_side_stays() -> None:
    assert BOTH.marketing is False
    assert BOTH.marketing_here is False


STAFFED = Contact(
    "main:U8", marketing_here=False, marketing=False, staff_stop=StaffStop(here=True, shop=True)
)


@pytest.mark.parametrize(
    ("other", "stop"),
    [
        (Contact("b:U1"), StaffStop(True, shop=True)),
        (Contact("b:U1", marketing_shop=False, marketing=False), StaffStop(True)),
        (replace(STAFFED, id="b:U1", staff_stop=StaffStop()), StaffStop(True)),
        (Contact("b:U1", marketing_here=False, marketing=False), None),
    ],
)
def test_a_no_of_staff_is_theirs_still_where_no_own_one_is_there(
    other: Contact, stop: StaffStop | None
) -> None:
    for one in (merged(STAFFED, other), merged(replace(other, id="main:U8"), replace(STAFFED, id="b:U1"))):
        assert (one.marketing_here, one.marketing, one.staff_stop) == (False, False, stop)


def test_neither_of_them_is_changed() -> None:
    assert OURS.phone is None
    assert len(THEIRS.tags) == 2


def test_a_journey_that_a_date_starts_is_not_lost_in_a_merge() -> None:
    mine = Contact("main:U1", timers=(Timer("birthday", "main", 0, "start 0", LATE),), version="v1")
    theirs = Contact("second:U1", timers=(Timer("birthday", "second", 0, "start 0", LATE),), version="v1")
    one = merged(mine, theirs)
    assert one.timers == mine.timers
    assert merged(Contact("main:U1"), theirs).timers == theirs.timers
    assert one.version == ""  # the next turn sets it anew, by the attributes as they are then


def test_two_whom_nobody_has_seen_are_merged() -> None:
    identity = Identity("second", "U1", friend=True, since=LATE)
    one = merged(
        Contact("main:U1", seed=1), Contact("second:U1", identities=(identity,), seed=2, turned=LATE)
    )
    assert (one.seed, one.turned) == (2, LATE)


def test_the_tags_of_either_binding_go_with_the_one_that_stays() -> None:
    mine = Contact("outlet:U2", bindings={"phone": Binding(LATE, ("甲",), flow="bind")})
    theirs = Contact("main:U1", bindings={"phone": Binding(EARLY, ("已綁定", "甲"), flow="bind")})
    assert merged(mine, theirs).bindings == {"phone": Binding(LATE, ("甲", "已綁定"), flow="bind")}


GIVEN = OfShop(frozenset({"t.tier", "n.points"}))
KEPT = Contact(
    "main:U1",
    member_no="M1",
    member_shop="f",
    attributes={"n.points": AttributeValue(5, EARLY)},
    tags=(Tag("批發", EARLY, "shop"),),
    bindings={"phone": Binding(EARLY)},
)
ANOTHER = Contact(
    "outlet:U2",
    member_no="M2",
    member_shop="f",
    attributes={
        "n.points": AttributeValue(9, LATE),
        "t.tier": AttributeValue("金卡", LATE),
        "t.skin": AttributeValue("油性", LATE),
    },
    tags=(Tag("員購", LATE, "shop"), Tag("VIP", LATE, "command:amy")),
    bindings={"shop": Binding(LATE)},
    marketing_shop=True,
    marketing=True,
    last_order=LATE,
)


def test_s33_of_two_members_only_what_is_said_of_the_kept_one_stays() -> None:
    """J2, R1: staff make one of two who have a number each; nobody is shown a mix of two records."""
    one = merged(KEPT, ANOTHER, GIVEN)
    assert (one.member_no, one.member_shop, one.last_order) == ("M1", "f", None)
    assert {slot: known.value for slot, known in one.attributes.items()} == {"n.points": 5, "t.skin": "油性"}
    assert [tag.name for tag in one.tags] == ["批發", "VIP"]
    assert [*one.bindings] == ["phone"], "the login of the other one's record"
    assert (one.marketing_shop, one.marketing) == (None, None)
    other_way = merged(ANOTHER, KEPT, GIVEN)
    assert (other_way.member_no, {*other_way.bindings}) == ("M2", {"shop", "phone"})
    assert other_way.attributes == ANOTHER.attributes


@pytest.mark.parametrize("shop", ["f", "g", None])
def test_a_number_of_two_shops_is_two_members(shop: str | None) -> None:
    """One of a time when its shop was not kept is the same, as whoever names the two has looked."""
    one = merged(KEPT, replace(ANOTHER, member_no="M1", member_shop=shop), GIVEN)
    assert one.attributes["n.points"].value == (5 if shop == "g" else 9)
    one = merged(KEPT, replace(ANOTHER, member_no=None, member_shop=None), GIVEN)
    assert one.member_no == "M1"


@pytest.mark.parametrize(
    ("kept", "other", "whose"),
    [
        ((None, "list"), (None, None), "list"),
        ((None, None), (None, "list"), "list"),
        ((None, "mine"), (None, "list"), "mine"),
        ((None, "list"), ("M1", "f"), "f"),
        ((None, "list"), ("M1", None), None),
        (("M1", "f"), (None, "list"), "f"),
        (("M1", None), (None, "list"), None),
        (("M1", None), ("M1", "f"), "f"),
    ],
)
def test_on_whose_list_somebody_is_stays_known(
    kept: tuple[str | None, str | None], other: tuple[str | None, str | None], whose: str | None
) -> None:
    """C12: a list without numbers is told by its name alone; a number has its own shop, and no other."""
    one, two = Contact("main:U1", member_no=kept[0], member_shop=kept[1]), Contact("M:1")
    two = replace(two, member_no=other[0], member_shop=other[1])
    both = merged(one, two)
    assert (both.member_no, both.member_shop) == (kept[0] or other[0], whose)
    back, gone = parted(both, one, two)
    assert [(c.member_no, c.member_shop) for c in (back, gone)] == [kept, other]


def test_s33_a_no_that_the_shop_has_told_of_either_member_stays() -> None:
    """J2: who has said *no* to the shop, under whichever number, is sent nothing until it says otherwise."""
    said_no = replace(ANOTHER, marketing_shop=False, marketing=False)
    for kept, gone in ((KEPT, said_no), (said_no, KEPT)):
        one = merged(kept, gone, GIVEN)
        assert (one.marketing_shop, one.marketing) == (False, False)
    allowed = replace(KEPT, marketing_shop=True, marketing=True)
    assert merged(allowed, said_no, GIVEN).marketing is False
    by_here = replace(said_no, marketing_here=True, marketing=True)
    assert merged(allowed, by_here, OfShop(consent_from="here")).marketing is True


def test_places_of_rules_are_never_more_after_a_merge_and_its_undoing() -> None:
    """`first`: one that was taken while they were one stays with who was kept, and is nobody's twice."""
    here, there = (
        Contact("main:U1", identities=(Identity("main", "U1"),)),
        Contact("b:U2", identities=(Identity("b", "U2"),)),
    )
    place, other_place = {"{first} 搶購": EARLY}, {"{first} 搶購": LATE}
    both = merged(replace(here, used=place), replace(there, used=other_place))
    assert list(both.used) == ["{first} 搶購"]
    back = parted(both, replace(here, used=place), replace(there, used=other_place))
    assert [one.used for one in back] == [place, other_place]
    both = merged(here, there)
    back = parted(replace(both, used=place), here, there)
    assert [one.used for one in back] == [place, {}]


def test_s33_of_one_member_known_twice_the_shops_last_word_stands_whenever_it_was_noted() -> None:
    """C6: somebody bound by what was looked up before the shop told anew of who had no LINE yet."""
    first = replace(
        KEPT,
        attributes={"n.points": AttributeValue(5, LATE), "t.skin": AttributeValue("乾性", EARLY)},
        tags=(Tag("批發", LATE, "shop"), Tag("VIP", EARLY, "command:amy")),
        marketing_shop=False,
        marketing=False,
        shop_read=EARLY,
    )
    then = replace(
        ANOTHER,
        id="M:1",
        member_no=first.member_no,
        attributes={"n.points": AttributeValue(9, EARLY)},
        tags=(Tag("員購", EARLY, "shop"),),
        bindings={},
        shop_read=LATE,
    )
    one = merged(first, then, GIVEN)
    assert {slot: known.value for slot, known in one.attributes.items()} == {"n.points": 9, "t.skin": "乾性"}
    assert {tag.name for tag in one.tags} == {"員購", "VIP"}
    assert (one.marketing_shop, one.marketing, one.shop_read) == (True, True, LATE)
    assert parted(one, first, then, GIVEN)[0] == replace(first, version="")
    older = merged(first, replace(then, shop_read=EARLY - timedelta(1)), GIVEN)
    assert older.attributes["n.points"].value == 5
    assert (older.marketing_shop, older.shop_read) == (False, EARLY)
