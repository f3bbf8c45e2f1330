"""One turn: what an event does to a contact, as data. The numbered rules of semantics have own tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide
from bot.engine.turn.turn import TOKEN_LIFE
from bot.model.contact import Contact, Tag
from bot.model.decision import (
    Action,
    BrokenMessage,
    Decision,
    DecisionInputs,
    LateReply,
    LeaveChat,
    Push,
    Reply,
)
from bot.model.event import (
    Event,
    Follow,
    Join,
    News,
    Other,
    OtherMessage,
    Postback,
    Profile,
    ReplyToken,
    Source,
    TextMessage,
    TimerDue,
    Unfollow,
    What,
)
from bot.model.instance import Timer
from bot.model.staff_order import StaffTags
from tests.playbooks import OFFER, SMALLEST, compiled

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ANNA = Contact("main:U1")
TOKEN = ReplyToken("secret", NOW)


def happens(what: What, *, kind: str = "user", **more: Any) -> Event:
    more.setdefault("token", TOKEN)
    return Event("main:E1", "main", Source(kind, "U1"), NOW, what, **more)


def said(text: str = "go", **more: Any) -> Event:
    return happens(TextMessage(text), **more)


def taken(book: Playbook, event: Event, contact: Contact = ANNA, now: datetime = NOW) -> Decision:
    return decide(book, contact, event, now, DecisionInputs())


def go(do: str, more: str = "") -> Playbook:
    """A playbook that does this when somebody says `go`."""
    return compiled(f"rules: [{{when: {{text: go}}, do: [{do}]}}]\n{more}")


def texts(action: Action) -> list[str]:
    assert isinstance(action, Reply | LateReply | Push)
    return [message["text"] for message in action.messages]


def said_by(decision: Decision) -> list[tuple[str, list[str]]]:
    return [(type(action).__name__, texts(action)) for action in decision.actions]


def results(decision: Decision) -> list[tuple[str, str]]:
    return [(step.what, step.result) for step in decision.trace]


# -- the smallest playbook


def test_the_offer_of_the_smallest_playbook() -> None:
    decision = taken(SMALLEST, said("有優惠嗎"))
    assert said_by(decision) == [("Reply", ["本週全館 85 折"])]
    assert decision.contact.has_tag("看過優惠", NOW)
    assert decision.trace[0].place == OFFER.place
    assert decision.trace[0].because == "有優惠嗎"


def test_a_text_that_no_rule_hears_changes_only_when_one_was_seen() -> None:
    decision = taken(SMALLEST, said("嗯"))
    assert decision.actions == ()
    assert results(decision) == [("rules", "no-match")]
    stands = decision.contact.identity("main")
    assert (stands.seen, stands.talked, stands.conversation) == (NOW, NOW, NOW)
    nothing_else = replace(decision.contact, identities=(), turned=None, version="")
    assert nothing_else == ANNA


def test_a_rule_for_any_follow_hears_both_kinds() -> None:
    for again in (False, True):
        assert said_by(taken(SMALLEST, happens(Follow(again)))) == [("Reply", ["歡迎 朋友！"])]


def test_follow_is_heard_by_first_or_again() -> None:
    """F4: a welcome for the new, another for who comes back."""
    book = compiled("rules: [{when: {follow: first}, reply: 新}, {when: {follow: again}, reply: 回來}]")
    assert said_by(taken(book, happens(Follow(again=False)))) == [("Reply", ["新"])]
    assert said_by(taken(book, happens(Follow(again=True)))) == [("Reply", ["回來"])]


@pytest.mark.parametrize(
    "what",
    [Unfollow(), OtherMessage("sticker", {}), Postback("x", {}), Other("beacon", {}), Other("new", {})],
)
def test_what_nobody_hears_says_nothing(what: What) -> None:
    assert taken(SMALLEST, happens(what)).actions == ()


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


def test_s03_the_profile_of_the_event_itself_is_used_at_once() -> None:
    event = happens(Follow(again=False), profile=Profile("小美", "zh-TW", "https://pic.example/1"))
    decision = taken(SMALLEST, event, replace(ANNA, name="old"))
    assert said_by(decision) == [("Reply", ["歡迎 小美！"])]
    assert (decision.contact.language, decision.contact.picture) == ("zh-TW", "https://pic.example/1")


# -- one reply (semantics 8)


def test_the_sixth_message_of_a_reply_is_lost_and_says_so() -> None:
    """`check` refuses this where it can see it; two rules that each say much cannot be seen."""
    book = compiled(
        "rules: [{when: {text_contains: g}, also: true, reply: ['1', '2', '3']}, "
        "{when: {text: go}, reply: ['4', '5', '6', '7']}]"
    )
    decision = taken(book, said())
    assert said_by(decision) == [("Reply", ["1", "2", "3", "4", "5"])]
    assert [step.because for step in decision.trace if step.result == "lost"] == ["2 over 5 messages"]


def test_pushes_alone_use_the_token_too() -> None:
    assert said_by(taken(go("{push: 看}"), said())) == [("Reply", ["看"])]


def test_s08_pushes_that_find_no_room_are_pushed_five_at_a_time() -> None:
    pushes = ", ".join(f"{{push: '{text}'}}" for text in "56789甲乙丙")
    decision = taken(go(f"{{reply: ['1', '2', '3', '4']}}, {pushes}"), said())
    assert said_by(decision) == [
        ("Reply", ["1", "2", "3", "4", "5"]),
        ("Push", ["6", "7", "8", "9", "甲"]),
        ("Push", ["乙", "丙"]),
    ]


def test_s08_without_a_token_pushes_are_pushed_and_replies_lost() -> None:
    decision = taken(go("{reply: 好}, {push: 看}"), said(token=None))
    assert said_by(decision) == [("Push", ["看"])]
    assert ("reply", "lost") in results(decision)


def test_s08_a_token_is_used_for_fifty_seconds() -> None:
    book, moment = go("{reply: 好}, {push: 看}"), timedelta(milliseconds=1)
    for age, kinds in (
        (timedelta(), ["Reply"]),
        (TOKEN_LIFE, ["Reply"]),
        (TOKEN_LIFE + moment, ["LateReply", "Push"]),
    ):
        decision = taken(book, said(), now=NOW + age)
        assert [type(action).__name__ for action in decision.actions] == kinds
        late = [step.because for step in decision.trace if step.result == "late"]
        assert late == ([] if kinds == ["Reply"] else ["its reply token is too old"])


def test_what_comes_too_late_is_set_aside_whole_and_nothing_of_it_is_a_push() -> None:
    """F8: what can be pushed is; the rest costs only where staff say so."""
    decision = taken(
        go("{reply: ['1', '2']}, {push: 看}, {reply: ['3']}"),
        said(),
        now=NOW + TOKEN_LIFE + timedelta(seconds=1),
    )
    assert said_by(decision) == [("LateReply", ["1", "2", "3"]), ("Push", ["看"])]


def test_nothing_to_say_uses_no_token() -> None:
    assert taken(go("{add_tags: VIP}"), said()).actions == ()


# -- what only data breaks (semantics 28)


@pytest.mark.parametrize(
    ("name", "sent"),
    [("好" * 4_998, True), ("好" * 4_999, False), ("😀" * 2_499, True), ("😀" * 2_500, False)],
)
def test_a_filled_text_over_5000_units_is_cut(name: str, sent: bool) -> None:
    """LINE counts UTF-16 code units; the value is cut, what the playbook says is not."""
    book = go("{reply: ['嗨{{ contact.name }}！', 其他]}")
    decision = taken(book, said(), replace(ANNA, name=name))
    [reply, *broken] = decision.actions
    assert isinstance(reply, Reply)
    first, second = (message["text"] for message in reply.messages)
    assert (first == f"嗨{name}！", second) == (sent, "其他")
    assert sent or (first.startswith("嗨") and first.endswith("…！"))
    assert (("message", "cut") in results(decision)) is not sent
    assert [isinstance(one, BrokenMessage) and not one.is_lost for one in broken] == [True] * (not sent)


@pytest.mark.parametrize("name", [" ", "\u3000\n", "\t"])
@pytest.mark.parametrize("how", ["reply", "push"])
def test_a_filled_text_that_is_blank_is_not_sent(how: str, name: str) -> None:
    """It is listed: somebody has not got something."""
    decision = taken(go(f"{{{how}: '{{{{ contact.name }}}}'}}"), said(), replace(ANNA, name=name))
    [broken] = decision.actions
    assert isinstance(broken, BrokenMessage)
    assert broken.is_lost
    assert broken.why.endswith("is not sent: the text is empty once filled")
    assert ("message", "not-sent") in results(decision)


# -- tags


def test_tags_are_put_on_with_moment_and_reason() -> None:
    decision = taken(go("{add_tags: [VIP, 看過優惠, VIP]}"), said())
    path = "rules[0].do[0].add_tags"
    assert decision.contact.tags == (Tag("VIP", NOW, path), Tag("看過優惠", NOW, path))


def test_adding_again_is_counted_and_is_no_news() -> None:
    """J1: since when a tag is on, through what, how often it was put on, and when that was the last time."""
    book = go("{add_tags: VIP}")
    again = taken(book, said())
    for days in (1, 2):
        again = taken(book, said(), again.contact, NOW + timedelta(days=days))
    last = NOW + timedelta(days=2)
    assert again.contact.tags == (Tag("VIP", NOW, "rules[0].do[0].add_tags", again=2, last=last),)
    assert ("add_tags", "had them already") in results(again)


def test_a_tag_that_was_off_is_counted_anew() -> None:
    on = replace(ANNA, tags=(Tag("VIP", NOW - timedelta(days=9), "x", again=7, last=NOW),))
    off = taken(go("{remove_tags: VIP}", "tags: {VIP: }"), said(), on).contact
    path = "rules[0].do[0].add_tags"
    assert taken(go("{add_tags: VIP}"), said(), off).contact.tags == (Tag("VIP", NOW, path),)


def test_an_expired_tag_is_put_on_anew() -> None:
    expired = Tag("VIP", NOW - timedelta(days=2), "rules[9]", NOW)
    lasting = Tag("其他", NOW, "rules[9]", NOW + timedelta(seconds=1))
    contact = replace(ANNA, tags=(expired, lasting))
    decision = taken(go("{add_tags: [VIP, 其他]}"), said(), contact)
    assert [tag.name for tag in decision.contact.tags] == ["其他", "VIP"]
    assert [tag.at for tag in decision.contact.tags] == [NOW, NOW]


# -- groups


@pytest.mark.parametrize("kind", ["group", "room"])
def test_a_group_is_left_at_once(kind: str) -> None:
    decision = taken(SMALLEST, happens(Join(), kind=kind))
    assert decision.actions == (LeaveChat(kind),)
    assert results(decision) == [(kind, "leaves")]


@pytest.mark.parametrize("kind", ["group", "room"])
def test_a_silent_bot_stays_and_says_nothing(kind: str) -> None:
    rules = {"main": replace(SMALLEST.channels["main"], groups="silent")}
    book = replace(SMALLEST, channels=rules)
    for what in (Join(), TextMessage("優惠"), Follow(again=False)):
        assert taken(book, happens(what, kind=kind)).actions == ()


@pytest.mark.parametrize("kind", ["group", "room"])
def test_rules_do_not_hear_groups(kind: str) -> None:
    decision = taken(SMALLEST, happens(TextMessage("優惠"), kind=kind))
    assert (decision.actions, decision.contact.tags) == ((), ())
    assert results(decision) == [(kind, "silent")]


@pytest.mark.parametrize("kind", ["group", "room"])
def test_s24_nothing_that_names_no_source_reaches_a_group(kind: str) -> None:
    """Issue 41: a timer, a sweep, a command."""
    group = replace(Contact("main:C1"), kind=kind)
    for what in (News("signal", "coupon"), News("sweep", "all"), StaffTags("amy", ("VIP",))):
        decision = taken(SMALLEST, happens(what, kind="none"), group)
        assert (decision.actions, decision.contact.tags) == ((), ())
        assert results(decision) == [(kind, "silent")]


# -- time


def test_a_timer_that_no_flow_knows_is_stale_and_goes() -> None:
    """Semantics 20."""
    stale, kept = Timer("quiz", "main", 1, "10m", NOW), Timer("quiz", "main", 2, "10m", NOW)
    event = happens(TimerDue(stale), token=None)
    decision = taken(SMALLEST, event, replace(ANNA, timers=(kept, stale)))
    assert decision.contact.timers == (kept,)
    assert decision.actions == ()
    assert ("timer 10m", "stale-timer") in results(decision)


@pytest.mark.parametrize("back", [0, 1, 3600, 10**8])
def test_s01_now_is_never_before_the_last_turn(back: int) -> None:
    """Semantics 1: a clock set back never goes back for a person."""
    contact = replace(ANNA, turned=NOW)
    decision = taken(go("{add_tags: VIP}"), said(), contact, NOW - timedelta(seconds=back))
    assert decision.contact.turned == NOW
    assert decision.contact.tags[0].at == NOW


def test_a_turn_is_taken_at_the_clocks_time() -> None:
    later = NOW + timedelta(minutes=5)
    assert taken(SMALLEST, said(), replace(ANNA, turned=NOW), later).contact.turned == later
