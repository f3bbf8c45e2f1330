"""What an event itself says about a contact, before anything is heard (semantics 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.engine.compiled.card import Tap
from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import due_timer
from bot.engine.facts import set_facts
from bot.engine.turn.turn import Turn
from bot.model.contact import AttributeValue, Binding, Clerk, Contact, Identity, Tag
from bot.model.decision import DecisionInputs
from bot.model.event import (
    Event,
    Facts,
    Follow,
    Join,
    News,
    Origin,
    Other,
    OtherMessage,
    Outcome,
    PageAnswer,
    PageOpened,
    Postback,
    Profile,
    Source,
    TextMessage,
    TimerDue,
    Unfollow,
    What,
)
from bot.model.instance import Instance, ReservedMember, Timer
from bot.model.staff_order import StaffActs
from tests.playbooks import SMALLEST, place

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TURN = NOW + timedelta(hours=1)
SOONER, LATER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
USER = Source("user", "U1")
TALK = (TextMessage("x"), OtherMessage("image", {}), Postback("d", {}))
SAID_BY_US = (
    TimerDue(Timer("", "main", 0, "x", NOW)),
    News("shop", "order_paid"),
    Outcome("hook", "ok", None),
    StaffActs(takes_over=True),
    PageOpened("member_card"),
    PageAnswer("quiz", "x"),
)
"""What LINE does not report of a person."""


def told(
    contact: Contact,
    what: What,
    at: datetime = NOW,
    source: Source = USER,
    book: Playbook = SMALLEST,
    **more: Any,
) -> Turn:
    """A turn in which the facts are set, and nothing has been heard yet."""
    turn = Turn(book, contact, Event("e", "main", source, at, what, **more), TURN, DecisionInputs())
    set_facts(turn)
    return turn


def after(contact: Contact, what: What, at: datetime = NOW, source: Source = USER, **more: Any) -> Contact:
    return told(contact, what, at, source, **more).contact


def met(contact: Contact, what: What, at: datetime = NOW) -> Identity:
    """How the person stands on the channel, without what conversations are about."""
    return replace(after(contact, what, at).identity("main"), talked=None, conversation=None)


def anna(**more: Any) -> Contact:
    return Contact("main:U1", identities=(Identity("main", "U1", **more),))


def news(turn: Turn) -> list[tuple[str, str]]:
    return [(heard.kind, heard.subject) for heard in turn.queue]


# -- how a person stands on a channel


def test_a_stranger_gets_an_identity() -> None:
    assert met(Contact("main:U1"), TextMessage("hi")) == Identity("main", "U1", seen=NOW)


def test_the_identity_of_another_channel_stays() -> None:
    other = Identity("second", "U9", friend=True, since=SOONER, seen=SOONER)
    contact = after(Contact("main:U1", identities=(other,)), Follow(again=False))
    assert contact.identities == (other, Identity("main", "U1", friend=True, since=NOW, seen=NOW))


def test_what_was_asked_for_an_account_that_has_left_this_contact_brings_it_not_back() -> None:
    """A merge was undone while the world was asked."""
    other = Identity("second", "U9")
    late = Outcome("code", "sent", Origin("quiz", "main", 1))
    assert after(Contact("second:U9", identities=(other,)), late).identities == (other,)


@pytest.mark.parametrize("again", [False, True])
def test_a_follow_makes_a_friend_since_now(again: bool) -> None:
    for before in (None, False, True):
        stands = met(anna(friend=before, since=SOONER), Follow(again))
        assert stands == Identity("main", "U1", friend=True, since=NOW, seen=NOW)


def test_an_unfollow_ends_the_friendship_and_keeps_since_when_it_was() -> None:
    stands = met(anna(friend=True, since=SOONER), Unfollow())
    assert stands == Identity("main", "U1", friend=False, since=SOONER, seen=NOW)


@pytest.mark.parametrize("what", TALK)
def test_who_writes_has_not_blocked_us(what: What) -> None:
    assert met(anna(friend=False), what).friend is True


def test_what_is_not_known_is_not_guessed() -> None:
    assert met(anna(friend=None), TextMessage("x")).friend is None
    assert met(anna(friend=False), Other("unsend", {})).friend is False


def test_seen_never_goes_back() -> None:
    assert met(anna(seen=LATER), TextMessage("x")).seen == LATER
    assert met(anna(seen=SOONER), TextMessage("x")).seen == NOW


@pytest.mark.parametrize("what", SAID_BY_US)
def test_what_line_does_not_report_is_nothing_that_the_person_did(what: What) -> None:
    contact = anna(seen=SOONER, friend=False)
    assert after(contact, what).identities == contact.identities


@pytest.mark.parametrize("kind", ["group", "room"])
def test_a_group_has_an_address_and_no_friendship(kind: str) -> None:
    contact = after(Contact("main:C1"), Join(), source=Source(kind, "C1", "U1"))
    assert (contact.identities, contact.kind) == ((Identity("main", "C1"),), kind)


def test_an_event_of_the_channel_itself_is_nobodys() -> None:
    contact = Contact("main:-")
    assert after(contact, Other("botSuspended", {}), source=Source("none", "-")) == contact


def test_a_profile_replaces_what_was_known() -> None:
    known = replace(anna(seen=NOW), name="old", language="ja", picture="https://pic.example/0")
    contact = after(known, TextMessage("x"), profile=Profile("小美"))
    assert (contact.name, contact.language, contact.picture) == ("小美", None, None)


def test_the_contact_that_was_given_stays_as_it_was() -> None:
    contact = anna(friend=False)
    after(contact, TextMessage("x"), profile=Profile("小美"))
    assert contact == anna(friend=False)


# -- conversations (4.1)


@pytest.mark.parametrize("what", TALK)
def test_a_message_begins_a_conversation_and_the_next_goes_on_with_it(what: What) -> None:
    first = after(anna(), what)
    assert first.identity("main").conversation == TURN
    began = replace(first.identity("main"), conversation=SOONER)
    assert after(replace(first, identities=(began,)), what).identity("main").conversation == SOONER


def test_a_conversation_ends_a_day_after_the_last_message() -> None:
    """`conversation_ends_after` is 24h."""
    a_day = timedelta(days=1)
    for silence, goes_on in ((a_day - timedelta(seconds=1), True), (a_day, False)):
        contact = anna(talked=TURN - silence, conversation=SOONER)
        began = after(contact, TextMessage("x")).identity("main").conversation
        assert began == (SOONER if goes_on else TURN)


@pytest.mark.parametrize("what", [Follow(again=True), Unfollow(), *SAID_BY_US])
def test_what_is_no_message_begins_none(what: What) -> None:
    assert after(anna(), what).identity("main").conversation is None


# -- rich menus


SWITCH = Tap(place("tap"), "主選單/一/甲", "甲", {"type": "richmenuswitch", "tab": "二"})


@pytest.mark.parametrize(
    ("status", "tab"), [("SUCCESS", "二"), ("RICHMENU_ALIAS_ID_NOTFOUND", None), (None, None)]
)
def test_a_switch_of_menus_says_which_tab_is_shown(status: str | None, tab: str | None) -> None:
    """Semantics 25."""
    book = replace(SMALLEST, taps={SWITCH.key: SWITCH})
    tapped = Postback("~主選單/一/甲", {"status": status})
    assert after(anna(), tapped, book=book).identity("main").tab == tab


# -- timers and tags


def test_a_timer_that_fires_is_gone() -> None:
    timer = Timer("quiz", "main", 1, "after 10m", NOW)
    contact = replace(anna(seen=SOONER, friend=False), timers=(timer, replace(timer, visit=2)))
    assert after(contact, TimerDue(timer)) == replace(contact, timers=(replace(timer, visit=2),))


def test_s02_due_timers_come_in_the_order_due_flow_timer() -> None:
    """Semantics 2, and each is gone when it was decided."""
    rows = [
        Timer("b", "main", 1, "x", SOONER),
        Timer("a", "main", 1, "y", SOONER),
        Timer("a", "main", 1, "x", SOONER),
        Timer("z", "main", 1, "x", SOONER - timedelta(seconds=1)),
        Timer("a", "main", 1, "a", LATER),
    ]
    contact = replace(anna(), timers=tuple(rows))
    order = []
    while (due := due_timer(contact, NOW)) is not None:
        order.append((due.timer.flow, due.timer.timer))
        contact = after(contact, due)
    assert order == [("z", "x"), ("a", "x"), ("a", "y"), ("b", "x")]
    assert contact.timers == (rows[4],)


def test_a_timer_is_due_at_its_moment() -> None:
    timer = Timer("a", "main", 1, "x", NOW)
    contact = replace(anna(), timers=(timer,))
    assert due_timer(contact, NOW) == TimerDue(timer)
    assert due_timer(contact, NOW - timedelta(milliseconds=1)) is None


def test_a_tag_whose_time_is_over_is_taken_off_and_the_next_is_watched() -> None:
    over, lasting, for_ever = (
        Tag("甲", NOW, "x", TURN),
        Tag("乙", NOW, "x", TURN + timedelta(1)),
        Tag("丙", NOW, "x"),
    )
    turn = told(replace(anna(), tags=(over, lasting, for_ever)), TextMessage("x"))
    assert turn.contact.tags == (lasting, for_ever)
    assert news(turn) == [("tag_removed", "甲")]
    assert [timer.due for timer in turn.contact.timers] == [lasting.expires]


# -- the shop's data


def test_s03_what_the_shop_states_is_set_and_is_news() -> None:
    facts = Facts(
        {"n.points": 7, "t.tier": "金卡"},
        {"VIP": True, "舊": False},
        member_no="M7",
        shop_knows_line=True,
        marketing=True,
        last_order=NOW,
    )
    contact = replace(
        anna(), tags=(Tag("舊", SOONER, "x"),), attributes={"t.tier": AttributeValue("金卡", SOONER)}
    )
    turn = told(contact, News("shop", "member_updated", facts=facts), source=Source("none", ""))
    changed = turn.contact
    assert changed.attributes == {
        "n.points": AttributeValue(7, TURN),
        "t.tier": AttributeValue("金卡", SOONER),
    }
    assert changed.tags == (Tag("VIP", TURN, "shop"),)
    assert (changed.member_no, changed.marketing_shop, changed.last_order) == ("M7", True, NOW)
    assert changed.bindings["shop"].at == TURN
    assert news(turn) == [
        ("attribute_changed", "points"),
        ("tag_added", "VIP"),
        ("tag_removed", "舊"),
        ("marketing", "allowed"),
        ("bound", "shop"),
    ]


def test_s03_a_bulk_load_is_no_news() -> None:
    facts = Facts({"n.points": 7}, {"VIP": True}, marketing=False, shop_knows_line=True, silent=True)
    turn = told(anna(), News("shop", "member_updated", facts=facts))
    assert (turn.contact.attributes["n.points"].value, turn.contact.marketing) == (7, False)
    assert news(turn) == []


def test_the_same_again_is_no_news_and_an_older_order_is_not_the_last() -> None:
    facts = Facts({"n.points": 7}, {"VIP": True}, last_order=SOONER, shop_knows_line=True, marketing=True)
    once = replace(after(anna(), News("shop", "order_paid", facts=facts)), last_order=NOW)
    turn = told(once, News("shop", "order_paid", facts=facts))
    assert news(turn) == []
    assert turn.contact == once


# -- outcomes


QUIZ = Instance("quiz", "main", "問", 5, NOW, NOW)
FOUND = ReservedMember("+886912345678", "M7", bound_before=SOONER)


@pytest.mark.parametrize(("visit", "kept"), [(5, True), (4, False), (6, False)])
def test_an_outcome_is_kept_by_the_visit_that_asked(visit: int, kept: bool) -> None:
    outcome = Outcome(
        "member",
        "found",
        Origin("quiz", "main", visit),
        proven="+886912345678",
        found=FOUND,
        facts=Facts({"n.a": 1}),
    )
    contact = after(replace(anna(), flows=(QUIZ,)), outcome)
    assert contact.flows == ((replace(QUIZ, proven=outcome.proven, found=FOUND) if kept else QUIZ),)
    assert contact.bound_before == (SOONER if kept else None)
    assert contact.attributes["n.a"].value == 1  # facts hold, whoever waits (semantics 26)


def test_only_a_clerk_that_was_bound_is_the_persons() -> None:
    clerk = Clerk("CODE", "小安", "xinyi", NOW)
    for result, kept in (("bound", clerk), ("already", None), ("suspended", None)):
        turn = told(anna(), Outcome("clerk", result, None, clerk=clerk))
        assert turn.contact.clerk == kept
        assert news(turn) == ([("bound", "clerk")] if kept else [])


def test_in_standby_staff_have_the_conversation() -> None:
    """Semantics 29."""
    turn = told(anna(), TextMessage("x"), standby=True)
    assert turn.contact.identity("main").staff
    assert news(turn) == [("staff", "takes_over")]
    again = told(turn.contact, TextMessage("x"), standby=True)
    assert news(again) == []


def test_what_is_read_by_phone_says_nothing_of_who_was_unbound_since() -> None:
    """C12: as of a number that is another's, of a phone that is proven no more."""
    bound = Contact("main:U1", phone="+886912345678", bindings={"phone": Binding(NOW)}, member_shop="ours")
    facts = Facts({"n.points": 99}, shop="ours", phone="+886912345678")
    others = (
        replace(bound, phone=None, bindings={}),
        replace(bound, phone="+886922333444"),
        replace(bound, member_no="M7"),
        replace(bound, bindings={}),
    )
    for who, points in ((bound, 99), *((other, None) for other in others)):
        known = after(who, Outcome("member", "found", None, facts=facts)).attributes.get("n.points")
        assert (None if known is None else known.value) == points
