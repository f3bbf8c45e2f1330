"""What a customer would get at once of what staff are about to do, before it is done (J1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide
from bot.model.contact import Contact
from bot.model.decision import Action, DecisionInputs, Push
from bot.model.event import Event, Outcome, PromotionAct, Source
from bot.model.message import Message
from bot.model.staff_order import StaffActs, StaffEnds, StaffSets, StaffStops, StaffTags, StaffUnbinds
from bot.operations.promotions import OPERATIONS_PARTS

StaffChange: TypeAlias = (
    PromotionAct | StaffActs | StaffTags | StaffSets | StaffStops | StaffEnds | StaffUnbinds
)


@dataclass(frozen=True, slots=True)
class HeardAtOnce:
    """The messages, and the pushes that they take."""

    messages: Sequence[Message] = ()
    pushes: int = 0


def heard_at_once(
    playbook: Playbook, contact: Contact, change: StaffChange, now: datetime, channel: str | None = None
) -> HeardAtOnce:
    """By the rules as they are: turns that are decided and not taken, on this channel or the first of theirs.

    As if a time that is asked for is free; what the world answers otherwise is not known yet.
    """
    if not contact.accounts:
        return HeardAtOnce()
    channel = channel or next((one.channel for one in contact.identities), contact.id.partition(":")[0])
    pushes = [one for one in _actions(playbook, contact, change, now, channel) if isinstance(one, Push)]
    return HeardAtOnce([message for push in pushes for message in push.messages], len(pushes))


def _actions(
    playbook: Playbook, contact: Contact, change: StaffChange | Outcome, now: datetime, channel: str
) -> Iterator[Action]:
    event = Event(f"{channel}:heard at once", channel, Source("none", ""), now, change)
    decision = decide(playbook, contact, event, now, DecisionInputs())
    yield from decision.actions
    for asked in decision.actions:
        answers = (part.agreed(playbook, contact, change, asked) for part in OPERATIONS_PARTS)
        for answer in answers:
            if answer is not None:
                yield from _actions(playbook, decision.contact, answer, now, channel)
