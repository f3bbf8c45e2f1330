"""The lists of people (CSV) that a person stands on, as a turn leaves them, and what another list does."""

from __future__ import annotations

from bot.engine.conditions.context import ConditionContext
from bot.engine.conditions.people import lists_of
from bot.engine.turn.turn import Turn
from bot.model.event import Rewritten


def keep_lists(turn: Turn) -> None:
    """Have the contact say on which lists it stands: MongoDB finds it by that."""
    lists = turn.playbook.lists
    if lists or turn.contact.lists:
        turn.contact.lists = lists_of(turn.contact, lists)


def meet_lists(turn: Turn) -> None:
    """Another playbook may have other lists: whom they bring into an audience, or out of it, is no news (24).

    Called before the event is looked at: what the person does in it is news as always. Two contacts that
    have become one were changed before that, and not by a list.
    """
    listed = turn.playbook.watched_lists
    if not listed or isinstance(turn.event.what, Rewritten):
        return
    found = {entry for entry in turn.contact.audiences if entry.partition(":")[2] not in listed}
    for identity in turn.contact.identities:
        asked = ConditionContext(turn.contact, identity.channel, turn.when, sms_credit=turn.world.sms_credit)
        found |= {f"{identity.channel}:{name}" for name, one in listed.items() if one.holds(asked)}
    turn.contact.audiences = tuple(sorted(found))
