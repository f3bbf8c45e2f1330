"""What the nodes of a scenario file must be: texts, lists, names of the playbook; and what is said if not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar, get_args

from bot.engine.playbook import AttributeInfo, Playbook
from bot.engine.typed import typed
from bot.model.problem import Level, Problem
from bot.model.said import Said, row, say
from bot.model.screen import BUILT_IN
from bot.model.value import Value
from bot.playbook.codes import Code, mistake
from bot.playbook.similar import hint_for, not_one_of, shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of, place_of
from bot.scenario.given import GivenBinding

BOUND: tuple[GivenBinding, ...] = get_args(GivenBinding)
_T = TypeVar("_T")

THINGS: dict[str, Code] = {
    "card": "unknown-card",
    "flow": "unknown-flow",
    "state": "unknown-state",
    "menu": "unknown-menu",
    "tab": "unknown-tab",
    "tag": "unknown-tag",
    "attribute": "unknown-attribute",
    "hook": "unknown-hook",
    "link": "unknown-link",
    "page": "unknown-page",
    "field": "unknown-field",
    "channel": "unknown-channel",
    "split": "unknown-split",
    "store": "unknown-store",
    "signal": "unknown-signal",
    "person": "bad-value",
    "group": "bad-value",
    "input": "bad-value",
    "rule": "bad-value",
    "file": "unknown-file",
}
"""The code for a name that is not there, by what it should be the name of."""


@dataclass(eq=False)
class Reading:
    """One scenario file while it is read. `playbook` is the one in force at the step that is being read."""

    playbook: Playbook
    people: tuple[str, ...] = ("",)
    problems: list[Problem] = field(default_factory=list)

    def wrong(
        self, node: Node, code: Code, message: Said, hint: Said | None = None, level: Level = "error"
    ) -> None:
        """Note a mistake at a node."""
        at = first_of(node)
        self.problems.append(mistake(place_of(at), code, message, hint=hint, width=at.width, level=level))

    # -- shapes

    def text(self, node: Node, what: str) -> str | None:
        """A text as it was written; `None` and a problem where something else stands."""
        if isinstance(node, Scalar) and not node.nothing:
            return node.value
        self.wrong(node, "wrong-type", say('"{what}" must be a text', what=what))
        return None

    def map(self, node: Node, what: str, known: Collection[str] | None = None) -> Map | None:
        """Keys with values; with `known`, no other keys than these."""
        if not isinstance(node, Map) or not node.pairs:
            self.wrong(node, "wrong-type", say('"{what}" must have keys with values', what=what))
            return None
        if known is not None:
            for name, (key, _) in node.pairs.items():
                if name not in known:
                    self.wrong(key, "unknown-key", not_one_of(name, known), hint_for(name, known))
        return node

    def pairs(self, node: Node, what: str) -> Iterator[tuple[str, Scalar, Node]]:
        """Every key of a map, with its own node and that of its value."""
        found = self.map(node, what)
        if found is not None:
            for name, (key, value) in found.pairs.items():
                yield name, key, value

    def items(self, node: Node) -> list[Node]:
        """The items of a list; one thing needs no list."""
        return node.items if isinstance(node, List) else [node]

    def texts(self, node: Node, what: str) -> tuple[str, ...]:
        """One text, or a list of them."""
        found = (self.text(item, what) for item in self.items(node))
        return tuple(text for text in found if text is not None)

    def one_of(self, node: Node, known: Iterable[_T], what: str) -> _T | None:
        """One of these words."""
        text = self.text(node, what)
        if text is None:
            return None
        words = {str(word): word for word in known}
        if text not in words:
            self.wrong(node, "bad-value", not_one_of(text, words), hint_for(text, words))
        return words.get(text)

    def yes_no(self, node: Node, what: str) -> bool | None:
        """`true` or `false`."""
        word = self.one_of(node, ("true", "false"), what)
        return None if word is None else word == "true"

    def whole(self, node: Node, what: str) -> int | None:
        """A whole number, not below 0."""
        text = self.text(node, what)
        if text is not None and not (text.isascii() and text.isdigit() and len(text) < 10):
            self.wrong(
                node,
                "bad-value",
                say('"{what}" must be a whole number, not {text}', what=what, text=shown(text)),
            )
            return None
        return None if text is None else int(text)

    def one_key(
        self, node: Node, what: str, kinds: Collection[str], also: Collection[str] = ()
    ) -> str | None:
        """Which of the kinds stands here; `also` are keys that may stand beside it."""
        found = self.map(node, what, (*kinds, *also))
        if found is None:
            return None
        there = [name for name in found.pairs if name in kinds]
        if len(there) > 1:
            key = found.pairs[there[1]][0]
            message = say(
                '"{what}" has one kind, here are two: {two}',
                what=what,
                two=row(there[:2]),
            )
            self.wrong(key, "two-kinds", message, say("write two steps, one after the other"))
            return None
        if not there and all(name in also for name in found.pairs):
            self.wrong(found, "no-kind", say('"{what}" has none of {kinds}', what=what, kinds=row(kinds)))
        return there[0] if there else None

    # -- names of the playbook

    def name(self, node: Node, thing: str, known: Collection[str], hint: Said | None = None) -> str | None:
        """A name that there is."""
        text = self.text(node, thing)
        if text is None or text in known:
            return text
        self.unknown(node, thing, text, known, hint)
        return None

    def unknown(
        self, node: Node, thing: str, name: str, known: Collection[str], hint: Said | None = None
    ) -> None:
        """Note that there is no such name."""
        message = say("no {thing} is called {name}", thing=Said(thing), name=shown(name))
        self.wrong(node, THINGS[thing], message, hint_for(name, known) or hint)

    def state(self, flow: str, node: Node) -> str | None:
        """A state of this flow; one that is gone is answered with where its people are."""
        states, moved = self.playbook.flows[flow].states, self.playbook.flows[flow].moved
        if isinstance(node, Scalar) and node.value in moved and node.value not in states:
            hint = say("its people are in {state} now", state=shown(moved[node.value]))
            self.unknown(node, "state", node.value, (), hint)
            return None
        return self.name(node, "state", states)

    def flow_state(self, node: Node, what: str) -> tuple[str, str] | None:
        """`{flow: state}`."""
        for name, key, value in self.pairs(node, what):
            if self.name(key, "flow", self.playbook.flows) is None:
                return None
            state = self.state(name, value)
            return None if state is None else (name, state)
        return None

    def pages(self) -> list[str]:
        """The names of all pages."""
        flows = [name for name, flow in self.playbook.flows.items() if flow.page]
        return [*flows, *self.playbook.forms, *BUILT_IN]

    def attribute(self, key: Scalar) -> AttributeInfo | None:
        """A declared attribute."""
        name = self.name(key, "attribute", self.playbook.attributes)
        return None if name is None else self.playbook.attributes[name]

    def value(self, node: Node, info: AttributeInfo) -> Value | None:
        """A value for an attribute, typed; one of `values` where it has them."""
        text = self.text(node, info.key)
        if text is None:
            return None
        value = typed(text, info.type, self.playbook.zone)
        if value is None:
            self.wrong(
                node,
                "type-mismatch",
                say(
                    '{text} is not of the type of "{key}": {type}',
                    text=shown(text),
                    key=info.key,
                    type=info.type,
                ),
            )
        elif info.values is not None and value not in info.values:
            known = [str(allowed) for allowed in info.values]
            self.wrong(node, "value-not-allowed", not_one_of(text, known), hint_for(text, known))
        return value

    def groups(self, node: Node | None, what: str) -> dict[str, str]:
        """Splits, each with one of its groups."""
        found = {}
        for name, key, value in self.pairs(node, what) if node is not None else ():
            if self.name(key, "split", self.playbook.splits) is not None:
                group = self.name(value, "group", self.playbook.splits[name])
                if group is not None:
                    found[name] = group
        return found

    def phone(self, node: Node) -> str | None:
        """A mobile number, as E.164."""
        text = self.text(node, "phone")
        if text is None:
            return None
        number = typed(text, "phone")
        if number is None:
            self.wrong(
                node,
                "bad-value",
                say("{text} is no mobile number", text=shown(text)),
                say("write it such as 0912345678"),
            )
        return str(number) if number is not None else None
