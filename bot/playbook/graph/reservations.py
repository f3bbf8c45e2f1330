"""Checks reservations: of the phone of a found member, which lasts two minutes, and of a place in a rule with
`first`, for those who have one and ask again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.actions.members import AskMember, AskMove, AskRegistration
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnNews, Rule
from bot.engine.conditions.values import HasTag
from bot.engine.turn.how_often import how_often
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.graph.flow_arrows import reached, targets
from bot.playbook.graph.implication import ALWAYS, follows, form_of, never_together
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.trigger_subsumption import PieceIndex, pieces
from bot.playbook.similar import quoted


def fall_through_winners(survey: Survey) -> Iterator[Problem]:
    """`winner-falls-through`: because of `once_per`, a rule with `first` is silent when a winner asks again,
    and a later rule answers instead."""
    # rules that interrupt come before all others (semantics 9)
    yield from _among(survey, sorted(survey.playbook.rules, key=lambda rule: not rule.interrupt))
    for flow in survey.flows:
        yield from _among(survey, flow.rules)
        for state in flow.states.values():
            yield from _among(survey, state.rules)


def _among(survey: Survey, rules: Sequence[Rule]) -> Iterator[Problem]:
    """Findings among rules, in the order in which they are evaluated."""
    once = [n for n, rule in enumerate(rules) if rule.first is not None and rule.once_per is not None]
    index = PieceIndex(list(enumerate(rules))) if once else None
    for number in once:
        other = _answers_winners(survey, rules, number, index) if index is not None else None
        if other is not None:
            yield _problem(rules[number], other)


def _answers_winners(survey: Survey, rules: Sequence[Rule], number: int, index: PieceIndex) -> Rule | None:
    """The first later rule that runs for winners and is not made for them."""
    rule = rules[number]
    tags = [tag for step in rule.do for tag in step.adds_tags]
    marked = [form_of(HasTag(rule.place, (tag,))) for tag in tags]
    winners = [*marked, survey.form(rule.condition)]
    if never_together(winners):  # its condition excludes people with its tag
        winners = marked
    for piece in (piece for trigger in rule.when for piece in pieces(trigger)):
        for other in (rules[n] for n in index.matching(piece, lambda n: n > number)):
            form = survey.form(other.condition)
            if other.also or _at_other_times(rule, other) or never_together([*winners, form]):
                continue
            if form != ALWAYS and any(follows(form, tag) for tag in marked) and not other.limited:
                break  # a rule for winners, which takes all of them
            if not any(follows(tag, form) for tag in marked):
                return other
    return None


def _at_other_times(rule: Rule, other: Rule) -> bool:
    """Whether one rule ends before the other begins."""
    return any(
        one.until is not None and two.since is not None and one.until <= two.since
        for one, two in ((rule, other), (other, rule))
    )


def _problem(rule: Rule, other: Rule) -> Problem:
    often = how_often(rule.once_per) if rule.once_per is not None else ""
    message = tr(
        "because of  once_per: {often}  who has a place and asks again is answered by a later rule",
        often=often,
    )
    hint = tr(
        "leave  once_per  out: they hear the same again, and it costs no place; to say it once, write here\n"
        "    unless: {tag: {tag}}\n    do:\n      - reply: …\n      - add_tags: [{tag}]\n"
        "and below it a rule with  if: {tag: {tag}}  for those who ask again",
        tag=rule.key,
    )
    note = tr("the other rule: {file}, line {line}", file=other.place.file, line=other.place.line)
    return mistake(rule.place, "winner-falls-through", message, hint=hint, note=note, level="warning")


def lapsing_reservations(survey: Survey) -> Iterator[Problem]:
    """`reservation-lapses`: between `found` and `bind_member` the person has to answer, or to wait.

    `found` reserves the phone for two minutes (language, section 6); a question in between may take longer,
    and `bind_member` then fails.
    """
    for flow in survey.flows:
        onward = targets(flow)
        fresh = {name for name, state in flow.states.items() if _finds(state)}
        after = {n: [t for t in onward[n] if t not in fresh] for n in flow.states}
        there = reached([name for name in _found(flow) if name not in fresh], after)
        for name in flow.states:
            state = flow.states[name]
            if name not in there or not state.rests or _binds(state):
                continue
            bound = next((n for n in reached(after[name], after) if _binds(flow.states[n])), None)
            if bound is not None:
                message = tr(
                    "between  member: found  and {bound} people rest in {state}, and the phone is "
                    "kept for 2 minutes only",
                    bound=quoted(bound),
                    state=quoted(name),
                )
                hint = tr("ask before  find_member,  and go from  found  to  bind_member  at once")
                yield mistake(state.place, "reservation-lapses", message, hint=hint)


def _found(flow: Flow) -> Iterator[str]:
    """The states that the outcome `found` leads to."""
    for state in flow.states.values():
        for rule in (*state.rules, *flow.rules):
            news = (
                trigger for trigger in rule.when if isinstance(trigger, OnNews) and trigger.kind == "member"
            )
            if rule.to in flow.states and any(t.subjects is None or "found" in t.subjects for t in news):
                yield str(rule.to)


def _finds(state: State) -> bool:
    """Whether a state requests the member, and so reserves anew."""
    return any(isinstance(step, AskMember | AskRegistration | AskMove) for step in state.do)


def _binds(state: State) -> bool:
    """Whether a state binds the member."""
    return any(step.binds == "member" for step in state.do)
