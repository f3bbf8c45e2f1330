"""What a state says and does, in the few words that fit into a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from bot.engine import step as steps
from bot.engine.card import Bounded, Card
from bot.engine.condition import AnswerTest, Is
from bot.engine.flow import State
from bot.engine.playbook import Playbook
from bot.engine.rule import Rule
from bot.engine.step import Operand, Step, Steps
from bot.engine.template import Placeholder, Template
from bot.playbook.in_words import listed

MOST_LINES = 5
"""Lines of actions in one box; of the others only that there are more."""

PERHAPS = " ($)"
"""What may cost a message: a result's answers do where the page cannot say its words."""

LONGEST = 24
"""Characters of a text that are shown."""


def cut(text: str, longest: int = LONGEST) -> str:
    """A text on one line, shortened."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def state_lines(playbook: Playbook, state: State, sign: str) -> list[str]:
    """What a state does on entry, what it asks or runs; `sign` marks what costs a message."""
    lines = step_words(playbook, state.do, sign)
    if state.question is not None:
        lines.append(f"ask {_cards(playbook, state.question.ask)}{sign}")
    if state.run is not None:
        lines.append(f"run {state.run}")
    return lines


def step_words(playbook: Playbook, do: Steps, sign: str) -> list[str]:
    """A line for each step, not too many."""
    lines = [line for step in do for line in _words(playbook, step, sign)]
    return (
        lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], f"… +{len(lines) - MOST_LINES + 1}"]
    )


def answer_words(state: State, number: int) -> str:
    """Which answer a branch of a question is for: a choice, or for the last one those that are left."""
    question, item = state.question, state.branch[number]
    if question is None:
        return "" if state.run is None or item.condition is not None else f"{state.run} has ended"
    named = [_chosen(state, other) for other in state.branch]
    if named[number]:
        return listed(named[number])
    if item.condition is not None:
        return ""
    left = [c.value for c in question.answer.choices if not any(c.value in names for names in named)]
    return listed(left) if len(state.branch) > 1 and left and all(named[:number]) else "answered"


def _chosen(state: State, item: Rule) -> list[str]:
    """The choices that a branch asks for, where it asks for nothing else."""
    match item.condition:
        case AnswerTest(name=name, tests=(Is(values=values),)) if name == state.name:
            return [str(value) for value in values]
        case _:
            return []


def _words(playbook: Playbook, step: Step, sign: str) -> Iterator[str]:
    match step:
        case steps.Say(how=how, cards=cards, or_push=or_push):
            yield f"{how} {_cards(playbook, cards)}{sign if how == 'push' or or_push else ''}"
        case steps.Show(text=card):
            yield f"show {_cards(playbook, (card,))}{sign}"
        case steps.GiveResult(trigger=trigger, do=do):
            yield f"result {cut(trigger or '')}".rstrip()
            for inner in do:
                paid = PERHAPS if isinstance(inner, steps.Say) else ""
                yield from (f"· {line.removesuffix(paid)}{paid}" for line in _words(playbook, inner, paid))
        case steps.AddTags(tags=tags):
            yield f"add_tags {listed(tags)}"
        case steps.RemoveTags(tags=tags):
            yield f"remove_tags {listed(tags)}"
        case steps.StartFlow(flow=flow):
            yield f"start {flow}"
        case steps.HandOver():
            yield "hand_over"
        case steps.HandBack():
            yield "hand_back"
        case steps.SetAttributes(values=values):
            yield from (f"set {key}: {_operand(value)}" for key, _, _, value in values)
        case steps.Increase(values=amounts):
            yield from (f"increase {key}: {amount}" for key, _, amount in amounts)
        case steps.ClearAttributes(attributes=attributes):
            yield f"clear {listed([key for key, _ in attributes])}"
        case steps.ExitFlow(flow=flow):
            yield f"exit {flow or 'everything'}"
        case steps.PinMenu(menu=menu):
            yield f"pin_menu {menu}"
        case steps.UnpinMenu():
            yield "unpin_menu"
        case steps.Call(hook=hook):
            yield f"call {hook}"
        case steps.Loading():
            return
        case steps.TellStaff(how=how, text=text):
            yield f"{how} {_template(text)}"
        case steps.SetMarketing(allowed=allowed):
            yield "allow_marketing" if allowed else "stop_marketing"
        case steps.Raise(signal=signal):
            yield f"raise {signal}"
        case steps.Refresh():
            yield "refresh_member"
        case steps.Unbind(kind=kind):
            yield f"unbind {kind}"
        case steps.AskCode(how=how):
            yield how
        case steps.AskMember(how=how):
            yield f"find_member {how}"
        case steps.AskMove():
            yield "move_member"
        case steps.BindMember():
            yield "bind_member"
        case steps.AskClerk():
            yield "bind_clerk"
        case _:
            assert_never(step)


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
        case steps.TodayWord(now=now):
            return "now" if now else "today"
        case Template():
            return _template(value)
        case _:
            return cut(str(value))
