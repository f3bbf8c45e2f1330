"""Says what costs messages and money: each place where a message may be paid, and each flow as a whole (F8,
I7).

A message is free while LINE's reply token of an event is there (`entry_paths`); else it is a push, which is
paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnAfter, Rule
from bot.engine.compiled.step import GiveResult, SendMessages, Show, Steps
from bot.engine.flows.starting import channels_of
from bot.model.effects import SendCode
from bot.model.money import Prices
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, plural, tr
from bot.playbook.codes import Code, mistake
from bot.playbook.graph.entry_paths import EntryPath, Ways, WaysIn
from bot.playbook.graph.flow_arrows import reached, targets
from bot.playbook.graph.survey import Site, Survey
from bot.playbook.in_money import code_price, message_price, with_money
from bot.playbook.similar import quoted


@dataclass(frozen=True, slots=True)
class Paid:
    """A place where something is pushed, and paid, if there is no reply token."""

    code: Code
    """`costs-quota` or `may-cost-quota`."""
    place: Place
    ways: Ways
    """How contacts come there."""
    shown: bool = False
    """Whether a page shows it as a screen, which is free."""


def costs(survey: Survey, ways: WaysIn, prices: Prices) -> Iterator[Problem]:
    """`costs-quota`: a push that is paid. `may-cost-quota`: a question, `show` or result that may be. Level
    `info`."""
    reported: set[Place] = set()
    for paid in _paid(survey, ways):
        way = paid.ways.without or (None if paid.shown else paid.ways.page)
        if way is not None and paid.place not in reported:
            reported.add(paid.place)
            message = tr("this costs a message {when}", when=way.when)
            if paid.ways.token or paid.ways.perhaps:
                message = tr("this may cost a message {when}", when=way.when)
            yield mistake(paid.place, paid.code, with_money(message, prices.messages.values()), level="info")


def _paid(survey: Survey, ways: WaysIn) -> Iterator[Paid]:
    """All places where something may be pushed."""
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
    """The ways into a state. What a journey pushes in quiet hours is delayed, and loses its reply token."""
    into = ways.into(flow, state)
    is_held = flow.start is not None and flow.quiet is not None and state.pushes
    if is_held and into.without is None and (into.token or into.perhaps):
        return replace(into, without=EntryPath(tr("when it is held in the quiet hours"), flow.place))
    return into


def costly(flow: Flow, state: State, ways: WaysIn) -> bool:
    """Whether entering this state may cost a message."""
    into = _ways_into(flow, state, ways)
    step = paid_step(state.do)
    results = [step for step in state.do if isinstance(step, GiveResult)]
    return (
        ((step is not None or state.question is not None) and into.without is not None)
        or (isinstance(step, SendMessages) and into.page is not None)
        or any(paid_step(result.do, in_result=True) for result in results)
    )


def paid_step(steps: Steps, *, in_result: bool = False) -> SendMessages | Show | None:
    """The first step that is a push where there is no reply token; `in_result`: a reply is one, too."""
    for step in steps:
        if isinstance(step, Show) or (
            isinstance(step, SendMessages) and (step.how == "push" or step.or_push or in_result)
        ):
            return step
    return None


def flow_costs(survey: Survey, ways: WaysIn, prices: Prices) -> Iterator[Problem]:
    """`costs-quota` for each journey, `sms-cost` for each code by SMS where the price is known."""
    for flow in survey.playbook.flows.values():
        if (often := _how_often(flow, ways)) is not None:
            message = tr("the journey {flow} costs a person {often}", flow=quoted(flow.title), often=often[0])
            money = _in_money(message, often[1], survey.playbook, flow, prices)
            yield mistake(flow.place, "costs-quota", money, level="info")
    if prices.sms:
        message = code_price(prices.sms.values())
        for step in survey.steps:
            if step.asks is SendCode.question:
                yield mistake(step.place, "sms-cost", message, level="info")


def costs_of(playbook: Playbook, flow: Flow, ways: WaysIn, prices: Prices) -> Iterator[Translatable]:
    """The costs as the picture of a flow shows them: of a journey always, of other flows where prices are
    known."""
    if (often := _how_often(flow, ways)) is not None:
        message = tr("costs a person {often}", often=often[0])
        yield _in_money(message, often[1], playbook, flow, prices)
    elif prices.messages and any(costly(flow, state, ways) for state in flow.states.values()):
        yield message_price(prices.messages.values())
    if prices.sms and any(step.asks is SendCode.question for do in _steps(flow) for step in do):
        yield code_price(prices.sms.values())


def _in_money(
    message: Translatable, most: int | None, playbook: Playbook, flow: Flow, prices: Prices
) -> Translatable:
    """The message with the prices of the channels on which the flow can start; `most` messages, or per
    message where there is no bound (`None`)."""
    each = [prices.messages[name] for name in channels_of(playbook, flow) if name in prices.messages]
    if most is None:
        return message if not each else tr("{message}; {money}", message=message, money=message_price(each))
    return with_money(message, each, most)


def _how_often(flow: Flow, ways: WaysIn) -> tuple[Translatable, int | None] | None:
    """The most messages that a journey costs one person, in words and as a number (`None`: no bound); `None`
    where it costs none, or the flow is no journey."""
    if flow.start is None:
        return None
    onward = targets(flow)
    weights = {name: _weight(flow, state, ways) for name, state in flow.states.items()}
    there = reached([flow.first.name], onward)
    if not any(weights[name] for name in there):
        return None
    endless = any(weights[name] and name in reached(onward[name], onward) for name in there)
    most = flow.max_person if endless else _longest(flow.first.name, onward, weights)
    if most is None:
        return tr("any number of messages, for it can go round"), None
    if flow.max_person is not None:
        most = min(most, flow.max_person)
    return tr("at most {messages}", messages=_messages(most)), most


def _steps(flow: Flow) -> Iterator[Steps]:
    """All steps of a flow."""
    yield from (rule.do for rule in flow.rules)
    for state in flow.states.values():
        yield state.do
        yield from (rule.do for rule in (*state.rules, *state.branch))


def _messages(number: int) -> Translatable:
    return plural("1 message", "{number} messages", number)


def _weight(flow: Flow, state: State, ways: WaysIn) -> int:
    """The messages that one visit to a state costs at most."""
    staying, leaving = 0, 0
    for rule in (*state.rules, *state.branch):
        if paid_step(rule.do) is not None and _by_time(rule):
            staying, leaving = (staying + 1, leaving) if rule.to is None else (staying, 1)
    return int(costly(flow, state, ways)) + staying + leaving


def _by_time(rule: Rule) -> bool:
    """Whether a rule can fire by a timer, or is a branch."""
    return not rule.when or any(isinstance(trigger, OnAfter) for trigger in rule.when)


def _longest(first: str, onward: Mapping[str, Sequence[str]], weights: Mapping[str, int]) -> int:
    """The most messages on any way from `first`. No state with a weight is on a cycle."""
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
