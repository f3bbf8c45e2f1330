"""Staff and the bot: who has the conversation (semantics 29)."""

from __future__ import annotations

from bot.engine.times.local_time import later
from bot.engine.turn.timers import arm_timers, void_question_timers
from bot.engine.turn.turn import Turn
from bot.model.contact import Timer

SILENCE = "staff"
"""The timer that gives the conversation back."""

STAFF = "staff"
"""The news that staff take the conversation or hand it back, which opens doors."""


def take_over(turn: Turn) -> None:
    """Staff have the conversation from now on; time-outs of questions stop."""
    identity = turn.identity
    before, identity.staff, identity.staffed = identity.staff, True, turn.now
    wait_for_silence(turn)
    if before:
        return
    for instance in turn.contact.flows:
        if instance.channel == turn.channel:
            void_question_timers(turn, instance)
    turn.queue_news(STAFF, "takes_over")


def wait_for_silence(turn: Turn) -> None:
    """The bot is silent until so long after now, when the customer last wrote."""
    due = later(turn.now, turn.rules.staff_silence, turn.playbook.zone)
    turn.arm(Timer("", turn.channel, 0, SILENCE, due))


def hand_back(turn: Turn) -> None:
    """The bot has the conversation again, which is a new one; questions' time-outs begin anew, in full."""
    identity = turn.identity
    if not identity.staff:
        return
    identity.staff, identity.staffed, identity.conversation = False, turn.now, None
    turn.disarm("", turn.channel, SILENCE)
    for instance in turn.contact.flows:
        state = turn.state_of(instance)
        if (
            instance.channel == turn.channel
            and instance.held is None  # its door is looked at anyhow
            and state is not None
            and state.question is not None
        ):
            instance.entered = turn.now  # what its timers are counted from
            arm_timers(turn, instance)
    turn.queue_news(STAFF, "hands_back")
