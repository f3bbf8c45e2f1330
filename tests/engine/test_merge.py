"""Two contacts become one: nothing that either knew is lost (language, 8.3). B3"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.engine.merge import merged
from bot.model.contact import Binding, Clerk, Contact, Identity, Instance, Known, Tag, Timer

EARLY = datetime(2026, 1, 1, tzinfo=UTC)
LATE = EARLY + timedelta(days=30)


def instance(flow: str, entered: datetime, visit: int) -> Instance:
    return Instance(flow, "main", "等", visit, entered, entered)


OURS = Contact(
    "outlet:U2",
    identities=(Identity("outlet", "U2", True, LATE),),
    tags=(Tag("甲", LATE, "x", LATE, again=1, last=LATE), Tag("乙", LATE, "x")),
    attributes={"n.points": Known(5, LATE), "t.skin": Known("乾性", EARLY)},
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
    attributes={"n.points": Known(3, EARLY), "t.skin": Known("油性", LATE), "t.b": Known("b", EARLY)},
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


def test_first_is_kept_for_life_and_the_older_seed_stays() -> None:
    assert BOTH.bound_before == EARLY
    assert BOTH.seed == 3
    assert BOTH.used == {"a": LATE, "b": LATE}
    assert BOTH.last_order == LATE


def test_a_no_to_marketing_on_either_side_stays() -> None:
    assert BOTH.marketing is False
    assert BOTH.marketing_here is False


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
