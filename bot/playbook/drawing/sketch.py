"""What of a flow is drawn: boxes and the arrows between them, also in the reader's own language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.machine import TOO_MANY
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnAfter, OncePer, OnDate, Rule
from bot.engine.turn.how_often import how_often
from bot.model.counts import MOVED
from bot.model.money import NO_PRICES, Prices
from bot.model.translatable import ENGLISH, Language, Translatable, tr
from bot.playbook.drawing.words import Cost, DiagramStep, answer_words, cut, state_lines, step_lines
from bot.playbook.graph.costs import costly, costs_of, paid_step
from bot.playbook.graph.entry_paths import Ways, WaysIn
from bot.playbook.graph.flow_arrows import leaves
from bot.playbook.graph.survey import survey
from bot.playbook.phrases import (
    Phrases,
    attribute_titles,
    close,
    if_words,
    is_date,
    rule_words,
    trigger_words,
)
from bot.playbook.syntax.nodes import Map

BoxKind: TypeAlias = Literal[
    "state",  # a state that does something or waits
    "fork",  # a state that only decides where to go on
    "run",  # a state that runs another flow
    "end",  # a state that ends the flow
    "begin",  # where the flow begins
    "everywhere",  # where the rules of the whole flow leave from
    "gone",  # a removed state whose people are moved
    "out",  # where a step leaves the flow
]

ArrowKey: TypeAlias = tuple[str, str, str]
"""By what an arrow is counted: state (empty: any), key of the rule, next state (empty: none)."""

BEGIN, EVERYWHERE, OUT = "begin", "everywhere", "out"


@dataclass(frozen=True, slots=True)
class Box:
    """A state, or another end of arrows."""

    id: str
    """Its id in the picture: `s1`, `begin`."""
    kind: BoxKind
    title: str
    lines: tuple[DiagramStep, ...] = ()
    """What the state does on entry."""
    costs: bool = False
    """Whether entering it may cost a message."""
    problem: bool = False
    """An end at which a page shows a problem."""
    figure: str = ""
    """A number on it: how many people are there."""
    tally: str = ""
    """What else was counted, in words."""
    state: str = ""
    """The name of the state; empty for other boxes."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one box to another, or what happens in a box without leaving it."""

    source: str
    target: str
    """Ids of boxes; the same twice where it leads back."""
    trigger: str = ""
    """When it is taken; a line each for the triggers and the condition of a start."""
    lines: tuple[DiagramStep, ...] = ()
    timed: bool = False
    """Time alone is enough."""
    loose: bool = False
    """Drawn dashed: no rule leads on by it."""
    figure: str = ""
    """A number on it: how often it was taken."""
    way: ArrowKey | None = None
    """By what it is counted; `None`: it is not."""
    again: str = ""
    """Of a start: how often one person may come in by it."""

    @property
    def words(self) -> str:
        """The words above its steps: trigger, condition, limit."""
        return "\n".join(filter(None, [self.trigger, self.again]))


@dataclass(frozen=True, slots=True)
class Sketch:
    """A flow as it is drawn; boxes of states are in the order of the file, before all others."""

    name: str
    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    counted: str = ""
    """What its figures are of; empty: it has none."""
    costs: tuple[str, ...] = ()
    """What it costs, in messages and in money."""


def sketch(playbook: Playbook, flow: Flow, language: Language, prices: Prices = NO_PRICES) -> Sketch:
    """All states and arrows of a flow. Words that are none of the playbook's are in this language."""
    return _Flow(playbook, flow, language, prices).sketch()


class _Flow:
    def __init__(self, playbook: Playbook, flow: Flow, language: Language, prices: Prices) -> None:
        self._playbook = playbook
        self._prices = prices
        self._language = language
        self._flow = flow
        self._ways = WaysIn(survey(playbook, Map("", (), 1, 1)))
        self._ids = {name: f"s{number}" for number, name in enumerate(flow.states, 1)}
        self._gone = {name: f"g{number}" for number, name in enumerate(flow.moved, 1)}

    def sketch(self) -> Sketch:
        """The flow's boxes and arrows, and what it costs."""
        flow = self._flow
        states = flow.states.values()
        arrows = (
            begin_arrow(flow, self._ids[flow.first.name]),
            *(arrow for state in states for arrow in self._arrows(state)),
            *(self._of_rule(EVERYWHERE, None, rule) for rule in flow.rules),
            *self._moved(),
        )
        boxes = [*(self._box(state) for state in states), Box(BEGIN, "begin", "")]
        boxes += [Box(EVERYWHERE, "everywhere", self._text(tr("in every state")))] if flow.rules else []
        boxes += [Box(self._gone[name], "gone", name) for name in flow.moved]
        boxes += [Box(OUT, "out", "exit")] if any(arrow.target == OUT for arrow in arrows) else []
        found = costs_of(self._playbook, flow, self._ways, self._prices)
        costs = tuple(map(self._language.text, found))
        return Sketch(flow.name, flow.title, tuple(boxes), arrows, costs=costs)

    def _box(self, state: State) -> Box:
        cost = _cost(self._ways.into(self._flow, state))
        return Box(
            self._ids[state.name],
            _kind(state),
            state.title,
            state_lines(self._playbook, state, cost),
            costly(self._flow, state, self._ways),
            state.problem,
            state=state.name,
        )

    def _arrows(self, state: State) -> Iterator[Arrow]:
        source = self._ids[state.name]
        for rule in state.rules:
            yield self._of_rule(source, state, rule)
        question = state.question
        if question is not None and question.too_many is not None:
            wrong = self._text(tr("{tries} wrong answers", tries=question.tries or 0))
            yield Arrow(
                source, self._ids[question.too_many], wrong, way=(state.name, TOO_MANY, question.too_many)
            )
        for number, item in enumerate(state.branch):
            trigger = answer_words(state, number) or if_words(item.condition)
            if not trigger and len(state.branch) > 1:
                trigger = tr("else")
            yield self._arrow(source, state, item, self._text(trigger))

    def _text(self, sentence: Translatable | str) -> str:
        return sentence if isinstance(sentence, str) else self._language.text(sentence)

    def _of_rule(self, source: str, state: State | None, rule: Rule) -> Arrow:
        return self._arrow(source, state, rule, rule_words(rule))

    def _arrow(self, source: str, state: State | None, rule: Rule, words: str) -> Arrow:
        cost = _cost(self._ways.of_rule(self._flow, state, rule)) if paid_step(rule.do) else ""
        target = self._target(rule)
        return Arrow(
            source,
            source if target is None else target,
            cut(words, 80),
            step_lines(self._playbook, rule.do, cost),
            timed=any(isinstance(trigger, OnAfter) for trigger in rule.when),
            loose=target is None,
            way=(state.name if state is not None else "", rule.key, rule.to or ""),
        )

    def _target(self, rule: Rule) -> str | None:
        if rule.to is not None:
            return self._ids[rule.to]
        return OUT if leaves(rule.do, self._flow) else None

    def _moved(self) -> Iterator[Arrow]:
        for old, new in self._flow.moved.items():
            target = self._ids.get(new) or self._gone.get(new, OUT)
            yield Arrow(self._gone[old], target, "moved", loose=True, way=(old, MOVED, ""))


def begin_arrow(flow: Flow, first: str) -> Arrow:
    """What begins a flow, to the box of its first state; it has no words where only others begin it."""
    starts = flow.start.when if flow.start else ()
    words = " / ".join([*(["page"] if flow.page else []), *map(trigger_words, starts)])
    if flow.start is not None and flow.start.condition is not None:
        words += f"\n{if_words(flow.start.condition)}"
    by_time = any(isinstance(trigger, OnDate) for trigger in starts)
    again = f"once_per {_how_often(flow.start.once_per)}" if flow.start is not None else ""
    return Arrow(BEGIN, first, words, timed=by_time, again=again)


def _how_often(once_per: OncePer | None) -> str:
    """A journey's `once_per` as the playbook writes it."""
    return "always" if once_per is None else how_often(once_per)


def _kind(state: State) -> BoxKind:
    if state.end:
        return "end"
    if state.run is not None:
        return "run"
    only_decides = not state.rests and not state.do and len(state.branch) > 1
    return "fork" if only_decides else "state"


def _cost(ways: Ways) -> Cost:
    if ways.without is None and ways.page is None:
        return ""
    return "($)" if ways.token or ways.perhaps else "$"


_IF = re.compile(r"(?:^|(?<=[ \n]))if ")
"""What stands before the condition of an arrow."""


def in_words(of: Sketch, playbook: Playbook, language: Language) -> Sketch:
    """The sketch without words of the language of playbooks, where the reader's is another than English."""
    if language.name == ENGLISH.name:
        return of
    return DiagramPhrases(playbook, language).sketch(of)


class DiagramPhrases:
    """The words of boxes and arrows of one playbook's pictures, in the reader's language."""

    def __init__(self, playbook: Playbook, language: Language) -> None:
        self._phrases = Phrases(attribute_titles(playbook), language)
        self._flows = {name: flow.title for name, flow in playbook.flows.items()}
        self._does = language.within("picture: a step does").sentence
        self._between = language.within("picture: between").sentence
        self._text = language.text

    def sketch(self, of: Sketch) -> Sketch:
        """The sketch with its words in the reader's language."""
        return replace(of, boxes=tuple(map(self._box, of.boxes)), arrows=tuple(map(self.arrow, of.arrows)))

    def _box(self, box: Box) -> Box:
        title = self._does("exit") if box.kind == "out" else box.title
        return replace(box, title=title, lines=self._lines(box.lines))

    def arrow(self, arrow: Arrow) -> Arrow:
        """The arrow with its words in the reader's language."""
        trigger, *conditions = _IF.split(arrow.trigger)
        first = self._phrases.trigger(trigger).strip()
        rest = [self._phrases.condition(part) for part in conditions]
        if rest and is_date(trigger.strip()):
            words = self._text(
                tr("{date}, of people: {conditions}", date=first, conditions=self._between("and").join(rest))
            )
        else:
            condition = self._between("if").join(rest)
            words = first + close(self._between("if"), condition) if first and rest else first or condition
        again = self._how_often(arrow.again.removeprefix("once_per "))
        return replace(arrow, trigger=words, lines=self._lines(arrow.lines), again=again)

    def _how_often(self, limit: str) -> str:
        """Of a journey: never before the last one has ended."""
        match limit:
            case "":
                return ""
            case "person":
                return self._text(tr("once a person, ever"))
            case "day":
                return self._text(tr("once a person and day"))
            case "always":
                return self._text(tr("each time, once the last has ended"))
            case span:
                return self._text(tr("once more after {span} at the earliest", span=self._phrases.long(span)))

    def _lines(self, lines: Iterable[DiagramStep]) -> tuple[DiagramStep, ...]:
        return tuple(replace(line, verb=self._does(line.verb), about=self._about(line)) for line in lines)

    def _about(self, line: DiagramStep) -> str:
        if line.verb in ("set", "increase", "clear"):
            slot, _, value = line.about.partition(": ")
            name = self._phrases.field(slot)
            return self._text(tr("{name}: {value}", name=name, value=value)) if value else name
        named = self._flows if line.verb in ("start", "run", "exit") else {}
        return named.get(line.about) or self._phrases.subject(line.about)
