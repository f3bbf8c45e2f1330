"""Random playbooks, edits and events: whoever rests in a flow has something that moves them on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide, due_timer
from bot.engine.flows import waking
from bot.engine.flows.push_gate import is_halted, is_quota_exhausted, still_closed
from bot.engine.turn.results import RESULT
from bot.engine.turn.staff import SILENCE
from bot.engine.turn.timers import GATE
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact, Identity
from bot.model.decision import Decision, DecisionInputs
from bot.model.event import Event, News, ReplyToken, Source
from bot.model.instance import HeldBy, Hold, Instance
from tests.depth import examples
from tests.engine.random_playbooks import Happenings
from tests.engine.test_any_playbook import FIRINGS_MOST, START, playbook

PLAYBOOKS = 400
EVENTS = 25
HELD_FOR_QUOTA = (17, 53, 96, 100)
"""Lives in which somebody comes to a door while none of the month's messages are left."""


@pytest.mark.ring("test", "a law")
@pytest.mark.parametrize("seed", sorted({*range(examples(150)), *HELD_FOR_QUOTA}))
def test_nobody_is_stranded(seed: int) -> None:
    live(seed)


@pytest.mark.parametrize("seed", HELD_FOR_QUOTA)
def test_whoever_is_not_woken_when_there_are_messages_again_is_seen(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    def shut(turn: Turn, instance: Instance, held: HeldBy) -> bool:
        return held == "quota" or still_closed(turn, instance, held)

    monkeypatch.setattr(waking, "still_closed", shut)
    with pytest.raises(AssertionError, match="held: quota"):
        live(seed)


def live(seed: int) -> None:
    """A life, and after each of its turns the question whether somebody is stranded."""
    drawn = random.Random(seed)
    book, now = playbook(drawn.randrange(PLAYBOOKS)), START
    contact = Contact("main:U1", identities=(Identity("main", "U1"), Identity("second", "U1")))
    asked: list[Any] = []
    for number in range(EVENTS):
        if drawn.random() < 0.1:
            book = playbook(drawn.randrange(PLAYBOOKS))
        happening = Happenings(drawn.randrange(2**32))
        at = happening.moment(now)
        channel = drawn.choice(["main", "second"])
        token = ReplyToken("t", at) if drawn.random() < 0.5 else None
        happens = Event(f"e{number}", channel, Source("user", "U1"), at, happening.what(asked), token=token)
        for event in (*[None] * FIRINGS_MOST, happens):
            due = due_timer(contact, max(at, now)) if event is None else None
            if due is not None:
                event = Event("timer", due.timer.channel, Source("user", "U1"), due.timer.due, due)
            if event is None:
                continue
            world = DecisionInputs({"main": 0} if drawn.random() < 0.1 else {})
            decision = decide(book, contact, event, event.at, world)
            contact = decision.contact
            if any(step.result == "chain-cut" for step in decision.trace):
                return  # what a bound has cut off stays as it is (semantics 7)
            asked = [a for a in decision.actions if hasattr(a, "origin")] or asked[-3:]
            assert list(stranded(book, decision, event, world)) == []
        now = max(at, now)


def stranded(
    book: Playbook, decision: Decision, event: Event, world: DecisionInputs
) -> Iterator[tuple[str, str, str]]:
    contact = decision.contact
    turn = Turn(book, contact, event, event.at, world)
    for instance in turn.contact.flows:
        state = turn.state_of(instance)
        if state is not None and not is_halted(turn, instance):  # lost and paused ones rest as they are
            for why in _why(turn, instance):
                yield instance.flow, instance.state, why
    armed = {(timer.channel, timer.timer) for timer in contact.timers if not timer.flow}
    for identity in contact.identities:
        if identity.staff and (identity.channel, SILENCE) not in armed:
            yield identity.channel, "", "staff have the conversation for ever"
    for pending in contact.results:
        if (pending.channel, RESULT) not in armed:
            yield pending.channel, pending.flow, "a result waits for ever"


def _why(turn: Turn, instance: Instance) -> Iterator[str]:
    flow, state = turn.flow_of(instance), turn.state_of(instance)
    assert flow is not None
    assert state is not None
    armed = {
        timer.timer
        for timer in turn.contact.timers
        if (timer.flow, timer.channel, timer.visit) == (instance.flow, instance.channel, instance.visit)
    }
    staff = turn.contact.identity(instance.channel).staff
    if instance.held is not None:
        if not _opens(turn, instance, instance.held, armed):
            yield f"held: {instance.held.by}"
        return
    if not state.rests:
        yield "rests where nobody can"
    if state.run is not None and turn.contact.instance(state.run, instance.channel) is None:
        yield "waits for a flow that does not run"
    if state.question is None or not staff:  # time-outs of questions begin when staff hand back
        for wait in flow.waits[state.name]:
            if wait.text not in armed and wait.text not in instance.fired:
                yield f"no timer {wait.text}"


def _opens(turn: Turn, instance: Instance, held: Hold, armed: set[str]) -> bool:
    """Whether something opens this door: staff, a timer, or an event of ours once there are messages (21)."""
    match held.by:
        case "staff":
            return turn.contact.identity(instance.channel).staff
        case "quota":
            return is_quota_exhausted(turn, instance) and _is_woken(turn, instance)
        case _:
            return GATE in armed


def _is_woken(turn: Turn, instance: Instance) -> bool:
    """Whether nobody waits for messages there any more once there are some, as `QuotaBack` tells."""
    channel, contact = instance.channel, turn.contact
    back = Event("back", channel, Source("none", ""), turn.now, News("quota_back", channel))
    woken = decide(turn.playbook, contact, back, turn.now, DecisionInputs()).contact
    found = woken.instance(instance.flow, channel)
    return found is None or found.visit != instance.visit or found.held is None or found.held.by != "quota"
