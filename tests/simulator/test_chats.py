"""What is kept of the chats is bounded by numbers and by bytes. L4."""

from __future__ import annotations

import pytest

from bot.simulator.state import chats
from bot.simulator.state.chats import ChatMessage, Chats


def message(chat: str, id: str, text: str) -> ChatMessage:
    return ChatMessage(id, chat, "bot", 0, {"type": "text", "text": text}, "push")


def kept(there: Chats) -> list[str]:
    return [one.id for chat in ("a", "b") for one in there.messages(chat)]


def test_the_oldest_messages_are_forgotten_in_whichever_chat_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = chats.BESIDE_CONTENT + len('{"type":"text","text":"12345678"}')
    monkeypatch.setattr(chats, "BYTES_KEPT", 3 * one)
    there = Chats()
    for number, chat in enumerate("abab"):
        there.keep_message(message(chat, str(number), "12345678"))
    assert kept(there) == ["2", "1", "3"]
    there.keep_message(message("b", "1", "1234"))  # replaced by less, as when it is unsent
    there.keep_message(message("a", "4", "1234"))
    assert kept(there) == ["2", "4", "3"]
    there.keep_message(message("a", "5", "1" * 4 * one))
    assert kept(there) == []
    assert there.message("a", "5") is None
    assert there.set_delivery("a", "5", "failed") is None
    there.keep_message(message("a", "6", "12345678"))
    assert kept(there) == ["6"]


def test_a_chat_keeps_its_latest_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chats, "MESSAGES_KEPT", 2)
    there = Chats()
    for number in range(4):
        there.keep_message(message("a", str(number), "x"))
    there.keep_message(message("b", "4", "x"))
    assert kept(there) == ["2", "3", "4"]
