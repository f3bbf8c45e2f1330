"""From a decision to calls: to whom, on which channel."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model.contact import Contact, Identity
from bot.model.decision import Decision, EndedFlow, Push, Reply
from bot.model.event import Event, Follow, ReplyToken, Source
from bot.model.instance import Answer
from bot.model.message import JourneyPush
from bot.runtime.sending.outgoing import outgoing

NOW = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
EVENT = Event("e", "main", Source("user", "U1"), NOW, Follow(again=False))


def test_what_is_pushed_on_another_channel_goes_there_to_the_person_as_known_there() -> None:
    contact = Contact("main:U1", identities=(Identity("main", "U1"), Identity("second", "U2")))
    message = {"type": "text", "text": "嗨"}
    decision = Decision(contact, (Push((message,), "second"), Push((message,))))
    assert [(call.channel, call.to) for call in outgoing(decision, EVENT, NOW)] == [
        ("second", "U2"),
        ("main", "U1"),
    ]


def test_h7_a_call_says_which_journey_pushes_each_message() -> None:
    """H3, H7: totals are counted and results written down by it, for as long as the call is under way."""
    contact = Contact("main:U1", identities=(Identity("main", "U1"),))
    message, of = {"type": "text", "text": "嗨"}, (None, JourneyPush("welcome", "tip", 1))
    token = ReplyToken("t", NOW)
    calls = (Reply(token, (message, message), of), Push((message,), None, of[1:]), Push((message,)))
    made = outgoing(Decision(contact, calls), EVENT, NOW)
    assert [call.journeys for call in made] == [of, of[1:], ()]


def test_a_code_that_somebody_typed_is_not_kept_for_years() -> None:
    """The timeline outlives it; a code is stored as its HMAC only."""
    answers = {"問": Answer("phone", "+886912345678"), "碼": Answer("code", "062846")}
    decision = Decision(Contact("main:U1"), ended=(EndedFlow("bind", "main", "走", NOW, answers),))
    [row] = outgoing(decision, EVENT, NOW)
    assert b"+886912345678" in row.body
    assert b"062846" not in row.body
