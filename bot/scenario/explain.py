"""What the bot would answer to a text, and why: the decision, and the rules that match it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import Rule
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.conditions.condition import ConditionContext, why
from bot.engine.hook_answers import body_of, hook_outcome, made_up
from bot.engine.times.bounds import When
from bot.engine.turn.how_often import limit_of
from bot.model.decision import Decision
from bot.model.effects import EffectRequest
from bot.model.event import Outcome, TextMessage
from bot.model.message import Message
from bot.model.place import Place
from bot.model.trace import TraceNote
from bot.model.translatable import ENGLISH, Language, Quoted, Translatable, row, tr
from bot.playbook.report import cells
from bot.playbook.similar import quoted
from bot.scenario.chosen_outcomes import Choices, choose, given_for
from bot.scenario.failure import NeverEnds
from bot.scenario.given import Given, GivenPerson
from bot.scenario.people import TurnRecord
from bot.scenario.play import Why
from bot.scenario.player import Player
from bot.scenario.result import why_as_json
from bot.scenario.steps import Scenario
from bot.wording.conversation import OURS, SpokenLine
from bot.wording.near_rules import How, Near, answered_instead, is_unheard, near_rules
from bot.wording.rule_to_paste import rule_lines, with_another
from bot.wording.trace_words import reason_texts, step_words

Verdict = Literal[
    "answers",  # it took the text
    "condition",  # its condition does not hold
    "limit",  # `from`, `until`, `once_per` or `first` silences it
    "later",  # a rule before it took the text
]
"""What a rule that matches the text did with it, and why."""

MOST_CALLS = 20
"""Calls of hooks that may follow from one text."""

VERDICTS: Mapping[str, Translatable] = {
    "answers": tr("took it"),
    "condition": tr("would have taken it, but for its condition"),
    "later": tr("hears it too, but comes later"),
}
"""What is said of a rule by its verdict; a limit has words of its own."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that matches the text, and its verdict."""

    place: Place
    verdict: Verdict
    failed: Place | None = None
    """The part of its condition that does not hold."""
    facts: tuple[TraceNote, ...] = ()
    """What decided its condition; of the verdict `limit` the one limit."""

    @property
    def because(self) -> str:
        """`facts` in English, for programs; of a limit `until over: 2026-11-11 24:00`."""
        if self.verdict == "limit":
            return "; ".join(f"{one.what} {one.result}: {one.because}" for one in self.facts)
        return "; ".join(map(str, self.facts))


@dataclass(frozen=True, slots=True)
class Consequence:
    """A turn that followed at once from the text: the outcome of a request, or a timer that was due."""

    what: Outcome | None
    """`None`: it was a timer."""
    steps: tuple[Why, ...]
    """Every step of its decision."""
    others: tuple[str, ...] = ()
    """The other outcomes that the same request can have."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What the bot answers to a text, and why."""

    text: str
    messages: tuple[Message, ...]
    """What the person gets."""
    paid: int
    """Messages that it costs."""
    candidates: tuple[Candidate, ...]
    """The rules that match the text, in the order of the file."""
    steps: tuple[Why, ...]
    """Every step of the decision."""
    near: tuple[Near, ...] = ()
    """The rules that wait for nearly this text, where none took it but one for all the rest."""
    said: tuple[SpokenLine, ...] = ()
    """All lines of the conversation that came of it, SMS and notices to staff among them."""
    later: tuple[Consequence, ...] = ()
    """The turns that followed from it."""


def explained(
    playbook: Playbook,
    person: GivenPerson,
    texts: Sequence[str],
    now: datetime,
    outcomes: Choices = (),
) -> tuple[Explained, ...]:
    """Decide what this person would be answered now to each text, one after the other.

    Requests to the world (SMS, shop, promotions) are answered at once, as in scenarios, with `outcomes` where
    chosen. A hook answers with made-up values, or fails where that is chosen. Raises `NeverEnds`.
    """
    given = Given(now, (person,), promotions=given_for(playbook, outcomes))
    player = Player(playbook, Scenario("", person.place, given, ()), seed=0)
    choose(player.world, outcomes)
    return tuple(_explained(player, text, outcomes) for text in texts)


def _explained(player: Player, text: str, outcomes: Choices) -> Explained:
    playbook, person = player.playbook, player.person
    before = ConditionContext(player.contact(person), person.channel, When(player.now, playbook.zone))
    lines, screen, paid = len(player.lines), len(person.screen), player.allowance.paid
    player.begin()
    player.happens(person, TextMessage(text), token=True)
    _answer_hooks(player, outcomes)
    number, first = next((n, t) for n, t in enumerate(player.turns) if isinstance(t.what, TextMessage))
    unheard = is_unheard(first.decision) or answered_instead(first.decision) is not None
    return Explained(
        text,
        tuple(person.screen[screen:]),
        player.allowance.paid - paid,
        tuple(candidates(playbook, before, text, first.decision)),
        _whys(first),
        near_rules(playbook, text, before) if unheard else (),
        tuple(player.lines[lines:]),
        tuple(_consequence(player.turns, at) for at in range(number + 1, len(player.turns))),
    )


def _consequence(turns: Sequence[TurnRecord], number: int) -> Consequence:
    turn = turns[number]
    if not isinstance(what := turn.what, Outcome):
        return Consequence(None, _whys(turn))
    asked = (action for before in reversed(turns[:number]) for action in before.decision.actions)
    questions = (action.question for action in asked if isinstance(action, EffectRequest))
    of = next(one for one in questions if one.answer == what.asked and what.result in one.outcomes)
    return Consequence(what, _whys(turn), tuple(one for one in of.outcomes if one != what.result))


def _whys(turn: TurnRecord) -> tuple[Why, ...]:
    return tuple(Why(*step) for step in turn.trace)


def _answer_hooks(player: Player, outcomes: Choices) -> None:
    """Each call answers, with values that are made up; or fails, where that is chosen."""
    playbook = player.playbook
    for _ in range(MOST_CALLS):
        if not player.calls:
            return
        pending = player.calls[0]
        hook, failed = playbook.hooks[pending.call.hook], ("hook", "failed") in outcomes
        answer = None if failed else body_of(made_up(hook, playbook, player.now), hook)
        player.answer(pending, hook_outcome(hook, answer, pending.call.origin, playbook.zone))
    raise NeverEnds(tr("more than {most} calls of hooks follow from this", most=MOST_CALLS))


def candidates(
    playbook: Playbook, context: ConditionContext, text: str, decision: Decision
) -> Iterator[Candidate]:
    """The rules that match a text of this person, as they were before `decision`; the verdict of each."""
    matched = {step.place for step in decision.trace if step.result == "matched"}
    matches = list(playbook.index.matches(TriggerEvent("text", text), context.when))
    defaults = [] if any(rule.place in matched for rule, _ in matches) else playbook.index.defaults
    for rule, fields in [*_in_order(matches), *((rule, {}) for rule in defaults)]:
        context.event = fields
        if rule.place in matched:
            yield Candidate(rule.place, "answers")
        elif rule.condition is not None and not rule.condition.holds(context):
            because = why(rule.condition, context)
            yield Candidate(rule.place, "condition", because.place, because.facts)
        elif rule.limited and (limit := limit_of(rule, context)) is not None:
            yield Candidate(rule.place, "limit", facts=(limit,))
        else:
            yield Candidate(rule.place, "later")


def _in_order(matches: list[tuple[Rule, Mapping[str, Any]]]) -> Iterator[tuple[Rule, Mapping[str, Any]]]:
    """Rules that interrupt come first."""
    yield from (pair for pair in matches if pair[0].interrupt)
    yield from (pair for pair in matches if not pair[0].interrupt)


def in_words(found: Explained, language: Language = ENGLISH) -> str:
    """The explanation as text for a terminal."""
    return "\n".join(_lines(found, language)) + "\n"


def _lines(found: Explained, language: Language) -> Iterator[str]:
    user, bot = language.text(tr("  user")), language.text(tr("   bot"))
    yield f"{user}  {found.text}"
    names = language.within("conversation")
    for line in found.said:
        speaker = bot if line.speaker == OURS["bot"] else _aligned(names.words(line.speaker), bot)
        first, *rest = language.words(line.text).split("\n")
        yield f"{speaker}  {first}"
        yield from (f"        {row}" for row in rest)
    if not found.messages:
        yield f"{bot}  " + language.text(tr("(says nothing)"))
    if found.paid:
        cost = tr("(costs {number} messages)", number=found.paid)
        yield "        " + language.text(tr("(costs 1 message)") if found.paid == 1 else cost)
    yield ""
    yield language.text(tr("why:"))
    for step in found.steps:
        yield f"  {step.describe(language)}"
    for consequence in found.later:
        yield from _followed(consequence, language)
    if found.candidates:
        yield ""
        yield language.text(tr("rules that hear this, in their order:"))
        yield from (f"  {_candidate(candidate, language)}" for candidate in found.candidates)
    if found.near:
        yield ""
        yield language.text(tr("rules that nearly hear this:"))
        yield from (f"  {_near(near, language)}" for near in found.near)
    if found.near and found.near[0].how == "marks":
        nearest = found.near[0]
        yield ""
        yield language.text(
            tr("no other rule is needed: {place} hears it, too, with", place=str(nearest.place))
        )
        yield f"  {with_another(nearest.text, found.text)}"
    elif not found.candidates and not found.messages:
        one = tr("or by a rule of its own:") if found.near else tr("no rule hears this; this one would:")
        yield ""
        yield language.text(one)
        yield from (f"  {line}" for line in rule_lines(TextMessage(found.text)) or ())


def _aligned(speaker: str, like: str) -> str:
    """The speaker, filled with spaces to the width of another one."""
    return " " * (cells(like) - cells(speaker)) + speaker


def _followed(one: Consequence, language: Language) -> Iterator[str]:
    """A turn that followed: its steps, and how to see what else could have come."""
    yield language.text(tr("then:"))
    yield from (f"  {step.describe(language)}" for step in one.steps)
    if one.what is not None and one.others:
        others = row((f"{one.what.asked}={other}" for other in one.others), "or")
        yield "  " + language.text(tr("to see what else could come:  --outcome {others}", others=others))


def _candidate(candidate: Candidate, language: Language) -> str:
    if candidate.verdict == "limit":
        (limit,) = candidate.facts
        return f"{candidate.place}  {step_words(limit, language)}"
    failed = "" if candidate.failed is None else f" {candidate.failed}"
    said = f"{candidate.place}  {language.text(VERDICTS[candidate.verdict])}"
    if not candidate.facts:
        return said
    because = language.within("trace").words(row(reason_texts(candidate.facts), "semicolon"))
    return language.text(tr("{said}:{failed} {because}", said=said, failed=failed, because=because))


def _near(near: Near, language: Language) -> str:
    return f"{near.place}  {language.text(_nearly(near.how, quoted(near.text)))}"


def _nearly(how: How, text: Quoted) -> Translatable:
    match how:
        case "marks":
            return tr("waits for {text}: only marks, spaces, width or characters differ", text=text)
        case "slip":
            return tr("waits for {text}: a single letter is another one", text=text)
        case "within":
            return tr(
                "waits for just {text}, and there is more in this (text_contains would hear it)", text=text
            )
        case "part":
            return tr("waits for {text}, of which this is a part", text=text)


def as_json(found: Explained) -> dict[str, Any]:
    """The explanation as JSON, for programs."""
    return {
        "text": found.text,
        "messages": list(found.messages),
        "paid": found.paid,
        "rules": [candidate_as_json(candidate) for candidate in found.candidates],
        "near": [near_as_json(near) for near in found.near],
        "why": [why_as_json(step) for step in found.steps],
        "then": [_consequence_as_json(one) for one in found.later],
    }


def _consequence_as_json(one: Consequence) -> dict[str, Any]:
    """What followed as JSON; `outcome` is null of a timer that was due."""
    what = one.what
    outcome = None if what is None else {"of": what.asked, "name": what.subject, "result": what.result}
    return {"outcome": outcome, "others": list(one.others), "why": [why_as_json(step) for step in one.steps]}


def candidate_as_json(candidate: Candidate) -> dict[str, Any]:
    """A matching rule as JSON."""
    return {
        "place": str(candidate.place),
        "verdict": candidate.verdict,
        "failed": None if candidate.failed is None else str(candidate.failed),
        "because": candidate.because,
    }


def near_as_json(near: Near) -> dict[str, Any]:
    """A nearly matching rule as JSON."""
    return {"place": str(near.place), "text": near.text, "how": near.how}
