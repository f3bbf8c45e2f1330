"""Semantics 29 where several of staff answer: who has it, what is sent, and what that costs (E3, A5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.decide import decide
from bot.model.contact import Contact
from bot.model.decision import DecisionInputs, Push, Reply
from bot.model.event import Event, OtherMessage, Source, TextMessage, Unfollow
from bot.model.staff_chat import StaffChat, StaffNotes, StaffWrites
from bot.model.staff_order import StaffActs, StaffFollowsUp
from tests.depth import examples
from tests.engine.chat import Chat, chat_of

PLAYBOOK = """
rules:
  - {when: {text: 客服}, do: [{reply: 請稍候}, {hand_over: "請看：{{ contact.name }}"}]}
  - {when: {text: 急}, with_staff: true, reply: 收到}
  - {when: anything_else, reply: 看不懂}
"""
ANSWER = ({"type": "text", "text": "您好，我是阿美"},)


def chat_with(*, waits: bool = True) -> Chat:
    chat = chat_of(PLAYBOOK)
    if waits:
        chat.says("客服")
    return chat


def desk(chat: Chat) -> StaffChat:
    (one,) = chat.contact.chats
    return one


def writes(chat: Chat, by: str = "amy", **more: Any) -> list[str]:
    return chat.hears(StaffWrites(by, ANSWER, **more), token=False)


def test_who_never_had_staff_has_nothing_at_the_desk() -> None:
    chat = chat_with(waits=False)
    chat.says("啊")
    assert chat.contact.chats == ()


def test_s29_handed_over_by_the_playbook_it_waits_with_its_note() -> None:
    chat = chat_with()
    at = desk(chat)
    assert (at.state, at.by, at.since, at.note) == ("waits", None, chat.now, "請看：小美")
    since = chat.now
    chat.waits(minutes=5)
    chat.says("在嗎")
    assert (desk(chat).state, desk(chat).since, desk(chat).heard) == ("waits", since, chat.now)


def test_s29_in_lines_own_chat_nobody_of_ours_has_it() -> None:
    chat = chat_with(waits=False)
    chat.hears(TextMessage("急"), standby=True)
    assert (desk(chat).state, desk(chat).by, desk(chat).token) == ("has", None, None)


def test_s29_of_a_group_nobody_has_a_conversation() -> None:
    """A group hears nothing, has no timers, and staff can hand none back: it would stand there for ever."""
    chat, group = chat_with(waits=False), Contact("main:C1", kind="group")
    event = Event("e", "main", Source("group", "C1"), chat.now, TextMessage("客服"), standby=True)
    after = decide(chat.playbook, group, event, chat.now, chat.world).contact
    assert (after.chats, after.identity("main").staff) == ((), False)


def test_s29_of_two_who_take_it_the_first_has_it_and_the_second_is_told() -> None:
    chat = chat_with()
    chat.hears(StaffActs(True, "amy"), token=False)
    chat.hears(StaffActs(True, "ben"), token=False)
    assert desk(chat).by == "amy"
    assert chat.because("a colleague's")
    chat.hears(StaffActs(True, "ben", even_if="amy"), token=False)
    assert desk(chat).by == "ben"


def test_s29_it_is_given_to_a_colleague_and_handed_back_by_who_has_it() -> None:
    chat = chat_with()
    chat.hears(StaffActs(True, "amy"), token=False)
    chat.hears(StaffActs(True, "amy", to="ben"), token=False)
    assert (desk(chat).state, desk(chat).by, desk(chat).given_by) == ("has", "ben", "amy")
    chat.hears(StaffActs(False, "amy"), token=False)
    assert chat.contact.identity("main").staff
    chat.hears(StaffActs(False, "ben"), token=False)
    assert (desk(chat).state, desk(chat).by, desk(chat).note) == ("done", "ben", "")
    assert desk(chat).given_by is None
    assert chat.says("啊") == ["看不懂"]


def test_s29_of_who_cannot_answer_any_more_it_waits_since_the_customer_wrote() -> None:
    chat = chat_with()
    chat.hears(StaffActs(True, "amy"), token=False)
    chat.says("在嗎")
    asked = chat.now
    chat.waits(minutes=5)
    chat.hears(StaffActs(True, "ben", to=""), token=False)
    assert desk(chat).by == "amy", "it was not ben's"
    chat.hears(StaffActs(True, "amy", to=""), token=False)
    assert (desk(chat).state, desk(chat).by, desk(chat).since) == ("waits", None, asked)
    assert chat.contact.identity("main").staff, "the bot stays silent"
    assert writes(chat, "amy", may_cost=True)
    chat.waits(minutes=5)
    chat.hears(StaffActs(True, "amy", to=""), token=False)
    assert (desk(chat).state, desk(chat).since) == ("waits", chat.now), "everything was answered"


def test_s29_a_command_hands_back_whoever_has_it() -> None:
    chat = chat_with()
    chat.hears(StaffActs(True, "amy"), token=False)
    chat.staff(takes_over=False)
    assert desk(chat).state == "done"


def test_s29_an_answer_goes_by_the_token_that_no_turn_has_used() -> None:
    """E3: free while the customer's last reply token lives, and it is used once."""
    chat = chat_with()
    assert desk(chat).token is None  # the turn has answered with it
    chat.says("在嗎")
    assert desk(chat).token is not None
    chat.waits(seconds=49)
    assert writes(chat) == ["您好，我是阿美"]
    (reply,) = chat.actions(Reply)
    assert (reply.riding, chat.costs) == (0, 0)
    assert (desk(chat).token, desk(chat).by, desk(chat).last) == (None, "amy", chat.now)
    assert writes(chat) == []
    assert chat.because("not sent, would cost")


def test_s29_where_line_takes_the_token_no_more_what_may_cost_is_pushed() -> None:
    chat = chat_with()
    chat.says("在嗎")
    writes(chat, may_cost=True)
    (reply,) = chat.actions(Reply)
    assert reply.riding == 1


def test_s29_a_token_that_a_rule_has_used_is_not_used_again() -> None:
    chat = chat_with()
    assert chat.says("急") == ["收到"]
    assert desk(chat).token is None


def test_s29_without_a_token_it_is_pushed_if_that_may_cost() -> None:
    chat = chat_with()
    chat.says("在嗎")
    chat.waits(seconds=51)
    assert writes(chat) == []
    assert desk(chat).by == "amy"  # who tried has it
    assert writes(chat, may_cost=True) == ["您好，我是阿美"]
    assert chat.costs == 1


def test_s29_an_answer_takes_a_conversation_that_the_bot_has() -> None:
    chat = chat_with(waits=False)
    assert writes(chat, may_cost=True) == ["您好，我是阿美"]
    assert (desk(chat).state, desk(chat).by) == ("has", "amy")
    assert chat.says("啊") == []


def test_s29_nothing_is_sent_into_a_colleagues_conversation() -> None:
    chat = chat_with()
    chat.hears(StaffActs(True, "amy"), token=False)
    assert writes(chat, "ben", may_cost=True) == []
    assert desk(chat).by == "amy"
    assert writes(chat, "ben", may_cost=True, even_if="amy") == ["您好，我是阿美"]
    assert desk(chat).by == "ben"


def test_s29_nothing_is_sent_to_who_has_blocked_us_or_has_no_line() -> None:
    chat = chat_with()
    chat.hears(Unfollow(), token=False)
    assert writes(chat, may_cost=True) == []
    assert chat.because("not sent, blocked")
    order = Event("e", "other", Source("none", ""), chat.now, StaffWrites("amy", ANSWER, may_cost=True))
    decision = decide(chat.playbook, chat.contact, order, chat.now, chat.world)
    assert decision.actions == ()
    assert decision.trace[-1].result == "not sent, no LINE account"


def test_s29_with_the_months_messages_used_up_only_what_is_free_is_sent() -> None:
    chat = chat_with()
    chat.world = DecisionInputs(quota_left={"main": 0})
    assert writes(chat, may_cost=True) == []
    assert chat.because("not sent, no messages")
    chat.says("在嗎")
    assert writes(chat, may_cost=True) == ["您好，我是阿美"]


def test_s29_an_answer_of_staff_begins_the_silence_anew() -> None:
    chat = chat_with()
    chat.waits(hours=11)
    writes(chat, may_cost=True)
    chat.waits(hours=11)
    assert desk(chat).state == "has"
    chat.waits(hours=1)
    assert (desk(chat).state, desk(chat).token) == ("done", None)


def test_s29_a_note_for_colleagues_reaches_nobody() -> None:
    chat = chat_with()
    assert chat.hears(StaffNotes("amy", "她上次很生氣"), token=False) == []
    assert desk(chat).state == "waits"


ACCOUNTS = ("amy", "ben")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("says")),
        st.tuples(st.just("hands over")),
        st.tuples(st.just("waits"), st.sampled_from((10, 60, 6 * 3600, 13 * 3600))),
        st.tuples(st.just("takes"), st.sampled_from(ACCOUNTS)),
        st.tuples(st.just("back"), st.sampled_from(ACCOUNTS)),
        st.tuples(st.just("writes"), st.sampled_from(ACCOUNTS), st.booleans()),
    ),
    max_size=14,
)


@settings(max_examples=examples(300))
@given(STEPS)
def test_s29_whatever_comes_between_an_answer_is_sent_once_or_says_why_not(
    steps: Sequence[tuple[Any, ...]],
) -> None:
    """E3: nobody writes into a colleague's conversation; no token is used twice; the bot is silent in it."""
    chat, tokens = chat_with(waits=False), set[str]()
    for step in steps:
        before, turns = chat.contact.chats, len(chat.decisions)
        holder = before[0].by if before and before[0].state == "has" else None
        match step:
            case ("says",):
                silent = chat.contact.identity("main").staff
                assert chat.says("啊") == ([] if silent else ["看不懂"])
            case ("hands over",):
                chat.says("客服")
            case ("waits", int(seconds)):
                chat.waits(seconds=seconds)
            case ("takes", str(who)):
                chat.hears(StaffActs(True, who), token=False)
                assert desk(chat).by == (holder or who)
            case ("back", str(who)):
                chat.hears(StaffActs(False, who), token=False)
                assert not chat.contact.chats or holder not in (None, who) or desk(chat).state == "done"
            case (_, str(who), bool(may_cost)):
                said = writes(chat, who, may_cost=may_cost)
                if holder in (None, who) and may_cost:
                    assert said == ["您好，我是阿美"]
                elif holder not in (None, who):
                    assert said == []
                    assert chat.because("a colleague's")
                assert said or chat.because("a colleague's") or chat.because("not sent, would cost")
                assert len(chat.actions(Reply)) + len(chat.actions(Push)) == bool(said)
            case _:
                raise AssertionError(step)
        for action in (action for turn in chat.decisions[turns:] for action in turn.actions):
            if isinstance(action, Reply):
                assert action.token.value not in tokens
                tokens.add(action.token.value)


NIGHT = """
channels: {main: {id: "@forest", channel_id: "1", channel_secret: s, staff: console}}
rules:
  - {when: {text: 客服}, do: [{reply: 請稍候}, {hand_over: 請看}]}
  - {when: {text: 查好了}, with_staff: true, do: [{hand_back: served}]}
  - {when: {text: 先問你}, with_staff: true, do: [{hand_back: true}]}
  - {when: anything_else, reply: 看不懂}
"""


def waits_since(chat: Chat) -> Any:
    return desk(chat).since if desk(chat).state == "waits" else None


def test_s29_who_was_never_answered_still_waits_when_the_bot_speaks_again() -> None:
    """E6: asked at 20:30, nobody came, and the silence passed at 08:30: the bot speaks, she waits."""
    chat = chat_of(NIGHT)
    chat.says("客服")
    since = chat.now
    chat.waits(hours=13)
    assert not chat.contact.identity("main").staff
    assert waits_since(chat) == since
    assert chat.says("啊") == ["看不懂"]
    assert waits_since(chat) == since


def test_s29_who_asks_again_waits_since_the_first_time() -> None:
    """E6: with the bot silent or not; the note is the newer one."""
    chat = chat_of(NIGHT.replace("請看", '"{{ contact.name }}"'))
    chat.says("客服")
    since = chat.now
    chat.waits(hours=13)
    chat.says("客服")
    assert waits_since(chat) == since
    assert chat.contact.identity("main").staff
    assert desk(chat).note == "小美"


def test_s29_who_was_taken_over_and_never_answered_waits_again_for_everybody() -> None:
    """E6: since the first time, and whoever had taken it does not have it any more."""
    chat = chat_of(NIGHT)
    chat.says("客服")
    since = chat.now
    chat.waits(minutes=5)
    chat.hears(StaffActs(True, "amy"), token=False)
    chat.hears(StaffActs(True, "amy", to="ben"), token=False)
    chat.waits(hours=13)
    assert (waits_since(chat), desk(chat).by, desk(chat).given_by) == (since, None, None)


def test_s29_who_writes_after_the_last_answer_waits_since_then() -> None:
    """E6: not for a sticker, nor for what a rule has heard; staff's last word ends it."""
    chat = chat_of(NIGHT)
    chat.says("客服")
    writes(chat, may_cost=True)
    chat.hears(OtherMessage("sticker", {}))
    chat.says("停止推播")
    assert desk(chat).asked is None
    chat.waits(hours=1)
    chat.says("還有一件事")
    since = chat.now
    chat.waits(minutes=1)
    chat.says("在嗎")
    chat.waits(hours=13)
    assert waits_since(chat) == since
    writes(chat, may_cost=True)
    chat.waits(hours=13)
    assert desk(chat).state == "done"


def test_s29_an_answer_that_is_not_sent_answers_nobody() -> None:
    chat = chat_of(NIGHT)
    chat.says("客服")
    since = chat.now
    writes(chat)  # it would cost
    assert (desk(chat).by, desk(chat).asked) == ("amy", since)
    chat.waits(hours=13)
    assert waits_since(chat) == since


@pytest.mark.parametrize("hours", [1, 13])
@pytest.mark.parametrize("how", ["served", "staff", "command"])
def test_s29_staff_or_the_playbook_end_the_waiting_also_where_the_bot_speaks(hours: int, how: str) -> None:
    """E6: `hand_back: served`, and a hand-back of staff."""
    chat = chat_of(NIGHT)
    chat.says("客服")
    chat.waits(hours=hours)
    if how == "served":
        chat.says("查好了")
    else:
        chat.hears(StaffActs(False, "amy" if how == "staff" else None), token=False)
    assert desk(chat).state == "done"
    assert not chat.contact.identity("main").staff


def test_s29_the_bot_that_speaks_again_serves_nobody() -> None:
    chat = chat_of(NIGHT)
    chat.says("客服")
    since = chat.now
    chat.says("先問你")
    assert not chat.contact.identity("main").staff
    assert waits_since(chat) == since


def test_s29_in_lines_own_chat_nobody_waits_in_our_list() -> None:
    """E6: what staff answer there no interface tells; with `line_chat` not for longer than the silence."""
    chat = chat_of(NIGHT.replace("console", "line_chat"))
    chat.says("客服")
    assert waits_since(chat) == chat.now
    chat.waits(hours=13)
    assert desk(chat).state == "done"
    standby = chat_of(NIGHT)
    standby.says("客服")
    standby.hears(TextMessage("在嗎"), standby=True)
    standby.waits(hours=13)
    assert desk(standby).state == "done"


@pytest.mark.parametrize("by_command", [True, False])
def test_s29_who_asks_for_staff_waits_where_nobody_of_the_console_has_it(*, by_command: bool) -> None:
    """E6: after LINE's own chat, or a command, the bot is silent, and no account has the conversation."""
    chat = chat_of(NIGHT.replace("text: 客服}", "text: 客服}, with_staff: true"))
    if by_command:
        chat.staff(takes_over=True)
    else:
        chat.hears(TextMessage("在嗎"), standby=True)
    chat.waits(minutes=5)
    chat.says("客服")
    assert (waits_since(chat), desk(chat).asked, desk(chat).note) == (chat.now, None, "請看")
    chat.hears(TextMessage("客服"), standby=True)
    assert waits_since(chat) is None


def test_s29_who_goes_on_writing_to_somebody_who_is_away_waits_for_everybody() -> None:
    """E6: each message puts the end of the silence off, and nobody else would have seen them for ever."""
    chat = chat_of(NIGHT)
    chat.says("客服")
    writes(chat, may_cost=True)
    chat.says("還有一件事")
    since = chat.now
    for hours, waits in ((11, None), (1, since), (11, since)):
        chat.waits(hours=hours)
        chat.says("在嗎")
        assert waits_since(chat) == waits
    assert chat.contact.identity("main").staff
    assert desk(chat).by is None


AT = timedelta(hours=20)


def test_s29_a_follow_up_comes_to_who_asked_for_it_as_one_given_anew() -> None:
    """The customer wrote nothing; the bot is silent still."""
    chat = chat_with()
    due = chat.now + timedelta(hours=2)
    chat.hears(StaffActs(True, "amy"), token=False)
    chat.hears(StaffFollowsUp("ben", due), token=False)
    assert desk(chat).follow_up is None, "it is amy's"
    chat.hears(StaffFollowsUp("amy", due), token=False)
    assert (desk(chat).by, desk(chat).follow_up, desk(chat).given_by) == ("amy", due, None)
    chat.waits(hours=3)
    at = desk(chat)
    assert (at.state, at.by, at.given_by, at.since, at.follow_up) == ("has", "amy", "amy", due, due)
    writes(chat, "amy", may_cost=True)
    assert (desk(chat).follow_up, desk(chat).given_by) == (None, None)


def test_s29_a_follow_up_is_off_once_the_customer_writes_or_staff_take_it_away() -> None:
    for change in (TextMessage("在嗎"), StaffFollowsUp("amy", None), StaffActs(False, "amy")):
        chat = chat_with()
        chat.hears(StaffFollowsUp("amy", chat.now + timedelta(hours=2)), token=False)
        chat.hears(change)
        assert desk(chat).follow_up is None
        chat.waits(hours=3)
        assert desk(chat).given_by is None


def test_s29_a_follow_up_after_the_silence_waits_for_any_of_the_staff() -> None:
    """Who asked for it may be gone by then; the bot answers meanwhile."""
    chat = chat_with()
    due = chat.now + AT
    writes(chat, "amy", may_cost=True)
    chat.hears(StaffFollowsUp("amy", due), token=False)
    chat.waits(hours=15)
    assert (desk(chat).state, desk(chat).follow_up) == ("done", due)
    chat.waits(hours=8)
    assert (desk(chat).state, desk(chat).by, desk(chat).since) == ("waits", None, due)
    assert not chat.contact.identity("main").staff


def test_s29_an_end_has_its_reason_which_is_counted_once() -> None:
    chat = chat_with()
    chat.hears(StaffActs(True, "amy"), token=False)
    chat.hears(StaffActs(False, "ben", reason="客訴"), token=False)
    assert desk(chat).reason == "", "it is amy's"
    chat.hears(StaffActs(False, "amy", reason="客訴"), token=False)
    assert (desk(chat).state, desk(chat).reason) == ("done", "客訴")
    chat.says("客服")
    assert (desk(chat).state, desk(chat).reason) == ("waits", "")
