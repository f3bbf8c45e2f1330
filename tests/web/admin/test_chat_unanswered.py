"""E3, L8: a sentence that has no answer of its own is marked, for the form that writes one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.conversation import Cause, Incoming, TranscriptCall, TranscriptTurn
from bot.model.staff_chat import StaffChat, StaffChatState
from bot.operations.call_outcomes import SettledCall
from bot.operations.conversation import ConversationPage, ConversationTurn
from bot.translations.chinese import CHINESE
from bot.web.admin.chat_view import shown_lines
from tests.playbooks import compiled

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
SAID = TranscriptCall(0, "reply", [{"type": "text", "text": "您好"}])
DELIVERED = SettledCall("reply", None, "delivered", False, AT, None, ())


def page_of(
    incoming: Incoming, cause: Cause | None, calls: Sequence[TranscriptCall] = ()
) -> ConversationPage:
    turn = TranscriptTurn("e", "main:U1", AT, 0, True, incoming, cause, tuple(calls))
    return ConversationPage((ConversationTurn(turn, (DELIVERED,) * len(calls), False),), None)


@pytest.mark.parametrize(
    ("incoming", "step", "unanswered"),
    [
        (Incoming("text", "有停車場嗎"), "anything_else", "有停車場嗎"),
        (Incoming("text", "營業時間"), "rule", ""),
        (Incoming("text", "祕密", 0, "private"), "anything_else", ""),
        (Incoming("sticker", {}), "anything_else", ""),
    ],
)
def test_a_text_that_only_the_rule_for_all_else_took(incoming: Incoming, step: str, unanswered: str) -> None:
    page = page_of(incoming, Cause(step, "bot.yaml:3:1"), [SAID])
    lines = shown_lines(page, compiled(""), CHINESE)
    assert [(line.by, line.unanswered) for line in lines] == [("person", unanswered), ("bot", "")]


@pytest.mark.parametrize(
    ("cause", "unanswered"),
    [
        (None, "有停車場嗎"),
        (Cause("rule", "bot.yaml:3:1"), ""),
        (Cause("", "", "survey: first"), ""),
        (Cause(actor="amy"), ""),
    ],
)
def test_a_text_to_which_nobody_said_anything(cause: Cause | None, unanswered: str) -> None:
    [line] = shown_lines(page_of(Incoming("text", "有停車場嗎"), cause), compiled(""), CHINESE)
    assert line.unanswered == unanswered


@pytest.mark.parametrize(
    ("state", "since", "unanswered"),
    [
        ("has", AT - timedelta(hours=1), ""),
        ("waits", AT, ""),
        ("done", AT + timedelta(hours=1), ""),
        ("done", AT - timedelta(hours=1), "有停車場嗎"),
    ],
)
def test_what_staff_had_is_theirs(state: StaffChatState, since: datetime, unanswered: str) -> None:
    page = page_of(Incoming("text", "有停車場嗎"), None)
    [line] = shown_lines(page, compiled(""), CHINESE, StaffChat("main", state, since, since))
    assert line.unanswered == unanswered
