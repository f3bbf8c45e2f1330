"""Finds rules that never run because an earlier one takes their triggers, and rules in different files whose
order only the file names decide."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.engine.compiled.rule import OnAfter, OnAnythingElse, OnMessage, OnNews, Rule
from bot.engine.texts.pattern import Pattern
from bot.engine.times.value_words import listed
from bot.model.problem import Problem
from bot.model.translatable import Translatable as Sentence
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import ConditionForm, follows, form_of, never_together
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.trigger_subsumption import ExactPhrase, Piece, PieceIndex, Within, pieces
from bot.playbook.phrases import trigger_words
from bot.playbook.similar import few, quoted


def shadowed_rules(survey: Survey) -> Iterator[Problem]:
    """`rule-shadowed`, `rule-partly-shadowed`: among the rules outside of flows, of a flow, of a state."""
    # rules that interrupt come before all others (semantics 9)
    yield from _among(survey, sorted(survey.playbook.rules, key=lambda rule: not rule.interrupt))
    for flow in survey.flows:
        yield from _among(survey, flow.rules)
        for state in flow.states.values():
            yield from _among(survey, state.rules)


def _among(survey: Survey, rules: Sequence[Rule]) -> Iterator[Problem]:
    """Findings for rules behind another one that has the same triggers or more."""
    if len(rules) < 2:
        return
    forms = [survey.form(rule.condition) for rule in rules]
    kinds: dict[tuple[ConditionForm, bool], int] = {}
    pairs = ((form, rule.with_staff) for form, rule in zip(forms, rules, strict=True))
    alike = [kinds.setdefault(pair, len(kinds)) for pair in pairs]
    index = PieceIndex([(n, rule) for n, rule in enumerate(rules) if _takes(rule)], alike)
    for number, rule in enumerate(rules):
        earlier_rules = [(p, _before(number, p, rules, forms, index)) for t in rule.when for p in pieces(t)]
        taken = [(piece, earlier) for piece, earlier in earlier_rules if earlier is not None]
        if taken:
            yield _problem(rule, taken, len(earlier_rules))


def _takes(rule: Rule) -> bool:
    """Whether no later rule runs when this one's trigger fires: it has no limits and no `also`."""
    return not (rule.also or rule.limited)


def _before(
    number: int, piece: Piece, rules: Sequence[Rule], forms: Sequence[ConditionForm], index: PieceIndex
) -> Rule | None:
    """The first earlier rule that takes all of the piece, wherever rule `number` holds."""

    def wider(other: int) -> bool:
        # while staff have the conversation, only rules `with_staff` run
        at_least = rules[other].with_staff >= rules[number].with_staff
        return other < number and at_least and follows(forms[other], forms[number])

    return next((rules[other] for other in index.matching(piece, wider)), None)


def _problem(rule: Rule, taken: Sequence[tuple[Piece, Rule]], all_of_it: int) -> Problem:
    """The finding for a rule. `taken` are its pieces that earlier rules take, `all_of_it` the number of all
    its pieces."""
    what = few([quoted(piece_words(piece)) for piece, _ in taken])
    other = taken[0][1]
    triggers = few([quoted(piece_words(piece)) for trigger in other.when for piece in pieces(trigger)])
    note = tr(
        "what takes it: {file}, line {line}, {hears}",
        file=other.place.file,
        line=other.place.line,
        hears=triggers,
    )
    interrupts = other.interrupt and not rule.interrupt
    taker = tr("one that interrupts") if interrupts else tr("an earlier one")
    if len(taken) == all_of_it:
        message = tr("this rule is never heard: {who} takes {what} first", who=taker, what=what)
        hint = tr("leave one of the two out; for both answers write one rule:  reply: […, …]")
        if (
            rule.condition is not None
            or rule.limited
            or any(takes_more(taking, piece) for piece, taking in taken)
        ):
            hint = _above(rule.place.file, other.place.file)
        if interrupts:
            hint = tr("leave one of the two out")
        return mistake(rule.place, "rule-shadowed", message, hint=hint, note=note, level="warning")
    message = tr("this rule does not hear {what}: {who} takes it first", what=what, who=taker)
    hint = tr("leave {what} out here, or put this rule before the other", what=what)
    if interrupts:
        hint = tr("leave {what} out here", what=what)
    return mistake(rule.place, "rule-partly-shadowed", message, hint=hint, note=note, level="warning")


def takes_more(rule: Rule, piece: Piece) -> bool:
    """Whether a rule that matches a piece matches more than it: then the narrower rule belongs before it."""
    return all(piece != one for trigger in rule.when for one in pieces(trigger))


def _above(file: str, other: str) -> Sentence:
    """Advice to put one rule before another, also across files."""
    if file == other:
        return tr("put this rule above the other one, or leave one of the two out")
    return tr(
        "move this rule above the other one, or write in bot.yaml:  rule_order: [{first}, {second}]",
        first=file,
        second=other,
    )


def piece_words(piece: Piece) -> str:
    """The piece in short, for messages."""
    match piece:
        case ExactPhrase(text):
            return text
        case Within(texts):
            return listed(texts)
        case Pattern():
            return piece.text
        case OnMessage() | OnNews() | OnAfter() | OnAnythingElse():
            return trigger_words(piece)
        case _:
            return piece or "…"


def order_by_path(survey: Survey, ordered: Collection[str]) -> Iterator[Problem]:
    """`order-by-path`: rules in two files hear the same text, and only the names of the files say which comes
    first; once for each two files. `ordered` are the files that `rule_order` names."""
    rules = [rule for rule in survey.playbook.rules if not rule.also]
    if len({rule.place.file for rule in rules} - set(ordered)) < 2:
        return
    index = PieceIndex(list(enumerate(rules)))
    reported: set[tuple[str, str]] = set()
    for number, rule in enumerate(rules):
        for piece in (p for trigger in rule.when for p in pieces(trigger) if isinstance(p, ExactPhrase)):
            for other in (rules[n] for n in index.matching(piece) if n < number):
                files = (other.place.file, rule.place.file)
                if files in reported or files[0] == files[1] or not set(files).isdisjoint(ordered):
                    continue
                if other.interrupt != rule.interrupt or never_together(
                    [form_of(other.condition), form_of(rule.condition)]
                ):
                    continue
                reported.add(files)
                message = tr(
                    "{heard} is heard in {file} as well, first by its name alone",
                    heard=quoted(piece_words(piece)),
                    file=files[0],
                )
                note = tr("the other rule: {file}, line {line}", file=other.place.file, line=other.place.line)
                first, second = reversed(files) if takes_more(other, piece) else files
                hint = tr(
                    "say which comes first, in bot.yaml:  rule_order: [{first}, {second}]",
                    first=first,
                    second=second,
                )
                yield mistake(rule.place, "order-by-path", message, hint=hint, note=note, level="warning")
