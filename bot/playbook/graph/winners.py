"""What those hear who have a place already (`first`), and ask again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.compiled.rule import Rule
from bot.engine.conditions.values import HasTag
from bot.engine.turn.how_often import how_often
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.ears import Ears, pieces
from bot.playbook.graph.implication import ALWAYS, follows, form_of, never_together
from bot.playbook.graph.survey import Survey


def winners_who_fall_through(survey: Survey) -> Iterator[Problem]:
    """`winner-falls-through`: `once_per` keeps a rule with `first` silent, and a later one answers them."""
    # rules that interrupt are asked before all others (semantics 9)
    yield from _among(survey, sorted(survey.playbook.rules, key=lambda rule: not rule.interrupt))
    for flow in survey.flows:
        yield from _among(survey, flow.rules)
        for state in flow.states.values():
            yield from _among(survey, state.rules)


def _among(survey: Survey, rules: Sequence[Rule]) -> Iterator[Problem]:
    """Of rules in the order in which they are asked."""
    once = [n for n, rule in enumerate(rules) if rule.first is not None and rule.once_per is not None]
    ears = Ears(list(enumerate(rules))) if once else None
    for number in once:
        other = _answers_winners(survey, rules, number, ears) if ears is not None else None
        if other is not None:
            yield _problem(rules[number], other)


def _answers_winners(survey: Survey, rules: Sequence[Rule], number: int, ears: Ears) -> Rule | None:
    """The first later rule that winners come to and that is not made for them."""
    rule = rules[number]
    tags = [tag for step in rule.do for tag in step.adds_tags]
    marked = [form_of(HasTag(rule.place, (tag,))) for tag in tags]
    winners = [*marked, survey.form(rule.condition)]
    if never_together(winners):  # it says itself that it is for nobody with its tag
        winners = marked
    for piece in (piece for trigger in rule.when for piece in pieces(trigger)):
        for other in (rules[n] for n in ears.hearing(piece, lambda n: n > number)):
            form = survey.form(other.condition)
            if other.also or _at_other_times(rule, other) or never_together([*winners, form]):
                continue
            if form != ALWAYS and any(follows(form, tag) for tag in marked) and not other.limited:
                break  # it is for winners, and takes them all
            if not any(follows(tag, form) for tag in marked):
                return other
    return None


def _at_other_times(rule: Rule, other: Rule) -> bool:
    """Whether one is over before the other begins."""
    return any(
        one.until is not None and two.since is not None and one.until <= two.since
        for one, two in ((rule, other), (other, rule))
    )


def _problem(rule: Rule, other: Rule) -> Problem:
    often = how_often(rule.once_per) if rule.once_per is not None else ""
    message = say(
        "because of  once_per: {often}  who has a place and asks again is answered by a later rule",
        often=often,
    )
    hint = say(
        "leave  once_per  out: they hear the same again, and it costs no place; to say it once, write here\n"
        "    unless: {tag: {tag}}\n    do:\n      - reply: …\n      - add_tags: [{tag}]\n"
        "and below it a rule with  if: {tag: {tag}}  for those who ask again",
        tag=rule.key,
    )
    note = say("the other rule: {file}, line {line}", file=other.place.file, line=other.place.line)
    return mistake(rule.place, "winner-falls-through", message, hint=hint, note=note, level="warning")
