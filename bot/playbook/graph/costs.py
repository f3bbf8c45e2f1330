"""What costs messages: per rule and state, and for one person on a journey (requirement F8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnAfter, Rule
from bot.engine.compiled.step import GiveResult, Say, Show, Steps
from bot.engine.types.plain import number_of
from bot.model.effects import SendCode
from bot.model.money import price, shown_money
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.said import Said, row, say
from bot.playbook.codes import Code, mistake
from bot.playbook.graph.moves import reached, targets
from bot.playbook.graph.survey import Site, Survey
from bot.playbook.graph.ways import EntryWay, Ways, WaysIn
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, text_at


@dataclass(frozen=True, slots=True)
class Paid:
    """Something that is pushed where there is no token. `shown`: on a page it is a screen, which is free."""

    code: Code
    place: Place
    ways: Ways
    shown: bool = False


def costs(survey: Survey, ways: WaysIn) -> Iterator[Problem]:
    """`costs-quota`: a push that is paid; `may-cost-quota`: a question, `show` or result. Never a mistake."""
    told: set[Place] = set()
    for paid in _paid(survey, ways):
        way = paid.ways.without or (None if paid.shown else paid.ways.page)
        if way is not None and paid.place not in told:
            told.add(paid.place)
            message = say("this costs a message {when}", when=way.when)
            if paid.ways.token or paid.ways.perhaps:
                message = say("this may cost a message {when}", when=way.when)
            if each := _beyond_plan(survey):
                message = _with_money(message, each)
            yield mistake(paid.place, paid.code, message, level="info")
    for flow in survey.playbook.flows.values():
        if flow.start is not None:
            yield from _journey(flow, ways, survey)
    yield from _messages_by_sms(survey)


def _messages_by_sms(survey: Survey) -> Iterator[Problem]:
    """`sms-cost`: a code that is sent, where the playbook says what an SMS costs."""
    ways = survey.root.get("sms")
    prices = {
        name: text_at(node, "price")
        for name, (_, node) in (ways.pairs if isinstance(ways, Map) else {}).items()
        if isinstance(node, Map) and "price" in node.pairs
    }
    used = [channel.sms for channel in survey.playbook.channels.values() if channel.sms in prices]
    for step in survey.steps if used else ():
        if step.asks is SendCode.question:
            each = row(dict.fromkeys(f"NT$ {prices[str(name)]}" for name in used), "or")
            message = say("each code sent here costs an SMS, {price}", price=each)
            yield mistake(step.place, "sms-cost", message, level="info")


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


def _journey(flow: Flow, ways: WaysIn, survey: Survey) -> Iterator[Problem]:
    """How many messages the journey costs one person at most."""
    onward = targets(flow)
    weights = {name: _weight(flow, state, ways) for name, state in flow.states.items()}
    there = reached([flow.first.name], onward)
    if not any(weights[name] for name in there):
        return
    endless = any(weights[name] and name in reached(onward[name], onward) for name in there)
    most = flow.max_person if endless else _longest(flow.first.name, onward, weights)
    if most is not None and flow.max_person is not None:
        most = min(most, flow.max_person)
    often = (
        say("any number of messages, for it can go round")
        if most is None
        else say("at most {messages}", messages=_messages(most))
    )
    message = say("the journey {flow} costs a person {often}", flow=shown(flow.title), often=often)
    if most is not None and (each := _beyond_plan(survey)):
        message = _with_money(message, [one * most for one in each])
    yield mistake(flow.place, "costs-quota", message, level="info")


def _with_money(message: Said, costs: Sequence[Decimal]) -> Said:
    money = row(dict.fromkeys(map(shown_money, costs)), "or")
    return say("{message}: {money}, once the plan's messages are used up", message=message, money=money)


def _beyond_plan(survey: Survey) -> list[Decimal]:
    """What one message more costs than a plan includes, on each channel whose plan says so."""
    channels = survey.root.get("channels")
    found = channels.pairs.values() if isinstance(channels, Map) else ()
    plans = [node.get("plan") for _, node in found if isinstance(node, Map)]
    extra = [text_at(plan, "extra") for plan in plans if isinstance(plan, Map) and "extra" in plan.pairs]
    return [cost for text in extra if (cost := price(number_of(text))) is not None]


def _messages(number: int) -> Said:
    return say("1 message") if number == 1 else say("{number} messages", number=number)


def _weight(flow: Flow, state: State, ways: WaysIn) -> int:
    """The messages that one visit to a state costs at most."""
    staying, leaving = 0, 0
    for rule in (*state.rules, *state.branch):
        if paid_step(rule.do) is not None and _by_time(rule):
            staying, leaving = (staying + 1, leaving) if rule.to is None else (staying, 1)
    return int(costly(flow, state, ways)) + staying + leaving


def _by_time(rule: Rule) -> bool:
    return not rule.when or any(isinstance(trigger, OnAfter) for trigger in rule.when)


def _longest(first: str, onward: Mapping[str, Sequence[str]], weights: Mapping[str, int]) -> int:
    """The heaviest way; no state that weighs anything is on a way round."""
    best = {first: weights[first]}
    waiting = [first]
    while waiting:
        name = waiting.pop()
        for target in onward[name]:
            weight = best[name] + weights[target]
            if weight > best.get(target, -1):
                best[target] = weight
                waiting.append(target)
    return max(best.values())
