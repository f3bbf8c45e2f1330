"""Checks that each state handles all outcomes of what it requests (calls, codes, members, sub-flows), and
waits for no outcome that it has not requested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.actions.hooks import Call
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnNews, Rule
from bot.engine.compiled.step import Step
from bot.engine.conditions.comparisons import Is
from bot.model.asked import ASKED, FROM_THE_WORLD
from bot.model.news import NEWS_RESULTS
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Listing, Translatable, row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import denied, never_together, test_implies
from bot.playbook.graph.survey import Survey
from bot.playbook.phrases import trigger_words
from bot.playbook.similar import quoted

OUTCOMES = {*FROM_THE_WORLD, "ended"} - NEWS_RESULTS.keys()
"""Triggers that reach only the state that made the request (language, 4.2)."""


@dataclass(frozen=True, slots=True)
class StateRequest:
    """A request that a state makes."""

    kind: str
    """The trigger by which its outcome is heard."""
    name: str
    """The hook, the flow, or the action."""
    outcomes: tuple[str, ...]
    """All outcomes that it can have."""
    place: Place


def unhandled_outcomes(survey: Survey, now: datetime | None) -> Iterator[Problem]:
    """`outcome-unhandled`: a state makes a request and rests, and no rule hears some outcome.

    Only a warning where the outcome is missed because of the limits of its rules (`from`, `until`,
    `once_per`, `first`). `now` is UTC.
    """
    for flow in survey.flows:
        for state in flow.states.values():
            if not state.rests:
                continue
            rules = (*state.rules, *flow.rules)
            for request in _requests_in(flow, state, survey.playbook.flows):
                if request.kind == "ended" and state.branch:
                    continue  # the branch takes every end
                lost = [o for o in request.outcomes if not _whole(_handling(request, o, rules))]
                limited = [
                    o
                    for o in request.outcomes
                    if o not in lost and _can_stay_silent(_handling(request, o, rules), now)
                ]
                if lost:
                    yield _unhandled(request, lost, rules)
                if limited:
                    yield _limited(request, limited, rules, now)


def outcomes_that_never_come(survey: Survey) -> Iterator[Problem]:
    """`outcome-never-comes`: a rule waits for an outcome that nothing in its state or flow requests."""
    for rule in survey.playbook.rules:
        yield from _unrequested(rule, (), None)
    for flow in survey.flows:
        everywhere: list[StateRequest] = []
        for state in flow.states.values():
            if state.rests:
                requests = list(_requests_in(flow, state, survey.playbook.flows))
                everywhere += requests
                for rule in state.rules:
                    yield from _unrequested(rule, requests, tr("the state {state}", state=quoted(state.name)))
        for rule in flow.rules:
            yield from _unrequested(rule, everywhere, tr("the flow {flow}", flow=quoted(flow.name)))


def _requests_in(flow: Flow, state: State, flows: Mapping[str, Flow]) -> Iterator[StateRequest]:
    """The requests of a state that rests: by its entry, by rules that stay in it, and by the flow that it
    runs."""
    staying = [rule for rule in (*state.rules, *flow.rules) if rule.to is None]
    for step in (*state.do, *(step for rule in staying for step in rule.do)):
        request = _request_of(step)
        if request is not None:
            yield request
    if state.run is not None and state.run in flows:
        ends = tuple(s.name for s in flows[state.run].states.values() if s.end)
        yield StateRequest("ended", state.run, ends, state.place)


def _request_of(step: Step) -> StateRequest | None:
    """The request that a step makes; `None` where it makes none."""
    effect = step.asks
    if effect is None or effect.answer not in OUTCOMES:
        return None  # results of promotions are heard outside flows, too
    name = step.hook if isinstance(step, Call) else effect.action
    return StateRequest(effect.answer, name, tuple(effect.outcomes), step.place)


def _handling(request: StateRequest, outcome: str, rules: Sequence[Rule]) -> list[Rule]:
    """The rules with a trigger for this outcome."""
    return [rule for rule in rules if any(_fits(t, request, outcome) for t in rule.when)]


def _whole(rules: Sequence[Rule]) -> bool:
    """Whether the conditions of these rules together cover all cases."""
    return never_together([denied(rule.condition) for rule in rules])


def _can_stay_silent(rules: Sequence[Rule], now: datetime | None) -> bool:
    """Whether at some moment, from `now` on, the limits of these rules leave a case out."""
    for_all = [rule for rule in rules if rule.once_per is None and rule.first is None]
    changes = {at for rule in for_all for at in (rule.since, rule.until) if at is not None}
    moments: set[datetime | None] = {at for at in changes if now is None or at > now}
    if now is not None or not moments:
        moments.add(now)
    return not all(_whole([rule for rule in for_all if _holds(rule, at)]) for at in moments)


def _holds(rule: Rule, at: datetime | None) -> bool:
    """Whether a rule is in force at this moment."""
    since, until = rule.since, rule.until
    return at is None or ((since is None or since <= at) and (until is None or at < until))


def _fits(trigger: object, request: StateRequest, outcome: str) -> bool:
    """Whether a trigger hears this outcome of the request."""
    if not isinstance(trigger, OnNews) or trigger.kind != request.kind:
        return False
    if request.kind != "hook":
        return trigger.subjects is None or outcome in trigger.subjects
    return (trigger.subjects is None or request.name in trigger.subjects) and all(
        test.field == "result" and all(test_implies(Is((outcome,)), t) for t in test.tests)
        for test in trigger.where
    )


def _unhandled(request: StateRequest, outcomes: Sequence[str], rules: Sequence[Rule]) -> Problem:
    came, when = _came(request, outcomes), _when(request, outcomes)
    message, hint = (
        tr("nothing happens when {came}", came=came),
        tr("add  - {when: {{when}}, to: …}", when=when),
    )
    if any(_handling(request, outcome, rules) for outcome in outcomes):
        message = tr("nothing happens when {came} and the if of its rules does not hold", came=came)
        hint = tr("add  - {when: {{when}}, to: …} behind them, without if", when=when)
    return mistake(request.place, "outcome-unhandled", message, hint=hint)


def _limited(
    request: StateRequest, outcomes: Sequence[str], rules: Sequence[Rule], now: datetime | None
) -> Problem:
    some = [rule for outcome in outcomes for rule in _handling(request, outcome, rules)]
    words = row(_what_keeps_silent(some, now), "or")
    message = tr(
        "nothing happens when {came} and its rules are kept silent by {words}",
        came=_came(request, outcomes),
        words=words,
    )
    hint = tr(
        "add  - {when: {{when}}, to: …} behind them, without {words}: that is what the others hear",
        when=_when(request, outcomes),
        words=words,
    )
    return mistake(request.place, "outcome-unhandled", message, hint=hint, level="warning")


def _when(request: StateRequest, outcomes: Sequence[str]) -> str:
    """The trigger for these outcomes, to paste."""
    what = outcomes[0] if len(outcomes) == 1 else f"[{', '.join(outcomes)}]"
    if request.kind == "hook":
        return f"hook: {request.name}" + (f", result: {what}" if len(outcomes) == 1 else "")
    return f"{request.kind}: {what}"


def _what_keeps_silent(rules: Sequence[Rule], now: datetime | None) -> Iterator[str]:
    """The keys by which one of these rules may not run although its trigger fires."""
    for word, has in (
        ("if", any(rule.condition is not None for rule in rules)),
        ("from", any(rule.since is not None and (now is None or now < rule.since) for rule in rules)),
        ("until", any(rule.until is not None for rule in rules)),
        ("once_per", any(rule.once_per is not None for rule in rules)),
        ("first", any(rule.first is not None for rule in rules)),
    ):
        if has:
            yield word


def _came(request: StateRequest, outcomes: Sequence[str]) -> Translatable:
    """That these outcomes come, in words."""
    match request.kind:
        case "hook":
            verbs = {"ok": tr("succeeds"), "failed": tr("fails")}
            return tr("{hook} {does}", hook=request.name, does=row((verbs[o] for o in outcomes), "or"))
        case "ended":
            return tr("{asked} ends in {outcomes}", asked=request.name, outcomes=row(outcomes))
        case _:
            return tr("{asked} gives {outcomes}", asked=request.name, outcomes=row(outcomes))


def _unrequested(
    rule: Rule, requests: Sequence[StateRequest], where: Translatable | None
) -> Iterator[Problem]:
    """Findings for triggers of a rule on outcomes that none of `requests` has. `where` is the state or flow
    of the rule; `None`: it is outside of flows."""
    for trigger in rule.when:
        if not isinstance(trigger, OnNews) or trigger.kind not in OUTCOMES:
            continue
        mine = [a for a in requests if a.kind == trigger.kind]
        known = {a.name for a in mine} if trigger.kind == "hook" else {o for a in mine for o in a.outcomes}
        subjects = trigger.subjects or ()
        lost = [subject for subject in subjects if subject not in known]
        if not mine or lost:
            what = f"{trigger.kind} {', '.join(lost)}" if lost else trigger_words(trigger)
            message = tr("{what} never comes to a rule outside flows", what=quoted(what))
            if where is not None:
                message = tr(
                    "{what} never comes: nothing in {where} asks for it", what=quoted(what), where=where
                )
            name = (lost or subjects or ("…",))[0]
            hint = _into_a_flow(trigger.kind, name) if where is None else _ask(trigger.kind, name)
            if mine and trigger.kind != "hook":
                hint = tr(
                    "what can come here: {outcomes}",
                    outcomes=row(dict.fromkeys(o for a in mine for o in a.outcomes)),
                )
            yield mistake(rule.place, "outcome-never-comes", message, hint=hint)


def _ask(kind: str, name: str) -> Translatable:
    """Advice on the request that a state must make; `name` is the hook."""
    match kind:
        case "hook":
            return tr("write  call: {hook}  in the state that waits for it", hook=name)
        case "ended":
            return tr("write  run: FLOW  in the state that waits for its end")
        case _:
            return tr("write  {actions}  in the state that waits for it", actions=_asking(kind))


def _into_a_flow(kind: str, name: str) -> Translatable:
    """Advice for a rule outside of flows, which hears no outcomes; for a hook with a whole flow to paste."""
    match kind:
        case "hook":
            flow = _ASKS.replace("HOOK", name)
            return tr(
                "a flow asks and hears the answer: write it so, and to begin it  start: ask_{hook}\n{flow}",
                hook=name,
                flow=flow,
            )
        case "ended":
            return tr("outside flows write  when: {flow_ended: FLOW}")
        case _:
            return tr(
                "a state of a flow asks and hears the answer: write there  {actions}  and this rule below"
                " its  rules:,  and to begin it  start: FLOW",
                actions=_asking(kind),
            )


def _asking(kind: str) -> Listing:
    """The actions whose outcome this trigger hears."""
    return row([f"{action}:" for action, effect in ASKED.items() if effect.answer == kind], "or")


_ASKS = """flows:
  ask_HOOK:
    states:
      詢問:
        call: HOOK
        rules:
          - {when: {hook: HOOK, result: ok}, push: 查到了, to: 完成}
          - {when: {hook: HOOK, result: failed}, push: 系統忙碌中，請稍後再試, to: 完成}
        give_up_after: {1m: 完成}
      完成: {end: true}"""
"""A flow to paste that calls a hook and answers by its outcome."""
