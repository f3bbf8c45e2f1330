"""What costs messages, rule by rule and state by state (requirement F8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.step import GiveResult, Say, Show, Steps
from bot.model.money import Prices
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import Code, mistake
from bot.playbook.graph.survey import Site, Survey
from bot.playbook.graph.ways import EntryWay, Ways, WaysIn
from bot.playbook.in_money import with_money


@dataclass(frozen=True, slots=True)
class Paid:
    """Something that is pushed where there is no token. `shown`: on a page it is a screen, which is free."""

    code: Code
    place: Place
    ways: Ways
    shown: bool = False


def costs(survey: Survey, ways: WaysIn, prices: Prices) -> Iterator[Problem]:
    """`costs-quota`: a push that is paid; `may-cost-quota`: a question, `show` or result. Never a mistake."""
    told: set[Place] = set()
    for paid in _paid(survey, ways):
        way = paid.ways.without or (None if paid.shown else paid.ways.page)
        if way is not None and paid.place not in told:
            told.add(paid.place)
            message = say("this costs a message {when}", when=way.when)
            if paid.ways.token or paid.ways.perhaps:
                message = say("this may cost a message {when}", when=way.when)
            yield mistake(paid.place, paid.code, with_money(message, prices.messages.values()), level="info")


def _paid(survey: Survey, ways: WaysIn) -> Iterator[Paid]:
    for site in survey.sites:
        in_result = site.result is not None
        step = paid_step(site.steps, in_result=in_result)
        if step is not None:
            shown = isinstance(step, Show)
            code: Code = "may-cost-quota" if shown or in_result else "costs-quota"
            yield Paid(code, step.place, _ways_to(site, ways), shown)
    for flow in survey.flows:
        for state in flow.states.values():
            if state.question is not None:
                yield Paid("may-cost-quota", state.question.place, ways.into(flow, state), True)


def _ways_to(site: Site, ways: WaysIn) -> Ways:
    if site.rule is None and site.result is None and site.flow is not None and site.state is not None:
        return _ways_into(site.flow, site.state, ways)
    return ways.to(site)


def _ways_into(flow: Flow, state: State, ways: WaysIn) -> Ways:
    """The ways into a state. What a journey pushes in quiet hours is held, and then the token is gone."""
    into = ways.into(flow, state)
    is_held = flow.start is not None and flow.quiet is not None and state.pushes
    if is_held and into.without is None and (into.token or into.perhaps):
        return replace(into, without=EntryWay(say("when it is held in the quiet hours"), flow.place))
    return into


def costly(flow: Flow, state: State, ways: WaysIn) -> bool:
    """Whether entering this state may cost a message."""
    into = _ways_into(flow, state, ways)
    step = paid_step(state.do)
    results = [step for step in state.do if isinstance(step, GiveResult)]
    return (
        ((step is not None or state.question is not None) and into.without is not None)
        or (isinstance(step, Say) and into.page is not None)
        or any(paid_step(result.do, in_result=True) for result in results)
    )


def paid_step(steps: Steps, *, in_result: bool = False) -> Say | Show | None:
    """The first step that is pushed if there is no token."""
    for step in steps:
        if isinstance(step, Show) or (
            isinstance(step, Say) and (step.how == "push" or step.or_push or in_result)
        ):
            return step
    return None
