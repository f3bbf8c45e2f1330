"""What is counted of staff's conversations: that one begins, waits, has another account, is answered."""

from __future__ import annotations

from datetime import datetime

from bot.engine.times.local_time import local
from bot.engine.turn.answer_promise import answer_due
from bot.engine.turn.turn import Turn
from bot.model.chat_figures import BEGUN, ENDED, HAD, IN_TIME, LATE, OF_STAFF, WAITED, answer_mark
from bot.model.mark import Mark
from bot.model.staff_chat import StaffChat


def count_change(turn: Turn, before: StaffChat | None, chat: StaffChat) -> None:
    """Count what is new of a conversation. One in LINE's own chat, which nobody tells us of, is none."""
    was_open = before is not None and before.state != "done"
    waited = None if before is None else before.unanswered
    if chat.unanswered is not None and waited is None:
        _count(turn, WAITED, _hour(turn, turn.now))
    if not was_open and (chat.unanswered is not None or chat.by is not None):
        _count(turn, BEGUN)
    had = before.by if before is not None and before.state == "has" else None
    if chat.state == "has" and chat.by is not None and chat.by != had:
        _count(turn, HAD, chat.by)


def count_answer(turn: Turn, chat: StaffChat, by: str) -> None:
    """Count staff's answer in this conversation, as it was before it."""
    asked = chat.unanswered
    waited = None if asked is None else turn.now - asked
    hour = _hour(turn, asked or turn.now)
    turn.marks.append(answer_mark(turn.channel, by, waited, is_first=not chat.answered, hour=hour))
    due = None if asked is None else answer_due(turn.playbook, turn.channel, asked)
    if due is not None:
        _count(turn, IN_TIME if turn.now < due else LATE, by)


def count_end(turn: Turn, by: str | None, reason: str) -> None:
    """Count that staff have ended a conversation, which `by` had."""
    _count(turn, ENDED, by or "", reason)


def _count(turn: Turn, what: str, *about: str) -> None:
    turn.marks.append(Mark(turn.channel, OF_STAFF, what, about))


def _hour(turn: Turn, moment: datetime) -> str:
    return f"{local(moment, turn.playbook.zone):%H}"
