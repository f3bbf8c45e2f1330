"""Photos of one dialogue are one message, however many events, webhooks, orders they come in (F9, rule 9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.decide import decide, due_timer
from bot.engine.turn.photos import LIFE, SETS_MOST
from bot.model.contact import Contact, Identity
from bot.model.decision import Action, DecisionInputs
from bot.model.event import SWEEP, Event, News, OtherMessage, ReplyToken, Source, Unfollow, What
from tests.depth import examples
from tests.engine.chat import Chat, chat_of
from tests.engine.random_playbooks import Happenings
from tests.engine.test_any_playbook import FIRINGS_MOST, START, playbook
from tests.playbooks import PRIVACY

REPAIR = (
    PRIVACY
    + """
rules:
  - {when: {text: 報修}, start: repair}
  - {when: {text: 真人}, hand_over: 客人找}
  - {when: {text: 私下}, start: private}
  - {when: image, reply: 收到照片了}
  - {when: anything_else, reply: 聽不懂}
flows:
  private:
    states:
      信箱: {ask: 您的信箱？, answer: email, otherwise: 請打字, next: 完}
      完: {reply: 好, end: true}
  repair:
    states:
      照片:
        ask: 請傳照片
        answer: image
        otherwise: 要照片
        tries: 3
        too_many: 放棄
        give_up_after: {30m: 放棄}
        next: 型號
      型號:
        ask: 請輸入型號
        answer: {type: text, max_length: 20}
        otherwise: 請用文字
        tries: 3
        too_many: 放棄
        give_up_after: {30m: 放棄}
        next: 完成
      完成: {reply: "收到型號 {{ answer.型號 }}", end: true}
      放棄: {reply: {or_push: true, message: 已取消報修。}, end: true}
"""
)
SILENT: list[list[str]] = [[], [], [], []]


def photo(number: int, of: str = "SET") -> OtherMessage:
    return OtherMessage("image", {"id": f"m{number}", "imageSet": {"id": of, "index": number, "total": 5}})


def sends(chat: Chat, *numbers: int) -> list[list[str]]:
    """These photos of one set, each by an event of its own."""
    return [chat.hears(photo(number)) for number in numbers]


def test_s9_five_photos_are_one_answer_and_no_try_at_the_next_question() -> None:
    """F9: each was a wrong answer to the question for the model, and the third gave the repair up."""
    chat = chat_of(REPAIR)
    chat.says("報修")
    assert sends(chat, 3, 1, 5, 2, 4) == [["請輸入型號"], *SILENT]
    assert chat.noted() == [("photos", "one of them", "e4")]
    assert chat.says("X-100") == ["收到型號 X-100"]
    assert chat.hears(photo(9, "ANOTHER")) == ["收到照片了"]


def test_s9_a_rule_answers_once_and_parts_without_index_and_total_are_known_too() -> None:
    chat = chat_of(REPAIR)
    bare = OtherMessage("image", {"id": "m", "imageSet": {"id": "SET"}})
    assert [chat.hears(bare), chat.says("在嗎"), chat.hears(bare)] == [["收到照片了"], ["聽不懂"], []]


def test_s9_what_came_while_staff_have_the_conversation_is_not_answered_after_it() -> None:
    chat = chat_of(REPAIR)
    chat.says("真人")
    before = chat.contact
    assert sends(chat, 1) == [[]]
    heard = chat.contact.chats
    chat.now += timedelta(minutes=2)
    assert sends(chat, 2) == [[]]
    assert heard == chat.contact.chats != before.chats, "the first is what staff have to read, once"
    chat.staff(takes_over=False)
    assert sends(chat, 3) == [[]]


def test_s9_photos_that_began_before_staff_came_do_not_count_as_writing_to_them() -> None:
    chat = chat_of(REPAIR)
    sends(chat, 1)
    chat.says("真人")
    desk, timers = chat.contact.chats, chat.contact.timers
    chat.now += timedelta(minutes=1)
    sends(chat, 2)
    assert (desk, timers) == (chat.contact.chats, chat.contact.timers)


def test_s9_a_part_that_comes_after_the_block_makes_nobody_a_friend_again() -> None:
    chat = chat_of(REPAIR)
    sends(chat, 1)
    chat.hears(Unfollow(), token=False)
    sends(chat, 2)
    assert chat.contact.identity("main").friend is False


def test_s9_parts_are_as_private_as_the_first() -> None:
    chat = chat_of(REPAIR.replace("  - {when: image, reply: 收到照片了}\n", ""))
    chat.says("私下")
    assert sends(chat, 1, 2) == [["請打字"], []]
    assert [decision.secrecy for decision in chat.decisions[-2:]] == ["private", "private"]


def test_s9_after_a_day_or_five_more_sets_a_part_is_a_photo_of_its_own() -> None:
    chat = chat_of(REPAIR)
    sends(chat, 1)
    chat.now += LIFE - timedelta(seconds=1)
    assert sends(chat, 2) == [[]]
    chat.now += timedelta(seconds=1)
    assert sends(chat, 3) == [["收到照片了"]]
    for number in range(SETS_MOST - 1):
        chat.hears(photo(1, f"S{number}"))
    assert sends(chat, 4) == [[]]
    chat.hears(photo(1, "S5"))
    assert sends(chat, 5) == [["收到照片了"]]
    assert len(chat.contact.photos) == SETS_MOST


@pytest.mark.parametrize("wrong", [None, "SET", {}, {"id": 7}, {"id": ""}, {"id": "x" * 129}])
def test_what_is_no_set_of_lines_is_heard_for_itself(wrong: Any) -> None:
    chat = chat_of(REPAIR)
    one = OtherMessage("image", {"id": "m", "imageSet": wrong})
    assert [chat.hears(one), chat.hears(one)] == [["收到照片了"]] * 2
    assert not chat.contact.photos


@dataclass
class Story:
    """One person whom a random playbook answers; timers are decided at their moments."""

    seed: int
    contact: Contact
    at: datetime = START
    number: int = 0
    asked: tuple[Any, ...] = ()

    def happens(self, what: What, *, token: bool) -> tuple[tuple[Action, ...], ...]:
        """What is done of the timers that are due, and of this event."""
        done = []
        for _ in range(FIRINGS_MOST):
            if (due := due_timer(self.contact, self.at)) is None:
                break
            done.append(self._turn(due, due.timer.due, due.timer.channel, None))
        self.number += 1
        reply = ReplyToken(f"t{self.number}", self.at) if token else None
        return (*done, self._turn(what, self.at, "main", reply))

    def _turn(self, what: What, at: datetime, channel: str, token: ReplyToken | None) -> tuple[Action, ...]:
        event = Event(f"e{self.number}", channel, Source("user", "U1"), at, what, token=token)
        decision = decide(playbook(self.seed), self.contact, event, at, DecisionInputs())
        self.contact = decision.contact
        self.asked = tuple(a for a in decision.actions if hasattr(a, "origin")) or self.asked[-3:]
        return decision.actions

    @property
    def known(self) -> Contact:
        return replace(self.contact, photos=())


SPANS = st.sampled_from([timedelta(), timedelta(seconds=1), timedelta(minutes=10), timedelta(hours=3)])


@pytest.mark.ring("test", "a law")
@settings(max_examples=examples(200))
@given(
    st.integers(0, 400),
    st.lists(st.tuples(st.integers(0, 2**32), SPANS, st.booleans()), max_size=10),
    st.lists(st.tuples(st.integers(0, 2**32), SPANS, st.sampled_from("epe")), min_size=1, max_size=14),
)
def test_s9_however_they_come_all_is_as_after_one_photo_at_the_moment_of_the_first(
    seed: int, before: list[tuple[int, timedelta, bool]], after: list[tuple[int, timedelta, str]]
) -> None:
    """F9: each later part is to the bot what a look at the clock is, whatever else is done meanwhile."""
    somebody = Contact("main:U1", name="小美", identities=(Identity("main", "U1"), Identity("second", "U1")))
    story = Story(seed, somebody)
    for dice, span, token in before:
        story.at += span
        story.happens(Happenings(dice).what(list(story.asked)), token=token)
    began = story.at
    story.happens(photo(1), token=True)
    plain = replace(story)
    for number, (dice, span, kind) in enumerate(after):
        story.at += span
        plain.at = story.at
        is_part = kind == "p" and story.at - began < LIFE
        what = Happenings(dice).what(list(story.asked))
        done = story.happens(photo(number + 2) if is_part else what, token=True)
        assert done == plain.happens(News(SWEEP, "nobody's") if is_part else what, token=not is_part)
        assert story.known == plain.known
