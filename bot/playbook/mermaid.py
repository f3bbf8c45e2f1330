"""A flow as a picture: Mermaid's flowchart (https://mermaid.js.org/syntax/flowchart.html).

States are boxes, forks diamonds, flows within flows boxes with double sides, ends are round; what costs a
message is marked with `$` and a thick border. Nodes are called `s1`, `s2` …, and all that the playbook says
is quoted, so that no name and no text can break the picture.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bot.engine.flow import Flow, State
from bot.engine.playbook import Playbook
from bot.engine.rule import Rule
from bot.playbook.drawn_words import PERHAPS, answer_words, cut, state_lines, step_words
from bot.playbook.graph.costs import costly, paid_step
from bot.playbook.graph.moves import leaves
from bot.playbook.graph.survey import survey
from bot.playbook.graph.ways import Ways, WaysIn
from bot.playbook.in_words import if_words, rule_words, trigger_words
from bot.playbook.syntax.nodes import Map

STYLES = {
    "costs": "stroke-width:4px,stroke:#b5651d",
    "fork": "fill:#fff7e0,stroke:#c9a227",
    "problem": "stroke-dasharray:5 3",
    "gone": "fill:#eeeeee,stroke:#999999,stroke-dasharray:2 2",
}
"""How nodes of each class look."""

_ALWAYS = frozenset('"#&<>`\\*%~|')
_LIST = re.compile(r"^(\d+)\.|^[-+]")


def quoted(text: str) -> str:
    """A text as Mermaid takes it whatever is in it: signs that mean something as entity codes."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return '"' + "<br/>".join(_escaped(line) for line in lines) + '"'


def _escaped(line: str) -> str:
    signs = "".join(_code(sign) if sign in _ALWAYS or not sign.isprintable() else sign for sign in line)
    signs = re.sub(r"(?<!\w)_|_(?!\w)", _code("_"), signs)  # emphasis; within a name it is none
    signs = _LIST.sub(lambda found: f"{found[1]}{_code('.')}" if found[1] else _code(found[0]), signs)
    # Mermaid cuts what it takes for the end of a style
    return signs.replace(":", _code(":")) if "style" in signs or "classDef" in signs else signs


def _code(sign: str) -> str:
    return f"#{ord(sign)};"


def mermaid(playbook: Playbook, flow: Flow) -> str:
    """The flow as Mermaid's text, in the order of its states."""
    return "\n".join(_Picture(playbook, flow).lines()) + "\n"


class _Picture:
    def __init__(self, playbook: Playbook, flow: Flow) -> None:
        self._playbook = playbook
        self._flow = flow
        self._ways = WaysIn(survey(playbook, Map("", (), 1, 1)))
        self._ids = {name: f"s{number}" for number, name in enumerate(flow.states, 1)}
        self._left = False

    def lines(self) -> Iterator[str]:
        flow = self._flow
        title = "".join(sign if sign.isprintable() else " " for sign in cut(flow.title, 80))
        yield from ("---", f"title: {json.dumps(title, ensure_ascii=False)}", "---", "flowchart TD")
        body = [
            *(self._node(state) for state in flow.states.values()),
            *self._begin(),
            *(line for state in flow.states.values() for line in self._arrows(state)),
            *self._everywhere(),
            *self._gone(),
        ]
        if self._left:
            body.append('out(["exit"])')
        body += self._classes()
        yield from (f"  {line}" for line in body)

    def _node(self, state: State) -> str:
        text = "\n".join([cut(state.title, 40), *state_lines(self._playbook, state, self._cost(state))])
        left, right = "[", "]"
        if state.end:
            left, right = "([", "])"
        elif state.run is not None:
            left, right = "[[", "]]"
        elif _is_fork(state):
            left, right = "{", "}"
        return f"{self._ids[state.name]}{left}{quoted(text)}{right}"

    def _cost(self, state: State) -> str:
        return _sign(self._ways.into(self._flow, state))

    def _begin(self) -> Iterator[str]:
        flow = self._flow
        begun = ["page"] if flow.page else []
        begun += [trigger_words(t) for t in flow.start.when] if flow.start else []
        label = " / ".join(begun)
        if flow.start is not None and flow.start.condition is not None:
            label += f"\n{if_words(flow.start.condition)}"
        yield 'begin((" "))'
        yield _arrow("begin", self._ids[flow.first.name], label)

    def _arrows(self, state: State) -> Iterator[str]:
        for rule in state.rules:
            yield self._of_rule(self._ids[state.name], state, rule)
        question = state.question
        if question is not None and question.too_many is not None:
            label = f"{question.tries} wrong answers"
            yield _arrow(self._ids[state.name], self._ids[question.too_many], label)
        for number, item in enumerate(state.branch):
            label = answer_words(state, number) or if_words(item.condition)
            if not label and len(state.branch) > 1:
                label = "else"
            yield self._line(self._ids[state.name], state, item, label)

    def _of_rule(self, source: str, state: State | None, rule: Rule) -> str:
        return self._line(source, state, rule, rule_words(rule))

    def _line(self, source: str, state: State | None, rule: Rule, label: str) -> str:
        sign = _sign(self._ways.of_rule(self._flow, state, rule)) if paid_step(rule.do) else ""
        steps = step_words(self._playbook, rule.do, sign)
        label = "\n".join(filter(None, [cut(label, 80), *steps]))
        if rule.to is not None:
            return _arrow(source, self._ids[rule.to], label)
        if leaves(rule.do, self._flow):
            self._left = True
            return _arrow(source, "out", label)
        return _arrow(source, source, label, dotted=True)

    def _everywhere(self) -> Iterator[str]:
        if self._flow.rules:
            yield 'everywhere{{"in every state"}}'
        for rule in self._flow.rules:
            yield self._of_rule("everywhere", None, rule)

    def _gone(self) -> Iterator[str]:
        names = {old: f"g{number}" for number, old in enumerate(self._flow.moved, 1)}
        for old, new in self._flow.moved.items():
            yield f"{names[old]}[{quoted(f'{cut(old, 40)} (gone)')}]"
            target = self._ids.get(new) or names.get(new, "out")
            self._left = self._left or target == "out"
            yield _arrow(names[old], target, "moved", dotted=True)

    def _classes(self) -> Iterator[str]:
        flow = self._flow
        states = {self._ids[name]: state for name, state in flow.states.items()}
        members = {
            "costs": [name for name, state in states.items() if costly(flow, state, self._ways)],
            "fork": [name for name, state in states.items() if _is_fork(state)],
            "problem": [name for name, state in states.items() if state.problem],
            "gone": [f"g{number}" for number, _ in enumerate(flow.moved, 1)],
        }
        for kind, names in members.items():
            if names:
                yield f"classDef {kind} {STYLES[kind]}"
                yield f"class {','.join(names)} {kind}"


def _is_fork(state: State) -> bool:
    """Whether a state only decides where to go."""
    return not state.rests and not state.end and not state.do and len(state.branch) > 1


def _sign(ways: Ways) -> str:
    """`$` where it is paid, `($)` where it may be."""
    if ways.without is None and ways.page is None:
        return ""
    return PERHAPS if ways.token or ways.perhaps else " $"


def _arrow(source: str, target: str, label: str, *, dotted: bool = False) -> str:
    line = "-.->" if dotted else "-->"
    return f"{source} {line}|{quoted(label)}| {target}" if label.strip() else f"{source} {line} {target}"
