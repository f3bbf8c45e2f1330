"""One turn: what an event does to a contact, as data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.engine.decide import decide
from bot.engine.playbook import OnFollow, OnText, Playbook, PushWith, ReplyWith, Step
from bot.engine.template import Placeholder
from bot.model.contact import Contact, Tag, Timer
from bot.model.decision import Action, Decision, LeaveChat, Push, Reply, World
from bot.model.event import (
    Event,
    Follow,
    Join,
    Profile,
    ReplyToken,
    Source,
    TextMessage,
    TimerDue,
    Unfollow,
    What,
)
from tests.playbooks import OFFER, SMALLEST, card, place, playbook, push, reply, rule, tags

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ANNA = Contact("main:U1")


def happens(what: What, *, kind: str = "user", token: bool = True, **more: Any) -> Event:
    event = Event("main:E1", "main", Source(kind, "U1"), NOW, what)
    event = replace(event, token=ReplyToken("secret", NOW) if token else None)
    return replace(event, **more)


def said(text: str = "go", **more: Any) -> Event:
    return happens(TextMessage(text), **more)


def taken(book: Playbook, event: Event, contact: Contact = ANNA, now: datetime = NOW) -> Decision:
    return decide(book, contact, event, now, World())


def go(*steps: Step) -> Playbook:
    return playbook(rule(OnText(("go",)), *steps))


def texts(action: Action) -> list[str]:
    assert isinstance(action, Reply | Push)
    return [message["text"] for message in action.messages]


def said_by(decision: Decision) -> list[tuple[str, list[str]]]:
    return [(type(action).__name__, texts(action)) for action in decision.actions]


def results(decision: Decision) -> list[tuple[str, str]]:
    return [(step.what, step.result) for step in decision.trace]


# -- the rule that hears


def test_the_first_rule_of_the_file_answers_alone() -> None:
    """F1."""
    book = playbook(rule(OnText(("hi",)), reply("first")), rule(OnText(("hi",)), reply("second")))
    decision = taken(book, said("hi"))
    assert said_by(decision) == [("Reply", ["first"])]
    assert results(decision) == [("rule", "matched"), ("reply", "1 message(s)")]


def test_a_text_that_no_rule_hears_changes_only_when_one_was_seen() -> None:
    decision = taken(SMALLEST, said("嗯"))
    assert decision.actions == ()
    assert results(decision) == [("rules", "no-match")]
    assert decision.contact.identity("main").seen == NOW


def test_follow_is_heard_by_first_or_again() -> None:
    """F4: a welcome for the new, another for who comes back."""
    book = playbook(rule(OnFollow("first"), reply("new")), rule(OnFollow("again"), reply("back")))
    assert said_by(taken(book, happens(Follow(again=False)))) == [("Reply", ["new"])]
    assert said_by(taken(book, happens(Follow(again=True)))) == [("Reply", ["back"])]


def test_a_rule_for_any_follow_hears_both() -> None:
    for again in (False, True):
        assert said_by(taken(SMALLEST, happens(Follow(again)))) == [("Reply", ["歡迎 朋友！"])]


def test_an_unfollow_says_nothing() -> None:
    assert taken(SMALLEST, happens(Unfollow(), token=False)).actions == ()


# -- names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (None, "朋友"),
        ("", "朋友"),
        ("小美", "小美"),
        ("{{ bot.name }}", "{{ bot.name }}"),
        ("{{ contact.name }}", "{{ contact.name }}"),
        ("%s {0} ${HOME} \\1", "%s {0} ${HOME} \\1"),
        ("<b>\u202eabc\x00", "<b>\u202eabc\x00"),
        ("👩‍👩‍👧🇹🇼", "👩‍👩‍👧🇹🇼"),
    ],
)
def test_a_name_is_put_in_once(name: str | None, shown: str) -> None:
    """F4; a name is never evaluated."""
    decision = taken(SMALLEST, happens(Follow(again=False)), replace(ANNA, name=name))
    assert said_by(decision) == [("Reply", [f"歡迎 {shown}！"])]


def test_the_profile_of_the_event_itself_is_used_at_once() -> None:
    event = happens(Follow(again=False), profile=Profile("小美", "zh-TW", "https://pic.example/1"))
    decision = taken(SMALLEST, event, replace(ANNA, name="old"))
    assert said_by(decision) == [("Reply", ["歡迎 小美！"])]
    assert (decision.contact.language, decision.contact.picture) == ("zh-TW", "https://pic.example/1")


# -- messages


def test_five_messages_go_in_one_reply_in_order() -> None:
    """F8."""
    decision = taken(go(reply("1", "2"), reply("3", "4", "5")), said())
    assert said_by(decision) == [("Reply", ["1", "2", "3", "4", "5"])]


def test_the_sixth_message_is_lost_and_says_so() -> None:
    decision = taken(go(reply("1", "2", "3"), reply("4", "5", "6", "7")), said())
    assert said_by(decision) == [("Reply", ["1", "2", "3", "4", "5"])]
    assert ("reply", "lost") in results(decision)
    assert decision.trace[-1].because == "2 over 5 messages"


def test_pushes_ride_in_the_reply() -> None:
    """F8: what would cost goes free where a reply goes anyway."""
    assert said_by(taken(go(push("p"), reply("r"), push("q")), said())) == [("Reply", ["r", "p", "q"])]


def test_pushes_alone_use_the_token_too() -> None:
    assert said_by(taken(go(push("p")), said())) == [("Reply", ["p"])]


def test_pushes_that_find_no_room_are_pushed() -> None:
    decision = taken(go(reply("1", "2", "3", "4"), push("5", "6"), push(*"789abc")), said())
    assert said_by(decision) == [
        ("Reply", ["1", "2", "3", "4", "5"]),
        ("Push", ["6", "7", "8", "9", "a"]),
        ("Push", ["b", "c"]),
    ]


def test_without_a_token_pushes_are_pushed_and_replies_lost() -> None:
    decision = taken(go(reply("r"), push("p")), said(token=False))
    assert said_by(decision) == [("Push", ["p"])]
    assert ("reply", "lost") in results(decision)


def test_nothing_to_say_uses_no_token() -> None:
    assert taken(go(tags("VIP")), said()).actions == ()


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("好" * 4_998, True),
        ("好" * 4_999, False),
        ("😀" * 2_499, True),
        ("😀" * 2_500, False),
    ],
)
def test_a_filled_text_over_5000_units_is_not_sent(name: str, sent: bool) -> None:
    """LINE counts UTF-16 code units; the other messages still go."""
    long = ReplyWith(place("long"), (card("嗨", Placeholder("contact.name"), "！"),))
    decision = taken(go(long, reply("rest")), said(), replace(ANNA, name=name))
    assert said_by(decision) == [("Reply", [f"嗨{name}！", "rest"] if sent else ["rest"])]
    assert (("message", "not-sent") in results(decision)) is not sent


@pytest.mark.parametrize("name", [" ", "\u3000\n", "\t"])
def test_a_filled_text_that_is_blank_is_not_sent(name: str) -> None:
    only_name = (card(Placeholder("contact.name")),)
    for step in (ReplyWith(place("reply"), only_name), PushWith(place("push"), only_name)):
        decision = taken(go(step), said(), replace(ANNA, name=name))
        assert decision.actions == ()
        assert ("message", "not-sent") in results(decision)


# -- tags


def test_tags_are_put_on_with_moment_and_reason() -> None:
    decision = taken(go(tags("VIP", "看過優惠", "VIP")), said())
    assert decision.contact.tags == (Tag("VIP", NOW, "add_tags"), Tag("看過優惠", NOW, "add_tags"))


def test_adding_again_is_no_change() -> None:
    once = taken(go(tags("VIP")), said()).contact
    again = taken(go(tags("VIP")), said(), once, NOW + timedelta(days=1))
    assert again.contact.tags is once.tags
    assert ("add_tags", "had them already") in results(again)


def test_an_expired_tag_is_put_on_anew() -> None:
    expired = Tag("VIP", NOW - timedelta(days=2), "rules[9]", NOW)
    lasting = Tag("other", NOW, "rules[9]", NOW + timedelta(seconds=1))
    decision = taken(go(tags("VIP", "other")), said(), replace(ANNA, tags=(expired, lasting)))
    assert decision.contact.tags == (lasting, Tag("VIP", NOW, "add_tags"))


def test_the_smallest_playbooks_offer() -> None:
    decision = taken(SMALLEST, said("有優惠嗎"))
    assert said_by(decision) == [("Reply", ["本週全館 85 折"])]
    assert decision.contact.has_tag("看過優惠", NOW)
    assert decision.trace[0].place == OFFER.place
    assert decision.trace[0].because == "有優惠嗎"


# -- groups, standby, timers


@pytest.mark.parametrize("kind", ["group", "room"])
def test_a_group_is_left_at_once(kind: str) -> None:
    decision = taken(SMALLEST, happens(Join(), kind=kind))
    assert decision.actions == (LeaveChat(kind),)
    assert results(decision) == [(kind, "leaves")]


@pytest.mark.parametrize("kind", ["group", "room"])
def test_a_silent_bot_stays_and_says_nothing(kind: str) -> None:
    book = replace(SMALLEST, groups={"main": "silent"})
    for what in (Join(), TextMessage("優惠"), Follow(again=False)):
        assert taken(book, happens(what, kind=kind)).actions == ()


@pytest.mark.parametrize("kind", ["group", "room"])
def test_rules_do_not_hear_groups(kind: str) -> None:
    decision = taken(SMALLEST, happens(TextMessage("優惠"), kind=kind))
    assert (decision.actions, decision.contact.tags) == ((), ())
    assert results(decision) == [(kind, "silent")]


def test_in_standby_the_bot_is_silent_but_notes_what_it_saw() -> None:
    decision = taken(SMALLEST, happens(TextMessage("優惠"), token=False, standby=True))
    assert (decision.actions, decision.contact.tags) == ((), ())
    assert results(decision) == [("standby", "silent")]
    assert decision.contact.identity("main").seen == NOW


def test_a_timer_that_no_flow_knows_is_stale_and_goes() -> None:
    """Semantics 20."""
    stale, kept = Timer("quiz", "main", 1, "after 10m", NOW), Timer("quiz", "main", 2, "after 10m", NOW)
    event = happens(TimerDue(stale), token=False)
    decision = taken(SMALLEST, event, replace(ANNA, timers=(kept, stale)))
    assert decision.contact.timers == (kept,)
    assert decision.actions == ()
    assert results(decision) == [("timer after 10m", "stale-timer")]


# -- time


@pytest.mark.parametrize("back", [0, 1, 3600, 10**8])
def test_now_is_never_before_the_last_turn(back: int) -> None:
    """Semantics 1: a clock set back never goes back for a person."""
    decision = taken(go(tags("VIP")), said(), replace(ANNA, turned=NOW), NOW - timedelta(seconds=back))
    assert decision.contact.turned == NOW
    assert decision.contact.tags[0].at == NOW


def test_a_turn_is_taken_at_the_clocks_time() -> None:
    later = NOW + timedelta(minutes=5)
    assert taken(SMALLEST, said(), replace(ANNA, turned=NOW), later).contact.turned == later
