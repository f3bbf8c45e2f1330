"""From a decision to calls: to whom, on which channel."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model.contact import Contact, Identity
from bot.model.decision import Decision, Push
from bot.model.event import Event, Follow, Source
from bot.runtime.outgoing import outgoing

NOW = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


def test_what_is_pushed_on_another_channel_goes_there_to_the_person_as_known_there() -> None:
    contact = Contact("main:U1", identities=(Identity("main", "U1"), Identity("second", "U2")))
    event = Event("e", "main", Source("user", "U1"), NOW, Follow(again=False))
    message = {"type": "text", "text": "嗨"}
    decision = Decision(contact, (Push((message,), "second"), Push((message,))))
    assert [(call.channel, call.to) for call in outgoing(decision, event, NOW)] == [
        ("second", "U2"),
        ("main", "U1"),
    ]
