"""Results that wait until a page says them in the person's name, or for a minute (language, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.engine.turn import Turn
from bot.model.contact import Answer, PendingResult, Timer

RESULT = "result"
"""The timer at which the next of a channel's results is given without the page."""

RESULT_WAITS = timedelta(seconds=60)
"""How long a page has to say a result in the person's name."""


def wait_for_page(turn: Turn, flow: str, key: str, answers: Mapping[str, Answer]) -> None:
    """Keep a result of a flow or form until it is said; each is given exactly once, also two of one flow."""
    pending = PendingResult(turn.channel, flow, key, turn.now + RESULT_WAITS, dict(answers))
    turn.contact.results = (*turn.contact.results, pending)
    _watch(turn, turn.channel)


def take(turn: Turn, pending: PendingResult) -> None:
    """It is given now, and waits no more."""
    turn.contact.results = tuple(other for other in turn.contact.results if other is not pending)
    _watch(turn, pending.channel)


def overdue(turn: Turn, channel: str) -> list[PendingResult]:
    """The results of a channel that no page has said in time."""
    return [one for one in turn.contact.results if one.channel == channel and one.until <= turn.now]


def _watch(turn: Turn, channel: str) -> None:
    waits = [pending.until for pending in turn.contact.results if pending.channel == channel]
    if waits:
        turn.arm(Timer("", channel, 0, RESULT, min(waits)))
    else:
        turn.disarm("", channel, RESULT)
