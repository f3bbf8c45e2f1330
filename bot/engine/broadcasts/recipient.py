"""Who of an audience may get a broadcast at the moment at which it is sent, and why somebody may not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.engine.compiled.goal import Priority
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.people import Unreachable, why_unreachable
from bot.model.broadcast import LeftOut
from bot.model.contact import Contact

_UNREACHABLE: Mapping[Unreachable, LeftOut] = {
    "not_here": "gone",
    "blocked": "no-friend",
    "stopped": "stopped",
}


def why_not(
    playbook: Playbook, contact: Contact | None, channel: str, user: str, now: datetime, priority: Priority
) -> LeftOut | None:
    """Why this LINE user is left out, whom this contact has on the channel; `None`: they get it.

    The audience was fixed before: a person who is not in it any more gets it all the same, but nobody who
    has blocked the account, was erased, or wants no marketing since then.
    """
    if contact is None or contact.identity(channel).user != user:
        return "gone"
    why = why_unreachable(contact, channel, playbook.consent_from)
    if why is not None:
        return _UNREACHABLE[why]
    return "limit" if has_had_enough(playbook, contact.pushes, now, priority) else None


def has_had_enough(
    playbook: Playbook, pushes: Collection[datetime], now: datetime, priority: Priority
) -> bool:
    """Whether somebody with these pushes has had as many as `limits` allow (semantics 23)."""
    rate = playbook.push_limit(priority)
    return rate is not None and rate.is_reached(pushes, now, playbook.zone)
