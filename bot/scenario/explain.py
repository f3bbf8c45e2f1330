"""What the bot would answer to a text, and why: the decision, and the rules that match it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import Rule
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.conditions.condition import ConditionContext, why
from bot.engine.decide import decide
from bot.engine.times.bounds import When
from bot.engine.turn.how_often import limit_of
from bot.model.decision import Decision, DecisionInputs, Push, Reply
from bot.model.event import Event, ReplyToken, Source, TextMessage
from bot.model.message import Message
from bot.model.place import Place
from bot.model.trace import TraceNote
from bot.model.translatable import ENGLISH, Language, Quoted, Translatable, row, tr
from bot.playbook.similar import quoted
from bot.scenario.conversation import line_of
from bot.scenario.given import GivenPerson
from bot.scenario.initial_contact import contact_of
from bot.scenario.near_rules import How, Near, answered_instead, is_unheard, near_rules
from bot.scenario.people import line_user
from bot.scenario.play import Why
from bot.scenario.result import why_as_json
from bot.scenario.rule_to_paste import rule_lines, with_another
from bot.scenario.trace_words import reason_texts, step_words

Verdict = Literal["answers", "condition", "limit", "later"]
"""It took the text · its condition does not hold · `from`, `until`, `once_per` or `first` keeps it silent · a
rule before it took the text."""

VERDICTS: Mapping[str, Translatable] = {
    "answers": tr("took it"),
    "condition": tr("would have taken it, but for its condition"),
    "later": tr("hears it too, but comes later"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that matches the text, and its verdict; `failed` is the part of its condition that did.

    `facts` decided its condition, or are the one limit.
    """

    place: Place
    verdict: Verdict
    failed: Place | None = None
    facts: tuple[TraceNote, ...] = ()

    @property
    def because(self) -> str:
        """In English, for programs; of a limit `until over: 2026-11-11 24:00`."""
        if self.verdict == "limit":
            return "; ".join(f"{one.what} {one.result}: {one.because}" for one in self.facts)
        return "; ".join(map(str, self.facts))


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer, the rules that match the text in the order of the file, and every step of the decision."""

    text: str
    messages: tuple[Message, ...]
    paid: int
    candidates: tuple[Candidate, ...]
    steps: tuple[Why, ...]
    near: tuple[Near, ...] = ()
    """The rules that wait for nearly this text, where none took it but one for all the rest."""


def explained(playbook: Playbook, person: GivenPerson, text: str, now: datetime) -> Explained:
    """Decide what this person would be answered now, without telling anybody."""
    contact = contact_of(person, playbook, (), None, 0, now, friend=True)
    source = Source("user", line_user(person.name))
    token = ReplyToken("explain", now)
    event = Event("explain", person.channel, source, now, TextMessage(text), token=token)
    decision = decide(playbook, contact, event, now, DecisionInputs())
    unheard = is_unheard(decision) or answered_instead(decision) is not None
    replies = [action for action in decision.actions if isinstance(action, Reply | Push)]
    return Explained(
        text,
        tuple(message for action in replies for message in action.messages),
        sum(isinstance(action, Push) for action in replies),
        tuple(
            candidates(
                playbook, ConditionContext(contact, person.channel, When(now, playbook.zone)), text, decision
            )
        ),
        tuple(Why(*step) for step in decision.trace),
        near_rules(playbook, text, ConditionContext(contact, person.channel, When(now, playbook.zone)))
        if unheard
        else (),
    )


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
    """Those that interrupt are asked first."""
    yield from (pair for pair in matches if pair[0].interrupt)
    yield from (pair for pair in matches if not pair[0].interrupt)


def in_words(found: Explained, language: Language = ENGLISH) -> str:
    """For people."""
    return "\n".join(_lines(found, language)) + "\n"


def _lines(found: Explained, language: Language) -> Iterator[str]:
    user, bot = language.text(tr("  user")), language.text(tr("   bot"))
    yield f"{user}  {found.text}"
    for message in found.messages:
        first, *rest = line_of(message, language).split("\n")
        yield f"{bot}  {first}"
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
    """For programs."""
    return {
        "text": found.text,
        "messages": list(found.messages),
        "paid": found.paid,
        "rules": [candidate_as_json(candidate) for candidate in found.candidates],
        "near": [near_as_json(near) for near in found.near],
        "why": [why_as_json(step) for step in found.steps],
    }


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
