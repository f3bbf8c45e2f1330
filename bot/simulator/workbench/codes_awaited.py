"""When a one-time code is waited for no more: used, guessed away, expired, or what asked for it is over."""

from __future__ import annotations

from bot.model.contact import Contact
from bot.model.event import Outcome
from bot.runtime.turn_observer import Watched


def is_over(watched: Watched) -> bool:
    """Whether after this turn no flow of its channel waits for a code, and before it one did.

    Also where what came of a code finds nobody: an SMS that was on its way when its flow was left.
    """
    channel, what = watched.event.channel, watched.event.what
    waited = _waits(watched.before, channel) or (isinstance(what, Outcome) and what.asked == "code")
    return waited and not _waits(watched.decision.contact, channel)


def _waits(contact: Contact, channel: str) -> bool:
    return any(one.code_sent is not None for one in contact.flows if one.channel == channel)
