"""What a state says and does, in the few words that fit into a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.engine.compiled.card import Bounded, Card
from bot.engine.compiled.flow import State
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import Rule
from bot.engine.compiled.step import GiveResult, Operand, SendMessages, Short, Show, Step, Steps, TodayWord
from bot.engine.conditions.comparisons import Is
from bot.engine.conditions.values import AnswerTest
from bot.engine.texts.template import Placeholder, Template
from bot.engine.times.value_words import listed
from bot.model.translatable import Translatable, tr

MOST_LINES = 5
"""Lines of actions in one box; of the others only that there are more."""

Cost: TypeAlias = Literal[
    "",  # nothing
    "($)",  # perhaps a message, as the answer of a result where the page cannot send it as the person
    "$",  # a message
]
"""What a step costs."""

LONGEST = 24
"""Characters of a text that are shown."""


def cut(text: str, longest: int = LONGEST) -> str:
    """A text on one line, shortened."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


@dataclass(frozen=True, slots=True)
class DiagramStep:
    """One step as a line of a picture."""

    verb: str
    """Its word in the language: `push`, `add_tags`."""
    about: str = ""
    """What it is about: the names of cards, of tags."""
    cost: Cost = ""
    inner: bool = False
    """Whether it is done later, by a result."""

    def __str__(self) -> str:
        return " ".join(filter(None, ["·" if self.inner else "", self.verb, self.about, self.cost]))


def state_lines(playbook: Playbook, state: State, cost: Cost) -> tuple[DiagramStep, ...]:
    """What a state does on entry, what it asks or runs; `cost` is that of a message on the way into it."""
    lines = step_lines(playbook, state.do, cost)
    if state.question is not None:
        lines += (DiagramStep("ask", _cards(playbook, state.question.ask), cost),)
    if state.run is not None:
        lines += (DiagramStep("run", state.run),)
    return lines


def step_lines(playbook: Playbook, do: Steps, cost: Cost) -> tuple[DiagramStep, ...]:
    """A line for each step, not too many."""
    lines = tuple(line for step in do for line in _lines(playbook, step, cost))
    if len(lines) <= MOST_LINES:
        return lines
    return (*lines[: MOST_LINES - 1], DiagramStep("…", f"+{len(lines) - MOST_LINES + 1}"))


def answer_words(state: State, number: int) -> Translatable | str:
    """Which answer a branch of a question is for: a choice, or for the last one those that are left."""
    question, item = state.question, state.branch[number]
    if question is None:
        return (
            "" if state.run is None or item.condition is not None else tr("{flow} has ended", flow=state.run)
        )
    named = [_chosen(state, other) for other in state.branch]
    if named[number]:
        return listed(named[number])
    if item.condition is not None:
        return ""
    left = [c.value for c in question.answer.choices if not any(c.value in names for names in named)]
    return listed(left) if len(state.branch) > 1 and left and all(named[:number]) else tr("answered")


def _chosen(state: State, item: Rule) -> list[str]:
    """The choices that a branch asks for, where it asks for nothing else."""
    match item.condition:
        case AnswerTest(name=name, tests=(Is(values=values),)) if name == state.name:
            return [str(value) for value in values]
        case _:
            return []


def _lines(playbook: Playbook, step: Step, cost: Cost) -> Iterator[DiagramStep]:
    match step:
        case SendMessages(how=how, cards=cards, or_push=or_push):
            yield DiagramStep(how, _cards(playbook, cards), cost if how == "push" or or_push else "")
        case Show(text=card):
            yield DiagramStep("show", _cards(playbook, (card,)), cost)
        case GiveResult(trigger=trigger, do=do):
            yield DiagramStep("result", cut(trigger or ""))
            for inner in do:
                paid: Cost = "($)" if isinstance(inner, SendMessages) else ""
                yield from (replace(line, cost=paid, inner=True) for line in _lines(playbook, inner, paid))
        case _:
            yield from (DiagramStep(short.word, _about(short)) for short in step.in_short)


def _about(short: Short) -> str:
    if short.names:
        return listed(short.names)
    if isinstance(short.about, Template):
        return _template(short.about)
    return short.about if short.value is None else f"{short.about}: {_operand(short.value)}"


def _cards(playbook: Playbook, cards: Sequence[Card]) -> str:
    return ", ".join(_card(playbook, card) for card in cards[:3]) + (" …" if len(cards) > 3 else "")


def _card(playbook: Playbook, card: Card) -> str:
    """A card's name; of a text in place, the text."""
    if card.key in playbook.cards:
        return card.key
    form = card.bubbles[0].form if card.bubbles else {}
    text = form.get("text") if isinstance(form, dict) else None
    if isinstance(text, Bounded):
        text = text.text
    if isinstance(text, Template):
        return f"「{cut(_template(text))}」"
    return f"「{cut(text)}」" if isinstance(text, str) else str(form.get("type", "card"))


def _template(text: Template) -> str:
    pieces = (
        f"{{{part.group}.{part.name}}}" if isinstance(part, Placeholder) else part for part in text.parts
    )
    return cut("".join(pieces))


def _operand(value: Operand) -> str:
    match value:
        case TodayWord(now=now):
            return "now" if now else "today"
        case Template():
            return _template(value)
        case _:
            return cut(str(value))
