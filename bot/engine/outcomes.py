"""Outcomes of requests to the world: passed to the flow that made them, or raised as news (semantics 26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.engine import notes
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.flows.flow_runner import FlowRunner
from bot.engine.members.clerks import as_it_came
from bot.engine.promotions import ENGINE_PARTS
from bot.engine.turn import change_notes
from bot.engine.turn.turn import Turn
from bot.model.event import Outcome
from bot.model.instance import Instance

_PARTS = {kind.news: part for kind, part in ENGINE_PARTS.by_kind.items() if part.outcome is not None}
"""By the news of promotions: those whose outcomes rules outside flows get, too."""


def take_outcome(turn: Turn, runner: FlowRunner, outcome: Outcome) -> None:
    """Pass an outcome to the instance that requested it, if it is still at the same visit (semantics 26).

    An outcome of a promotion that the instance does not take is news of the person, unless it is only shown
    on the page, or to the staff, that made the request.
    """
    origin = outcome.origin
    if origin is None:
        turn.note(notes.OUTCOME_IGNORED, outcome.asked, outcome.result)
        return
    instance = turn.contact.instance(origin.flow, origin.channel)
    is_there = instance is not None and instance.visit == origin.visit
    part = _PARTS.get(outcome.asked)
    if part is not None and part.only_shown(outcome):
        news = TriggerEvent(outcome.asked, outcome.subject, {"result": outcome.result})
        turn.note(notes.SHOWN_ON_PAGE, news.note)
    elif part is not None and part.outcome is not None:
        news = TriggerEvent(outcome.asked, outcome.subject, part.outcome(turn, outcome))
        if instance is None or not is_there or not _takes(turn, runner, instance, news):
            turn.queue_news(news.kind, news.subject, news.fields)
    elif instance is None or not is_there:
        turn.note(notes.OUTCOME_LATE, outcome.asked, origin.flow)
    else:
        if _has_lapsed(outcome, turn.now):
            turn.note(change_notes.MEMBER_LAPSED)
            outcome = replace(outcome, result="shop_failed")
        _takes(turn, runner, instance, _as_news(as_it_came(turn, outcome)))


def _takes(turn: Turn, runner: FlowRunner, instance: Instance, news: TriggerEvent) -> bool:
    """Pass news to an instance, on its channel; whether it took them."""
    with turn.on(instance.channel):
        return runner.handle(instance, news.kind, news) is not False


def _has_lapsed(outcome: Outcome, now: datetime) -> bool:
    """Whether a member was found whose reservation is over: to go on would say *bound* and bind nobody."""
    found = outcome.found
    return outcome.result == "found" and found is not None and (found.until is None or found.until < now)


def _as_news(outcome: Outcome) -> TriggerEvent:
    if outcome.asked != "hook":
        return TriggerEvent(outcome.asked, outcome.result, outcome.fields)
    return TriggerEvent("hook", outcome.subject, {**outcome.fields, "result": outcome.result})
