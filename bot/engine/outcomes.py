"""What came of a request to the world: passed to the flow that asked, or heard as news (semantics 26)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.engine import notes
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.flows.flow_runner import FlowRunner
from bot.engine.members.clerks import as_it_came
from bot.engine.turn import change_notes
from bot.engine.turn.turn import Turn
from bot.model.event import Outcome
from bot.model.instance import Instance
from bot.model.value import Value
from bot.promotions.appointments.engine.held import is_refused_elsewhere
from bot.promotions.coupons.engine.held import coupon_news
from bot.promotions.draws.engine.held import draw_news


def _appointment_news(turn: Turn, outcome: Outcome) -> Mapping[str, Value]:
    return {"appointment": outcome.subject, **outcome.fields, "result": outcome.result}


_NEWS_OF: Mapping[str, Callable[[Turn, Outcome], Mapping[str, Value]]] = {
    "coupon": coupon_news,
    "draw": draw_news,
    "appointment": _appointment_news,
}
"""Outcomes that are heard outside flows, too: their fields as rules read them."""


def take_outcome(turn: Turn, runner: FlowRunner, outcome: Outcome) -> None:
    """Pass an outcome to the instance that requested it, if it is still at the same visit (semantics 26).

    That of a coupon, draw or appointment is news of the person where this one does not take it. Why an
    appointment could not be had is shown where a page or staff have asked.
    """
    origin = outcome.origin
    if origin is None:
        turn.note(notes.OUTCOME_IGNORED, outcome.asked, outcome.result)
        return
    instance = turn.contact.instance(origin.flow, origin.channel)
    is_there = instance is not None and instance.visit == origin.visit
    if is_refused_elsewhere(outcome):
        news = TriggerEvent("appointment", outcome.subject, {"result": outcome.result})
        turn.note(notes.SHOWN_ON_PAGE, news.note)
    elif outcome.asked in _NEWS_OF:
        news = TriggerEvent(outcome.asked, outcome.subject, _NEWS_OF[outcome.asked](turn, outcome))
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
