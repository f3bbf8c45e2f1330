"""What a flow gives and reaches: results that wait for a page's message, and goals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.engine import notes
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.goal import begun_flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.step import GiveResult, SendMessages
from bot.engine.compiled.trigger_event import TriggerEvent, fits
from bot.engine.turn.turn import Turn
from bot.model.counts import BEGUN, ENTERED, OF_GOALS, REACHED, SKIPPED
from bot.model.instance import Answer, Instance, PendingResult, Timer
from bot.model.mark import Mark
from bot.model.message import Pushed


def count_goals(turn: Turn, event: TriggerEvent) -> None:
    """Count the goals of broadcasts and flows that this news reaches."""
    for name, news in turn.playbook.goals.get(event.kind, ()):
        if fits(news, event, turn.when) is not None:
            turn.marks.append(Mark(turn.channel, OF_GOALS, REACHED, (name,)))


def count_beginning(turn: Turn, flow: Flow, instance: Instance) -> None:
    """Count that this flow has begun; of a journey, or a flow with a goal, also in which groups of its splits
    the person is now, for shares may change."""
    turn.mark(ENTERED, instance)
    if flow.goal is None and flow.start is None:
        return
    name = begun_flow(flow.name)
    turn.marks.append(Mark(turn.channel, OF_GOALS, BEGUN, (name,)))
    for split, groups in flow.splits.items():
        group = next((one for one, people in groups.items() if people.has(turn.contact.seed)), None)
        if group is not None:
            turn.marks.append(Mark(turn.channel, OF_GOALS, BEGUN, (name, split, group)))


RESULT = "result"
"""The timer at which the next of a channel's results is given without the page."""

WITHDRAWN = ""
"""The name of a result that is true no more: it is not given, but pushes that ride in its reply are sent."""

RESULT_WAITS = timedelta(seconds=60)
"""How long a page has to say a result in the person's name."""


def wait_for_page(turn: Turn, flow: str, result: GiveResult, answers: Mapping[str, Answer]) -> None:
    """Store a result of a flow until its message comes; each is given exactly once, also two of one flow.

    A result equal to a pending one is merged with it: a page opened a hundred times gives one message, not a
    hundred pushes.
    """
    pending = PendingResult(turn.channel, flow, result.key, turn.now + RESULT_WAITS, dict(answers))
    waiting = turn.contact.results
    again = next((one for one in waiting if _is_repeatable(result) and _is_same(one, pending)), None)
    if again is None:
        turn.contact.results = (*waiting, pending)
    else:
        later = replace(again, until=pending.until)
        turn.contact.results = tuple(later if one is again else one for one in waiting)
    _watch(turn, turn.channel)


def _is_repeatable(result: GiveResult) -> bool:
    """Whether doing it twice is no more than saying it twice."""
    return all(isinstance(step, SendMessages) for step in result.do)


def _is_same(one: PendingResult, other: PendingResult) -> bool:
    return replace(one, until=other.until, pushes=other.pushes) == other


def take(turn: Turn, pending: PendingResult) -> None:
    """Remove a pending result that is given now."""
    turn.contact.results = tuple(other for other in turn.contact.results if other is not pending)
    _watch(turn, pending.channel)


def pushes_of(turn: Turn, pending: PendingResult) -> list[Pushed]:
    """The pushes sent with its reply; none of a journey where the person has stopped marketing since."""
    stopped = turn.contact.marketing is False
    skipped = [one.of for one in pending.pushes if one.of is not None and stopped]
    for of in dict.fromkeys(skipped):
        turn.marks.append(Mark(pending.channel, of.flow, SKIPPED, (of.state, "marketing stopped")))
        turn.note(notes.PUSH_SKIPPED, "marketing stopped")
    return [one for one in pending.pushes if one.of is None or not stopped]


def withdrawn(results: Iterable[PendingResult], flow: str | None) -> tuple[PendingResult, ...]:
    """The results once this flow's binding is undone: its own are withdrawn, without message or tags."""
    return tuple(replace(one, result=WITHDRAWN) if one.flow == flow else one for one in results)


def overdue(turn: Turn, channel: str) -> list[PendingResult]:
    """The results of a channel whose message has not come in time."""
    return [one for one in turn.contact.results if one.channel == channel and one.until <= turn.now]


def result_of(playbook: Playbook, pending: PendingResult) -> GiveResult | None:
    """What a pending result says, by the playbook as it is now; `None` where it has it no more."""
    flow = playbook.flow(pending.flow, pending.channel)
    return playbook.results(flow).get(pending.result) if flow is not None else None


def _watch(turn: Turn, channel: str) -> None:
    """Arm the timer `RESULT` for the first pending result of the channel; disarm it where there is none."""
    waits = [pending.until for pending in turn.contact.results if pending.channel == channel]
    if waits:
        turn.arm(Timer("", channel, 0, RESULT, min(waits)))
    else:
        turn.disarm("", channel, RESULT)
