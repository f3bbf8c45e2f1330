"""What an event itself says about a contact (semantics 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.engine.decide import due_timer
from bot.engine.facts import with_facts
from bot.model.contact import Contact, Identity, Timer
from bot.model.event import (
    Event,
    Follow,
    Join,
    Other,
    OtherMessage,
    Postback,
    Profile,
    Source,
    TextMessage,
    TimerDue,
    Unfollow,
    What,
)

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TURN = NOW + timedelta(hours=1)
SOONER, LATER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)


def after(contact: Contact, what: What, at: datetime = NOW, source: Source | None = None) -> Contact:
    told = with_facts(contact, Event("e", "main", source or Source("user", "U1"), at, what), TURN)
    assert told.turned == TURN
    return replace(told, turned=None)


def anna(**more: Any) -> Contact:
    return Contact("main:U1", identities=(Identity("main", "U1", **more),))


def test_a_stranger_gets_an_identity() -> None:
    assert after(Contact("main:U1"), TextMessage("hi")).identities == (Identity("main", "U1", seen=NOW),)


def test_the_identity_of_another_channel_stays() -> None:
    other = Identity("second", "U9", friend=True, since=SOONER, seen=SOONER)
    contact = after(Contact("main:U1", identities=(other,)), Follow(again=False))
    assert contact.identities == (other, Identity("main", "U1", friend=True, since=NOW, seen=NOW))


@pytest.mark.parametrize("again", [False, True])
def test_a_follow_makes_a_friend_since_now(again: bool) -> None:
    for before in (None, False, True):
        contact = after(anna(friend=before, since=SOONER), Follow(again))
        assert contact.identities == (Identity("main", "U1", friend=True, since=NOW, seen=NOW),)


def test_an_unfollow_ends_the_friendship_and_keeps_since_when_it_was() -> None:
    contact = after(anna(friend=True, since=SOONER), Unfollow())
    assert contact.identities == (Identity("main", "U1", friend=False, since=SOONER, seen=NOW),)


@pytest.mark.parametrize("what", [TextMessage("x"), OtherMessage("image", {}), Postback("d", {})])
def test_who_writes_has_not_blocked_us(what: What) -> None:
    assert after(anna(friend=False), what).identity("main").friend is True


def test_what_is_not_known_is_not_guessed() -> None:
    assert after(anna(friend=None), TextMessage("x")).identity("main").friend is None
    assert after(anna(friend=False), Other("unsend", {})).identity("main").friend is False


def test_seen_never_goes_back() -> None:
    assert after(anna(seen=LATER), TextMessage("x")).identity("main").seen == LATER
    assert after(anna(seen=SOONER), TextMessage("x")).identity("main").seen == NOW


def test_a_timer_is_nothing_that_the_person_did() -> None:
    timer = Timer("quiz", "main", 1, "after 10m", NOW)
    contact = replace(anna(seen=SOONER, friend=False), timers=(timer, replace(timer, visit=2)))
    fired = after(contact, TimerDue(timer))
    assert fired == replace(contact, timers=(replace(timer, visit=2),))


@pytest.mark.parametrize("kind", ["group", "room"])
def test_a_group_has_an_address_and_no_friendship(kind: str) -> None:
    contact = after(Contact("main:C1"), Join(), source=Source(kind, "C1", "U1"))
    assert contact.identities == (Identity("main", "C1"),)


def test_an_event_of_the_channel_itself_is_nobodys() -> None:
    contact = Contact("main:-")
    assert after(contact, Other("botSuspended", {}), source=Source("none", "-")) == contact


def test_a_profile_replaces_what_was_known() -> None:
    event = Event("e", "main", Source("user", "U1"), NOW, TextMessage("x"), profile=Profile("小美"))
    known = replace(anna(seen=NOW), name="old", language="ja", picture="https://pic.example/0")
    told = with_facts(known, event, TURN)
    assert (told.name, told.language, told.picture) == ("小美", None, None)


def test_due_timers_come_in_the_order_due_flow_timer() -> None:
    """Semantics 2."""
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
